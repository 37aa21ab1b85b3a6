"""Simulated learners: the same for the same seed, and with the structure that is promised."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from bot.examples import read_examples
from bot.types import Example
from skills.courses.catalogue.course import Course
from skills.courses.catalogue.interactions import Interaction, read_interactions
from skills.courses.simulation.days import Period, simulated
from skills.courses.simulation.generator import main, split
from skills.courses.simulation.learners import Learner, fit

TOPICS = ("programming", "music", "health", "art", "business", "languages")
COURSES = tuple(
    Course(
        id=f"{topic}_{number}",
        title=topic,
        topics=(topic,),
        level="intermediate" if number == 1 else "beginner",
        hours=10.0,
        price=49.0,
        language="English",
        prerequisites=(f"{topic}_0",) if number == 1 else (),
        is_retired=number == 2,
    )
    for topic in TOPICS
    for number in range(20)
)
FOUND = simulated(COURSES, 200)


def test_the_same_seed_gives_the_same() -> None:
    assert simulated(COURSES, 30, seed=5) == simulated(COURSES, 30, seed=5)
    assert simulated(COURSES, 30, seed=5) != simulated(COURSES, 30, seed=6)


def test_more_learners_leave_those_before_as_they_were() -> None:
    few = simulated(COURSES, 20)

    assert FOUND[: len(few)] == few


def test_learners_keep_to_their_interests() -> None:
    same = Counter[bool]()
    for before, after in pairwise(FOUND):
        if before.user == after.user and before.item != after.item:
            same[before.item.split("_")[0] == after.item.split("_")[0]] += 1

    assert same[True] / same.total() > 2 / len(TOPICS)


def test_a_course_is_seldom_taken_before_its_prerequisite() -> None:
    ready = Counter[bool]()
    done: set[tuple[str, str]] = set()
    for each in FOUND:
        topic, number = each.item.split("_")
        if number == "1" and each.kind == "enrolled":
            ready[(each.user, f"{topic}_0") in done] += 1
        if each.kind == "completed":
            done.add((each.user, each.item))

    assert ready[True] > ready[False] > 0


def test_a_retired_course_is_taken_only_in_the_first_half() -> None:
    half = datetime.combine(Period().day(0.5), datetime.max.time(), UTC).timestamp()
    taken = [each.timestamp or 0 for each in FOUND if each.item.endswith("_2")]

    begun = [each for each in FOUND if each.item.endswith("_2") and each.kind == "enrolled"]
    assert len(taken) > 0
    assert all((each.timestamp or 0) <= half for each in begun)


def test_some_courses_are_fresh_and_nothing_happens_after_the_last_day() -> None:
    last = datetime.combine(Period().last, datetime.max.time(), UTC).timestamp()

    assert len({each.item for each in FOUND}) <= len(COURSES) - 6
    assert max(each.timestamp or 0 for each in FOUND) <= last


def test_every_kind_happens_and_ratings_are_in_range() -> None:
    assert {each.kind for each in FOUND} == {
        "enrolled", "completed", "clicked", "rated", "refused"
    }  # fmt: skip
    assert {each.rating for each in FOUND} == {None, 1.0, 2.0, 3.0, 4.0, 5.0}


def test_what_is_too_hard_fits_worse_than_what_is_too_easy() -> None:
    easy, hard = (Course("a", "A", level=level) for level in ("beginner", "advanced"))

    assert fit(hard, 2.0) == fit(easy, 0.0) == 1.0
    assert fit(hard, 0.0) < fit(easy, 2.0) < 1.0


@pytest.mark.parametrize(
    ("language", "wants"), [("German", "German"), ("English", "English"), ("French", "English")]
)
def test_learners_want_courses_in_a_language_they_know(language: str, wants: str) -> None:
    learner = Learner("a", {"art": 1.0}, language, budget=90, level=0, courses=5)
    courses = [Course(id, id, topics=("art",), language=id) for id in ("German", "English")]

    assert max(courses, key=learner.interest).id == wants


def test_the_last_wanted_courses_of_each_learner_are_held_out() -> None:
    draw = Random(0)
    liked = [Interaction("ana", f"c{n}", "enrolled", None, float(n)) for n in range(8)]
    refused = Interaction("ana", "no", "refused", None, 9.0)
    looked = Interaction("ana", "c7", "clicked", None, 0.5)
    few = [Interaction("bo", "c1", "enrolled", None, 1.0)]
    interactions = [*liked, refused, looked, *few]
    draw.shuffle(interactions)
    learnt, valid, held = split(interactions, {f"c{n}" for n in range(8)})

    assert held == [Example("ana", "c7")]
    assert valid == [Example("ana", "c6")]
    assert {(each.user, each.item) for each in learnt} == {
        ("bo", "c1"), ("ana", "no"), *(("ana", f"c{n}") for n in range(6))
    }  # fmt: skip


def test_the_command_writes_what_is_learnt_and_what_is_held_out(tmp_path: Path) -> None:
    for topic in TOPICS:
        (tmp_path / f"{topic}.yml").write_text(
            "\n".join(
                f"- {{id: {topic}{n}, title: T, description: D, topics: [{topic}], "
                f"level: beginner, hours: 9, price: 0}}"
                for n in range(6)
            )
        )
    shown = CliRunner().invoke(main, ["--data", str(tmp_path), "--learners", "40"])

    assert shown.exit_code == 0, shown.output
    now = datetime.combine(date(2026, 12, 1), datetime.min.time(), UTC).timestamp()
    learnt, summary = read_interactions(tmp_path / "enrolments.csv", None, now)
    held = read_examples(tmp_path / "eval.jsonl")
    assert summary.refused == ()
    assert held
    assert len(held) == len(read_examples(tmp_path / "valid.jsonl"))
    assert not {(each.input, each.target) for each in held} & {
        (each.user, each.item) for each in learnt
    }
