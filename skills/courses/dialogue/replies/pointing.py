"""Finds the courses that somebody means, and asks which where it is unclear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import Button, Reply
from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import Constraints, meets
from skills.courses.dialogue.replies.lists import LEVEL, find
from skills.courses.dialogue.replies.wording import payload, short
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.naming import named

ONLY_ONE = "My latest list has one course. Do you mean this one?"
MOST = 3
"""Courses that are meant at once by what somebody knows."""


def the_one(talk: Talk) -> Course | None:
    """The one course that is meant, if it is clear."""
    meant = talk.meant or (() if talk.turn.entity("place") else focused(talk))
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
        many = f"My latest list has {len(courses)} courses. {question}"
        question = many if len(courses) > 1 else ONLY_ONE
    return talk.reply(question, talk.state, buttons, asks=intent)


def _choice(course: Course, intent: str) -> Button:
    return Button(short(course.title), payload(intent, course=course.id))


def subject_known(talk: Talk) -> Constraints:
    """What somebody says they know: where it goes unsaid, what they were asked the level of."""
    said = talk.wish.constraints
    is_asked = talk.context.requested_slot == LEVEL and "topics" not in said.names
    return talk.state.wanted if is_asked else said


def taught(talk: Talk) -> list[Course]:
    """The first courses on what somebody says they know."""
    offered, said = talk.offer.courses, subject_known(talk)
    found = [
        course
        for course in offered
        if named(course, said.words) == "title" or {*said.topics} & {*course.topics[:1]}
    ]
    first = [course for course in found if course.level == LEVELS[0]]
    return [course for course in first if course.language == first[0].language][:MOST]


def raised(talk: Talk, known: Sequence[Course]) -> Constraints | None:
    """Look for the level above what somebody knows, if that is on what they are looking for.

    Who has seen no list yet is taken to look for more of what they know.
    """
    state, said = talk.state, subject_known(talk)
    wanted = state.wanted if state.has_subject or state.turn else state.wanted.narrowed(said)
    about = {*wanted.topics, *wanted.words} & {*said.topics, *said.words}
    levels = [LEVELS.index(course.level) for course in known if course.level in LEVELS]
    if not levels or not about:
        return None
    above = LEVELS[min(max(levels) + 1, len(LEVELS) - 1) :]
    still = tuple(level for level in wanted.levels if level in above)
    higher = replace(wanted, levels=still or (above[:1] if wanted.levels else above))
    subject = Constraints(topics=higher.topics, words=higher.words, levels=higher.levels)
    if any(meets(course, subject) for course in talk.open_to(state)):
        return higher
    return replace(higher.without("topics"), topics=known[0].topics)
