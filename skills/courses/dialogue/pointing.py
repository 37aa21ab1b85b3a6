"""Finds the courses that somebody means, and asks which where it is unclear."""

from __future__ import annotations

from bot import Button, Reply
from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.lists import find
from skills.courses.dialogue.requests import matching
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.wording import payload, short

MOST = 3
"""Courses that are meant at once by what somebody knows."""


def the_one(talk: Talk) -> Course | None:
    """The one course that is meant, if it is clear."""
    meant = talk.meant or focused(talk)
    return meant[0] if len(meant) == 1 else None


def focused(talk: Talk) -> tuple[Course, ...]:
    """The course that was spoken of last, or the only one of the list."""
    state = talk.state
    ids = [state.focus] if state.focus else state.listed if len(state.listed) == 1 else []
    return tuple(talk.known(ids))


def ask_which(talk: Talk, intent: str, question: str) -> Reply:
    """Ask which course of the list is meant; without a list, make one."""
    courses = talk.known(talk.state.listed)
    if not courses:
        return find(talk)
    buttons = [_choice(course, intent) for course in courses]
    if talk.turn.entity("place") and not talk.meant:
        question = f"My latest list has {len(courses)}. {question}"
    return talk.reply(question, talk.state, buttons, asks=intent)


def _choice(course: Course, intent: str) -> Button:
    return Button(short(course.title), payload(intent, course=course.id))


def taught(talk: Talk) -> list[Course]:
    """The first courses on what somebody says they know."""
    offered = talk.offer.courses
    named = [course for word in talk.wish.about for course in matching(word, offered)]
    topics = set() if named else set(talk.wish.constraints.topics)
    found = named or [course for course in offered if topics & set(course.topics[:1])]
    first = [course for course in found if course.level == LEVELS[0]]
    return [course for course in first if course.language == first[0].language][:MOST]
