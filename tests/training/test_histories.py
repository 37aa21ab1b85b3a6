"""Lessons about people: one weight a pair, no contradictions, and which pairs are held out."""

from collections.abc import Iterable

import pytest

from bot.feedback import Lesson
from bot.types import Example
from training.histories import pair_of, take_in_deeds, weighed
from training.intake import ENOUGH_TO_HOLD, PER_GIVER, Intake

FILES = [Example("ana", "sql"), Example("ben", "python", 1.5)]
HELD = {("ben", "go")}
TARGETS = ("sql", "python", "go")


def lesson(
    id: int, person: str, target: str, weight: float = 1.0, source: str = "observed"
) -> Lesson:
    return Lesson(id, "courses", Example(person, target, weight), source, 0.0, person, id, "v0001")


def taken(*lessons: Lesson, may_hold: bool = True) -> Intake:
    return take_in_deeds(lessons, weighed(FILES, ()), HELD, TARGETS, may_hold)


def ids(lessons: Iterable[Lesson]) -> list[int]:
    return [lesson.id for lesson in lessons]


def test_one_person_takes_many_courses_and_none_contradicts_another() -> None:
    intake = taken(lesson(1, "cleo", "sql"), lesson(2, "cleo", "python"), lesson(3, "ana", "go"))

    assert ids(intake.learn) == [1, 2, 3]
    assert intake.aside == ()


def test_a_person_near_to_a_held_out_one_gives_nothing_away_but_the_very_pair_is_never_learnt() -> (
    None
):
    intake = taken(lesson(1, "ben", "sql"), lesson(2, "ben", "go"))

    assert (ids(intake.learn), ids(intake.hold)) == ([1], [2])


def test_a_course_that_is_gone_costs_only_its_own_lessons() -> None:
    intake = taken(lesson(1, "cleo", "latin"), lesson(2, "cleo", "sql"))

    assert ids(intake.learn) == [2]
    assert [(each.id, why) for each, why in intake.aside] == [(1, "There is no 'latin' any more.")]


@pytest.mark.parametrize(
    ("said", "weight"),
    [
        ([(1.5, "observed")], 1.5),
        ([(0.0, "observed")], 0.0),
        ([(0.0, "observed"), (1.0, "observed")], 1.0),
        ([(0.25, "button")], 1.0),
        ([(0.0, "observed"), (0.25, "button")], 0.25),
        ([(0.5, "review")], 0.5),
    ],
    ids=["done", "refused", "taken after all", "looked at", "looked at again", "reviewed"],
)
def test_the_last_said_counts_and_a_press_takes_nothing_back(
    said: list[tuple[float, str]], weight: float
) -> None:
    lessons = [lesson(n, "ana", "sql", each, how) for n, (each, how) in enumerate(said)]

    assert weighed(FILES, lessons)["ana", "sql"].weight == weight


def test_what_was_touched_last_stands_last() -> None:
    found = weighed(
        FILES, [lesson(1, "ana", "sql", 1.5), lesson(2, "ben", "python", 0.25, "button")]
    )

    assert list(found) == [("ben", "python"), ("ana", "sql")]


def test_what_says_nothing_new_is_not_learnt_again() -> None:
    intake = taken(
        lesson(1, "ana", "sql"),
        lesson(2, "ana", "sql", 0.25, "button"),
        lesson(3, "ana", "sql", 0.0),
        lesson(4, "ana", "sql", 0.0),
    )

    assert (ids(intake.learn), ids(intake.known)) == ([3], [1, 2, 4])


def test_one_sender_teaches_so_much_in_a_night_and_what_came_after_it_keeps_its_order() -> None:
    lessons = [lesson(n, "cleo", "sql", n + 1) for n in range(PER_GIVER + 2)]
    intake = taken(*lessons, lesson(99, "ben", "sql"))

    assert ids(intake.learn) == [*range(PER_GIVER), 99]
    assert ids(intake.wait) == [PER_GIVER, PER_GIVER + 1]


def crowd() -> list[Lesson]:
    return [lesson(n, f"person {n}", "sql") for n in range(4 * ENOUGH_TO_HOLD)]


def test_of_many_pairs_some_are_held_out_and_always_the_same() -> None:
    intake = taken(*crowd())

    assert 0 < len(intake.hold) < len(crowd()) / 5
    assert sorted(ids(intake.learn) + ids(intake.hold)) == ids(crowd())
    assert sorted(ids(taken(*reversed(crowd())).hold)) == ids(intake.hold)
    assert taken(*crowd(), may_hold=False).hold == ()
    assert taken(*crowd()[: ENOUGH_TO_HOLD - 1]).hold == ()


def test_the_pair_decides_what_is_held_out_and_not_the_person() -> None:
    one = {each.example.input for each in taken(*crowd()).hold}
    others = [lesson(n, f"person {n}", "go") for n in range(4 * ENOUGH_TO_HOLD)]

    assert one != {each.example.input for each in taken(*others).hold}


def test_refusals_and_what_is_known_already_are_never_held_out() -> None:
    held = {pair_of(each.example) for each in taken(*crowd()).hold}
    refused = [lesson(1000 + n, f"person {n}", "sql", 0.0) for n in range(4 * ENOUGH_TO_HOLD)]
    assert held
    assert taken(*crowd(), *refused).hold == ()

    known = weighed((Example(f"person {n}", "sql", 0.25) for n in range(4 * ENOUGH_TO_HOLD)), ())
    assert take_in_deeds(crowd(), known, HELD, TARGETS).hold == ()
