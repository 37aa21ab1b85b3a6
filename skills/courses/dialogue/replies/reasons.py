"""Why a course is in a list: computed from what moved its score, never made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import unmet
from skills.courses.dialogue.history import TAKEN, taken
from skills.courses.dialogue.replies.wording import hours, joined, lowered, price, starts, topics_of
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.naming import names

MOVED = 0.1
"""From this change of the score on, in logits, a course of the history had a part in it."""
TAKERS = 10
"""Learners of a course from which it is worth saying how many of them went on to another."""
WENT_ON = 0.1
"""Part of the learners of one course who went on to another, from which it is worth saying."""
MOST_MOVED = 3
"""Courses of the history that are named."""
FRESH = 3
"""Learners below whom a course has not had its chance to be seen."""
MANY = 20
"""Learners from which a course may be called popular."""


def reason(course: Course, talk: Talk, state: State, before: Sequence[str] = ()) -> str:
    """Say in one line why a course is in the list, if possible not as the lines before do."""
    found = [sentence(each) for each in reasons(course, talk, state)]
    best = next((each for each in found if not _is_said(each, before)), found[0])
    return " ".join([best, *_warnings(course, talk, state)])


def because(course: Course, talk: Talk, state: State) -> str:
    """Give all reasons for a course as one would say them."""
    first, *others = reasons(course, talk, state)
    links = ("besides, ", "also, ", *("and " for _ in others))
    more = [sentence(link + each) for link, each in zip(links, others, strict=False)]
    told = [f"I suggest **{course.title}** because {first}.", *more]
    return " ".join([*told, *_warnings(course, talk, state)])


def newness(course: Course, talk: Talk) -> str:
    """Say what there is to say of a course that is shown for its chance to be seen."""
    return " ".join([sentence(_plain(course, talk)), *_warnings(course, talk, talk.state)])


def sentence(clause: str) -> str:
    """Make a sentence of a reason."""
    return f"{clause[:1].upper()}{clause[1:]}."


def _is_said(reason: str, before: Sequence[str]) -> bool:
    """Whether a line says the same in the same words, but for numbers."""
    return any(_without_numbers(reason) in _without_numbers(line) for line in before)


def _without_numbers(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit()).lower()


def _warnings(course: Course, talk: Talk, state: State) -> list[str]:
    """What speaks against taking a course at once."""
    found = []
    if course.language not in (None, *talk.languages(state)):
        found.append(f"Mind that it is taught in {course.language}.")
    missing = talk.missing(course, state)
    if missing:
        found.append(f"You should know {joined([f'“{each.title}”' for each in missing])} first.")
    return found


def reasons(course: Course, talk: Talk, state: State) -> list[str]:
    """Say everything true that speaks for a course, the most telling first; there is always one.

    Each is a clause that can follow "because".
    """
    found = [
        *_titled(course, state),
        *_close(course, talk, state),
        *_alike(course, talk, state),
        *_follows(course, talk, state),
        *_moved(course, talk, state),
        *_described(course, state),
        *_popular(course, talk),
        *_fits(course, talk, state),
    ]
    return found or [_plain(course, talk)]


def _titled(course: Course, state: State) -> list[str]:
    words = [word for word in state.wanted.words if names(course.title, word)]
    return [f"it is about {joined(words)}, as you asked"] if words else []


def _described(course: Course, state: State) -> list[str]:
    words = [word for word in state.wanted.words if not names(course.title, word)]
    words = [word for word in words if names(course.description, word)]
    return [f"its description names {joined(words)}"] if words else []


def _close(course: Course, talk: Talk, state: State) -> list[str]:
    near = talk.near(state.sense)
    if course.id not in near:
        return []
    is_nearest = near[course.id] == max(near.values())
    degree = "closest of all" if is_nearest else "close"
    return [f"its text comes {degree} to what you said"]


def _alike(course: Course, talk: Talk, state: State) -> list[str]:
    like = talk.known([state.like] if state.like else [])
    shared = _shared(course, like[0], talk) if like else ""
    if not shared:
        return []
    level = f", and for the same level ({course.level})" if course.level == like[0].level else ""
    return [f"like “{like[0].title}”, it is about {shared}{level}"]


def _follows(course: Course, talk: Talk, state: State) -> list[str]:
    done = set(taken(talk.history(state)))
    before = [each for each in talk.known(course.prerequisites) if each.id in done]
    return [f"it builds on “{before[-1].title}”, which you have done"] if before else []


def _moved(course: Course, talk: Talk, state: State) -> list[str]:
    offer, history = talk.offer, talk.history(state)
    if not history:
        return []
    moved = offer.model.moved(offer.index, history, course.id)
    helpful = [id for id, change in moved if change >= MOVED and history.get(id, 0) > 0]
    # what was taken says more of somebody than what was only looked at
    told = sorted(helpful, key=lambda id: history[id] < TAKEN)[:MOST_MOVED]
    return [_moving(course, each, talk, state) for each in talk.known(told)]


def _moving(course: Course, before: Course, talk: Talk, state: State) -> str:
    counted = talk.offer.model.went_on(before.id, course.id)
    done = talk.history(state)[before.id] >= TAKEN
    if done and counted and counted[0] >= TAKERS and counted[1] >= WENT_ON * counted[0]:
        return f"{counted[1]} of {counted[0]} learners who took “{before.title}” went on to it"
    shared = _shared(course, before, talk)
    what = "took" if done else "looked at"
    if not shared:
        return f"it suits people who {what} “{before.title}”"
    is_known = before.id in state.known
    return f"you {'know' if is_known else what} “{before.title}”, which is about {shared} too"


def _popular(course: Course, talk: Talk) -> list[str]:
    takers, topic = talk.offer.histories.takers, course.topics[:1]
    count = takers.get(course.id, 0)
    if count < MANY:
        return []
    others = [takers.get(each.id, 0) for each in talk.offer.courses if each.topics[:1] == topic]
    if topic and count >= max(others, default=0):
        about = _title(topic[0], talk)
        return [f"{count} learners have taken it, more than any other on {about}"]
    return [f"{count} learners have taken it"]


def _fits(course: Course, talk: Talk, state: State) -> list[str]:
    """What it has of what was asked for, but for what all of a list have in common."""
    has = {
        "hours": f"takes {hours(course.hours)}",
        "price": "is free" if course.price == 0 else f"costs {price(course.price)}",
        "starts": f"starts {'on ' if course.starts else 'at '}{starts(course, talk.today)}",
    }
    met = {*state.wanted.names} - {*unmet(course, state.wanted)}
    said = [has[name] for name in has if name in met]
    return [f"it {joined(said)}, as you wished"] if said else []


def _plain(course: Course, talk: Talk) -> str:
    about = lowered(topics_of(course, talk.offer.catalogue.topics)) or "something else"
    is_new = talk.offer.histories.takers.get(course.id, 0) < FRESH
    return f"it is {'new, and ' if is_new else ''}about {about}"


def _shared(one: Course, other: Course, talk: Talk) -> str:
    both = [topic for topic in one.topics if topic in other.topics]
    return lowered(topics_of(replace(one, topics=tuple(both)), talk.offer.catalogue.topics))


def _title(topic: str, talk: Talk) -> str:
    return lowered(talk.offer.catalogue.topics.get(topic, topic))
