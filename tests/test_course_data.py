"""The bundled courses: enough of them, and in agreement with what the FAQ says of the academy."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.config import PROJECT
from bot.examples import read_examples
from skills.courses.catalogue.catalogue import read_catalogue
from skills.courses.catalogue.course import Course
from skills.courses.catalogue.interactions import read_interactions
from skills.courses.simulation.days import simulated
from skills.courses.simulation.generator import split
from skills.courses.simulation.groups import GROUPS
from skills.faq.answers import read_answers

DATA = PROJECT / "data" / "courses"
CATALOGUE = read_catalogue(DATA)
COURSES = tuple(CATALOGUE.courses.values())
ANSWERS = {answer.id: answer.answer for answer in read_answers(PROJECT / "data" / "faq")}
NOW = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
INTERACTIONS, SUMMARY = read_interactions(DATA / "enrolments.csv", CATALOGUE.courses, NOW)
HELD = {name: read_examples(DATA / f"{name}.jsonl") for name in ("eval", "valid")}


def test_there_are_enough_courses_of_every_topic_level_and_language() -> None:
    topics = Counter(topic for course in COURSES for topic in course.topics)

    assert len(COURSES) >= 160
    assert set(topics) == set(CATALOGUE.topics)
    assert min(topics.values()) >= 5
    assert {course.level for course in COURSES} == {"beginner", "intermediate", "advanced"}
    assert {course.language for course in COURSES} >= {"Spanish", "French", "German", "Chinese"}


def test_most_courses_need_no_other_as_the_faq_says() -> None:
    assert "Most courses need none" in ANSWERS["course_prerequisites"]
    assert sum(not course.prerequisites for course in COURSES) > len(COURSES) / 2


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.id)
def test_a_course_agrees_with_the_faq(course: Course) -> None:
    assert course.hours is not None
    is_short = course.hours <= 16  # 2 to 4 weeks of 2 to 4 hours
    assert is_short or 24 <= course.hours <= 72  # 6 to 12 weeks of 4 to 6 hours
    prices = range(49, 100) if is_short else range(129, 300)
    assert course.price in (0, *prices)
    assert course.price or is_short
    for day in course.starts:
        assert day.weekday() == 0
        assert day.day <= 7


def test_the_prices_are_those_of_the_faq() -> None:
    said = re.findall(r"\$(\d+) to \$(\d+)", ANSWERS["pay_price"])

    assert said == [("49", "99"), ("129", "299")]


def test_descriptions_are_all_different_and_say_something() -> None:
    assert len({course.description for course in COURSES}) == len(COURSES)
    for course in COURSES:
        sentences = re.split(r"[.!?:…]+\s|[。？！]", course.description)
        assert sum(bool(part.strip()) for part in sentences) >= 2, course.id


def test_no_offered_course_needs_a_retired_one() -> None:
    retired = {course.id for course in COURSES if course.is_retired}

    assert retired
    assert not any(set(course.prerequisites) & retired for course in CATALOGUE.offered)


def test_the_enrolments_are_those_that_the_generator_makes() -> None:
    found = simulated(COURSES, 100)
    made = split(found, {course.id for course in CATALOGUE.offered})
    users = {each.user for each in found}

    assert SUMMARY.refused == ()
    assert made.learnt == [each for each in INTERACTIONS if each.user in users]
    assert made.eval == [each for each in HELD["eval"] if each.input in users]
    assert made.valid == [each for each in HELD["valid"] if each.input in users]


def test_every_topic_is_wanted_by_somebody() -> None:
    assert {topic for wishes in GROUPS.values() for topic in wishes} == set(CATALOGUE.topics)


def test_no_held_out_enrolment_is_learnt() -> None:
    learnt = {(each.user, each.item) for each in INTERACTIONS}
    held, valid = ({(each.input, each.target) for each in found} for found in HELD.values())

    assert not held & learnt
    assert not valid & learnt
    assert not held & valid


def test_some_courses_are_known_by_their_text_only() -> None:
    taken = {each.item for each in INTERACTIONS}

    assert sum(course.id not in taken for course in CATALOGUE.offered) >= 6
