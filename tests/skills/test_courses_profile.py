"""Courses and the profile: what a talk adds to it, and what a new talk takes from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import Context, Reply
from tests.skills.test_courses_skill import PERSON, Talker, data

__all__ = ["data"]  # the fixture: courses and a history of their own


class Known(Talker):
    """Somebody whose profile is kept as the manager does; a new talk forgets the slots."""

    def says(self, intent: str, text: str = "…", **entities: str | list[str]) -> Reply:
        reply = super().says(intent, text, **entities)
        profile = {**self.context.profile, **reply.profile}
        self.context = replace(self.context, profile=profile)
        return reply

    def restarts(self) -> None:
        self.context = Context(person=PERSON, profile=self.context.profile)


@pytest.fixture
def known(data: Path) -> Known:
    return Known(data)


def with_profile(known: Known, **profile: object) -> Known:
    known.context = replace(known.context, profile=profile)
    return known


def test_what_is_asked_for_becomes_known(known: Known) -> None:
    known.says("find_course", topic="music", level="beginner")

    profile = known.context.profile
    assert (profile["level"], profile["interests"]) == ("beginner", ["music"])
    assert list(profile["courses_recommended"]) == known.listed
    assert "Ten Songs for Guitar" in profile["courses_recommended"].values()


def test_a_level_that_is_known_is_not_overwritten_by_that_of_a_wish(known: Known) -> None:
    with_profile(known, level="intermediate").says("find_course", topic="music", level="beginner")

    assert known.context.profile["level"] == "intermediate"
    assert known.wanted["levels"] == ["beginner"]


def test_a_known_level_is_looked_for_rather_than_asked_for(known: Known) -> None:
    reply = with_profile(known, level="intermediate").says("find_course", topic="music")

    assert reply.requested_slot is None
    assert "For your level, intermediate." in reply.text
    assert known.listed == ["songs"]


def test_where_nothing_is_at_that_level_it_neither_limits_nor_is_asked(known: Known) -> None:
    reply = with_profile(known, level="advanced").says("find_course", topic="music")

    assert reply.requested_slot is None
    assert "advanced" not in reply.text
    assert len(known.listed) == 4


def test_a_level_of_the_wish_counts_for_more_than_the_known_one(known: Known) -> None:
    reply = with_profile(known, level="intermediate").says(
        "find_course", topic="music", level="beginner"
    )

    assert "For your level" not in reply.text
    assert "songs" not in known.listed


def test_a_known_level_that_is_withdrawn_does_not_come_back(known: Known) -> None:
    with_profile(known, level="intermediate").says("find_course", topic="music")
    known.says("refine_course", constraint="levels")

    assert len(known.listed) == 4
    assert "levels" not in known.wanted


@pytest.mark.parametrize(
    ("intent", "key"),
    [
        ("enrol_course", "courses_enrolled"),
        ("know_course", "courses_known"),
        ("refuse_course", "courses_refused"),
    ],
)
def test_what_became_of_a_course_is_known_in_a_new_conversation(
    known: Known, intent: str, key: str
) -> None:
    known.says("find_course", topic="music", level="beginner")
    known.says(intent, course="piano")
    assert known.context.profile[key] == {"piano": "Piano for Adults"}

    known.restarts()
    assert known.listed == []
    known.says("find_course", topic="music", level="beginner")
    assert known.listed
    assert "piano" not in known.listed


def test_once_forgotten_it_is_known_no_more(known: Known) -> None:
    known.says("find_course", topic="music", level="beginner")
    known.says("refuse_course", course="piano")
    with_profile(known).restarts()
    known.says("find_course", topic="music", level="beginner")

    assert "piano" in known.listed


def test_what_no_course_is_any_more_keeps_its_title(known: Known) -> None:
    with_profile(known, courses_enrolled={"gone": "An Old Course"})
    known.says("enrol_course", course="piano")

    enrolled = known.context.profile["courses_enrolled"]
    assert enrolled == {"gone": "An Old Course", "piano": "Piano for Adults"}


def test_courses_in_the_language_of_a_person_are_listed(known: Known, data: Path) -> None:
    spanish = (
        "- {id: canto, title: Canto, description: Cantar., topics: [music], level: beginner,\n"
        "   hours: 8, price: 0, language: Spanish}\n"
    )
    file = data / "courses.yml"
    file.write_text(file.read_text(encoding="utf-8") + spanish, encoding="utf-8")
    heard = []
    for profile in ({}, {"language": "Spanish"}):
        somebody = with_profile(Known(data), **profile)
        somebody.says("find_course", topic="music", level="beginner")
        somebody.says("more_courses")
        heard.append("canto" in somebody.context.slots["courses_shown"])

    assert heard == [False, True]


@pytest.mark.parametrize("odd", [7, "x", ["a", 1], {"piano": None}, None])
def test_whatever_stands_in_a_profile_courses_are_listed(known: Known, odd: object) -> None:
    keys = ("level", "language", "interests", "courses_known", "courses_recommended")
    with_profile(known, **dict.fromkeys(keys, odd))
    known.says("find_course", topic="music", level="beginner")

    assert known.listed
