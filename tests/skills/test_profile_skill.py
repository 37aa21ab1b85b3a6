"""The profile skill: takes in what people say of themselves, shows it, forgets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Context, Entity, Reply
from bot.testing import asked, turn
from skills.profile import DELETED, KEPT, NOTHING, SURE, Profile

ANA = {"name": "Ana", "level": "beginner", "interests": ["music", "cats"]}


@pytest.fixture
def skill() -> Profile:
    return Profile(None, Path("none"))


def run(
    skill: Profile, intent: str, profile: Mapping[str, Any], *said: tuple[str, str], **slots: object
) -> Reply:
    made = replace(
        turn("…", intent), entities=tuple(Entity(type, value, 0, 1) for type, value in said)
    )
    reply = skill.run(made, Context(slots, profile=profile))
    assert reply is not None
    return reply


def test_what_people_say_of_themselves_is_remembered_and_said_back(skill: Profile) -> None:
    said = (("name", "ana lima"), ("level", "beginner"), ("language", "spanish"))
    reply = run(skill, "tell_about_me", {}, *said, ("topic", "music"))

    assert reply.profile == {
        "name": "Ana Lima",
        "level": "beginner",
        "language": "Spanish",
        "interests": ["music"],
    }
    assert all(word in reply.text for word in ("Ana Lima", "beginner", "Spanish", "music"))


def test_only_what_was_said_changes(skill: Profile) -> None:
    assert run(skill, "tell_about_me", ANA, ("name", "Bo")).profile == {"name": "Bo"}


def test_the_last_word_counts_where_people_correct_themselves(skill: Profile) -> None:
    levels = (("level", "beginner"), ("level", "intermediate"))

    assert run(skill, "tell_about_me", {}, *levels).profile == {"level": "intermediate"}


def test_interests_are_added_and_taken_away_one_by_one(skill: Profile) -> None:
    more = run(skill, "tell_about_me", ANA, ("topic", "cats"), ("topic", "chess"))
    less = run(skill, "forget_profile", ANA, ("topic", "cats"))
    none = run(skill, "forget_profile", ANA, ("topic", "cats"), ("topic", "music"))

    assert more.profile == {"interests": ["music", "cats", "chess"]}
    assert less.profile == {"interests": ["music"]}
    assert none.profile == {"interests": None}


def test_all_that_is_known_is_shown(skill: Profile) -> None:
    text = run(skill, "ask_profile", {**ANA, "courses_known": {"c1": "Go"}}).text

    assert "Ana" in text
    assert "music, cats" in text
    assert "Courses known: Go" in text
    assert run(skill, "ask_profile", {}).text == NOTHING


def test_a_part_is_shown_where_it_is_asked_for(skill: Profile) -> None:
    asked_for = (("attribute", "name"), ("attribute", "languages"))
    text = run(skill, "ask_profile", ANA, *asked_for).text

    assert text == "Your name is Ana. I don't know your language."


@pytest.mark.parametrize(
    "said", [("constraint", "levels"), ("attribute", "level"), ("level", "beginner")]
)
def test_a_part_is_forgotten_by_its_name_or_its_value(
    skill: Profile, said: tuple[str, str]
) -> None:
    reply = run(skill, "forget_profile", ANA, said, level="beginner", other=1)

    assert reply.profile == {"level": None}
    assert reply.slots == {"level": None}


def test_all_is_forgotten_after_a_question_only(skill: Profile) -> None:
    reply = run(skill, "forget_profile", ANA, ("constraint", "all"))
    assert (reply.profile, reply.requested_slot) == ({}, SURE)
    assert reply.buttons[0].payload == '/forget_profile{"sure": "yes"}'

    pressed = run(skill, "forget_profile", ANA, ("sure", "yes"), contact="a@example.org")
    assert pressed.profile == {"name": None, "level": None, "interests": None}
    assert pressed.slots == {"contact": None}
    assert pressed.text == DELETED


@pytest.mark.parametrize("intent", ["affirm", "deny", "cancel", "greet"])
def test_the_question_is_answered_in_words(skill: Profile, intent: str) -> None:
    context = replace(asked("profile", SURE), profile=ANA)
    reply = skill.run(turn("…", intent), context)

    if intent == "greet":
        assert reply is None
    elif intent == "affirm":
        assert reply is not None
        assert dict(reply.profile) == dict.fromkeys(ANA)
    else:
        assert reply == Reply(KEPT)


def test_an_answer_to_another_skill_is_left_to_it_unless_it_is_a_name(skill: Profile) -> None:
    open_question = Context(active_skill="courses")
    level = turn("beginner", "tell_about_me", {"level": "beginner"})
    name = turn("I'm Ana", "tell_about_me", {"name": "Ana"})

    assert skill.run(level, open_question) is None
    assert skill.run(name, open_question) is not None
    assert skill.run(level, Context()) is not None


def test_what_tells_nothing_is_declined(skill: Profile) -> None:
    assert skill.run(turn("I am what I am", "tell_about_me"), Context()) is None
