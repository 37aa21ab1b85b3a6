"""What a talk about courses adds to a person's profile, and takes from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.profiles import INTERESTS, LANGUAGE, LEVEL
from skills.courses.catalogue.course import LEVELS
from skills.courses.dialogue.state import PREFIX, State

if TYPE_CHECKING:
    from skills.courses.dialogue.talk import Talk

Profile = Mapping[str, Any]
KEPT = ("enrolled", "known", "refused")
"""What became of courses: a profile has each as a mapping of ids to titles, for later talks."""
RECOMMENDED = f"{PREFIX}recommended"
"""There, too: the courses that were listed last."""
MOST = 12
"""Courses listed, and interests, that are kept."""


def with_profile(state: State, profile: Profile) -> State:
    """Add what became of courses in earlier conversations."""
    return replace(
        state,
        enrolled=_both(state, "enrolled", profile),
        known=_both(state, "known", profile),
        refused=_both(state, "refused", profile),
    )


def level_in(profile: Profile) -> str | None:
    """Give the level that is known of a person, if it is one of courses."""
    level = profile.get(LEVEL)
    return level if level in LEVELS else None


def languages_in(profile: Profile) -> set[str]:
    """Give the language that is known of a person."""
    language = profile.get(LANGUAGE)
    return {language} if isinstance(language, str) else set()


def learnt(state: State, talk: Talk) -> dict[str, Any]:
    """Say what a reply adds to the profile; a level that is known there is not overwritten."""
    before, profile, said = talk.state, talk.context.profile, talk.wish.constraints
    changed: dict[str, Any] = {
        PREFIX + name: _titled(getattr(state, name), profile.get(PREFIX + name), talk)
        for name in KEPT
        if getattr(state, name) != getattr(before, name)
    }
    listed = [id for id in state.listed if id not in before.listed]
    if listed:
        old = [id for id in _texts(profile.get(RECOMMENDED)) if id not in listed]
        changed[RECOMMENDED] = _titled([*old, *listed][-MOST:], profile.get(RECOMMENDED), talk)
    interests = _texts(profile.get(INTERESTS))
    familiar = (*before.wanted.topics, *interests)
    topics = [topic for topic in state.wanted.topics if topic not in familiar]
    if topics:
        changed[INTERESTS] = [*interests, *topics][-MOST:]
    if len(said.levels) == 1 and not profile.get(LEVEL):
        changed[LEVEL] = said.levels[0]
    return changed


def _both(state: State, name: str, profile: Profile) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_texts(profile.get(PREFIX + name)), *getattr(state, name))))


def _texts(value: Any) -> list[str]:
    """Read a list or the keys of a mapping; whatever else stands there is left out."""
    return (
        [each for each in value if isinstance(each, str)] if isinstance(value, list | dict) else []
    )


def _titled(ids: Iterable[str], before: Any, talk: Talk) -> dict[str, str]:
    """Give ids with titles; those that left the catalogue keep the title that they had."""
    old = before if isinstance(before, dict) else {}
    courses = talk.offer.catalogue.courses
    return {id: courses[id].title if id in courses else old.get(id, id) for id in ids}
