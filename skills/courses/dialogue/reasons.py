"""Why a course is in a list: computed from what moved its score, never made up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.history import TAKEN, taken
from skills.courses.dialogue.requests import names
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.wording import hours, joined, price, starts

MOVED = 0.01
"""From this change of the score on, a course of the history had a part in it."""
WENT_ON = 0.1
"""Part of the learners of one course who went on to another, from which it is worth saying."""
MANY = 20
"""Learners from which a course may be called popular."""


def reason(course: Course, talk: Talk, state: State, before: Sequence[str] = ()) -> str:
    """Say in one line why a course is in the list, if possible not as the lines before do."""
    found = reasons(course, talk, state)
    best = next((each for each in found if not _is_said(each, before)), found[0])
    missing = talk.missing(course, state)
    if missing:
        first = joined([f"“{each.title}”" for each in missing])
        return f"{best} You should know {first} first."
    return best


def _is_said(reason: str, before: Sequence[str]) -> bool:
    """Whether a line says the same of the same other course."""
    opening, quoted, _ = reason.partition("”")
    return bool(quoted) and any(opening in line for line in before)


def reasons(course: Course, talk: Talk, state: State) -> list[str]:
    """Say everything true that speaks for a course, the most telling first; there is always one."""
    found = [
        *_titled(course, state),
        *_alike(course, talk, state),
        *_follows(course, talk, state),
        *_moved(course, talk, state),
        *_described(course, state),
        *_popular(course, talk),
        *_fits(course, talk, state),
    ]
    return found or [_plain(course, talk)]


def named(course: Course, words: Iterable[str]) -> str | None:
    """Tell where a course names what is looked for: in its title, its description, or nowhere."""
    listed = list(words)
    if any(names(course.title, word) for word in listed):
        return "title"
    return "description" if any(names(course.description, word) for word in listed) else None


def _titled(course: Course, state: State) -> list[str]:
    words = [word for word in state.about if names(course.title, word)]
    return [f"You asked for {joined(words)}: this is about it."] if words else []


def _described(course: Course, state: State) -> list[str]:
    words = [word for word in state.about if names(course.description, word)]
    return [f"You asked for {joined(words)}: its description names it."] if words else []


def _alike(course: Course, talk: Talk, state: State) -> list[str]:
    like = talk.known([state.like] if state.like else [])
    shared = _shared(course, like[0], talk) if like else ""
    if not shared:
        return []
    level = f", for the same level ({course.level})" if course.level == like[0].level else ""
    return [f"Like “{like[0].title}”, it is about {shared}{level}."]


def _follows(course: Course, talk: Talk, state: State) -> list[str]:
    done = set(taken(talk.history(state)))
    before = [each for each in talk.known(course.prerequisites) if each.id in done]
    return [f"It builds on “{before[-1].title}”, which you have done."] if before else []


def _moved(course: Course, talk: Talk, state: State) -> list[str]:
    offer, history = talk.offer, talk.history(state)
    if not history:
        return []
    moved = offer.model.moved(offer.index, history, course.id)
    helpful = [id for id, change in moved if change >= MOVED and history.get(id, 0) > 0]
    return [_because(course, each, talk, history) for each in talk.known(helpful[:3])]


def _because(course: Course, before: Course, talk: Talk, history: dict[str, float]) -> str:
    counted = talk.offer.model.went_on(before.id, course.id)
    done = history[before.id] >= TAKEN
    if done and counted and counted[1] >= WENT_ON * counted[0]:
        return f"Of {counted[0]} learners who took “{before.title}”, {counted[1]} went on to this."
    shared = _shared(course, before, talk)
    what = "You took" if done else "You looked at"
    if shared:
        return f"{what} “{before.title}”, which is about {shared} too."
    return f"It suits people who {what.removeprefix('You ')} “{before.title}”."


def _popular(course: Course, talk: Talk) -> list[str]:
    takers = talk.offer.histories.takers.get(course.id, 0)
    return [f"{takers} learners have taken it."] if takers >= MANY else []


def _fits(course: Course, talk: Talk, state: State) -> list[str]:
    """What it has of what was asked for, but the topic, which all of a list share."""
    has = {
        "levels": f"{course.level} level",
        "languages": f"in {course.language}",
        "hours": hours(course.hours),
        "price": price(course.price),
        "starts": f"start {starts(course, talk.today)}",
    }
    said = [has[name] for name in state.wanted.names if name in has]
    return [f"It is as you wished: {joined(said)}."] if said else []


def _plain(course: Course, talk: Talk) -> str:
    about = joined([_title(topic, talk) for topic in course.topics]) or "something else"
    if not talk.offer.histories.takers.get(course.id):
        return f"New, and about {about}."
    return f"It is about {about}."


def _shared(one: Course, other: Course, talk: Talk) -> str:
    return joined([_title(topic, talk) for topic in one.topics if topic in other.topics])


def _title(topic: str, talk: Talk) -> str:
    return talk.offer.catalogue.topics.get(topic, topic).lower()
