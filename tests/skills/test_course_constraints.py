"""What a learner wants of a course: which courses meet it, and how it is kept and changed."""

import json
from datetime import date

import pytest

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import (
    Constraints,
    Range,
    constraints_of,
    meets,
    slot_of,
    unmet,
)

SQL = Course(
    id="sql",
    title="SQL",
    topics=("databases", "office"),
    level="beginner",
    hours=14.0,
    price=69.0,
    language="English",
    starts=(date(2027, 2, 1), date(2027, 9, 6)),
)
BARE = Course(id="film", title="A film")
SPRING = Range(date(2027, 3, 1), date(2027, 5, 31))
ALL = Constraints(
    topics=("databases",),
    levels=("beginner", "advanced"),
    languages=("English",),
    hours=Range(at_most=20.0),
    price=Range(at_least=10.0, at_most=99.0),
    starts=Range(at_least=date(2027, 1, 1)),
)


@pytest.mark.parametrize(
    ("constraints", "is_met"),
    [
        (Constraints(), True),
        (ALL, True),
        (Constraints(topics=("office", "music")), True),
        (Constraints(topics=("music",)), False),
        (Constraints(levels=("advanced",)), False),
        (Constraints(languages=("German",)), False),
        (Constraints(hours=Range(at_most=14.0)), True),
        (Constraints(hours=Range(at_most=13.0)), False),
        (Constraints(hours=Range(at_least=15.0)), False),
        (Constraints(price=Range(at_most=0.0)), False),
        (Constraints(starts=Range(at_most=date(2027, 1, 31))), False),
        (Constraints(starts=Range(at_least=date(2027, 9, 6))), True),
        (Constraints(starts=SPRING), False),
    ],
)
def test_a_course_meets_its_constraints(constraints: Constraints, is_met: bool) -> None:
    assert meets(SQL, constraints) is is_met


def test_a_course_that_starts_at_any_time_meets_every_start() -> None:
    assert meets(BARE, Constraints(starts=SPRING))
    assert not meets(BARE, Constraints(starts=Range(date(2027, 9, 1), date(2027, 2, 1))))


def test_what_is_not_known_of_a_course_meets_nothing() -> None:
    assert unmet(BARE, ALL) == ("topics", "levels", "languages", "hours", "price")


def test_what_contradicts_itself_is_named() -> None:
    constraints = Constraints(hours=Range(20.0, 5.0), price=Range(at_least=5.0, at_most=5.0))

    assert constraints.contradictions == ("hours",)


def test_what_is_said_later_replaces_choices_and_moves_bounds() -> None:
    wanted = Constraints(levels=("advanced",), hours=Range(at_most=10.0), price=Range(at_most=50.0))
    newer = Constraints(levels=("beginner",), hours=Range(at_least=5.0), price=Range(at_most=99.0))

    assert wanted.narrowed(newer) == Constraints(
        levels=("beginner",), hours=Range(5.0, 10.0), price=Range(at_most=99.0)
    )


def test_a_bound_that_contradicts_a_later_one_is_dropped() -> None:
    wanted = Constraints(hours=Range(at_most=10.0))

    longer = wanted.narrowed(Constraints(hours=Range(at_least=30.0)))
    assert longer.hours == Range(at_least=30.0)


def test_a_constraint_can_be_withdrawn() -> None:
    assert ALL.without("price", "topics").names == ("levels", "languages", "hours", "starts")


def test_constraints_are_kept_in_a_slot() -> None:
    slot = json.loads(json.dumps(slot_of(ALL)))

    assert constraints_of(slot) == ALL
    assert slot["starts"] == {"at_least": "2027-01-01"}
    assert slot_of(Constraints()) == {}


@pytest.mark.parametrize(
    "slot",
    [
        None,
        "cheap",
        [],
        {"topics": "music", "hours": 5, "price": {"at_most": "low"}},
        {
            "starts": {"at_least": 3},
            "price": {"at_least": True},
            "hours": {"at_most": float("nan")},
        },
        {"levels": [1], "unknown": {}},
    ],
)
def test_a_slot_that_says_nothing_sensible_is_no_constraint(slot: object) -> None:
    assert constraints_of(slot) == Constraints()
