"""What can be done with a course of the list: look, refuse, know, enrol; and what intents do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot import Reply
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.history import KNOWN, TAKEN
from skills.courses.dialogue.replies.comparing import compare, why
from skills.courses.dialogue.replies.listing import CLICK, course_button, listing
from skills.courses.dialogue.replies.lists import find, more, refine
from skills.courses.dialogue.replies.pointing import ask_which, focused, raised, taught, the_one
from skills.courses.dialogue.replies.wording import (
    COMPARE,
    DETAILS,
    ENROL,
    FIND,
    KNOW,
    MORE,
    REFINE,
    REFUSE,
    SIMILAR,
    WHY,
    beginning,
    button,
    details,
    hours,
    joined,
    price,
)
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk

Act = Callable[[Talk], Reply]


def look(talk: Talk) -> Reply:
    """Tell about a course."""
    course = the_one(talk)
    if course is None:
        return ask_which(talk, DETAILS, "Which one shall I tell you about?")
    state = replace(talk.state, focus=course.id, clicked=_with(talk.state.clicked, course))
    text = details(course, talk.offer.catalogue.topics, talk.today)
    missing = talk.missing(course)
    if missing:
        text += f"\n\nBefore it you should take {_titles(missing)}."
    buttons = [
        button("Enrol me", ENROL, course=course.id),
        button("Why this one?", WHY, course=course.id),
        button("Not for me", REFUSE, course=course.id),
        *(course_button(each, talk) for each in missing),
    ]
    seen = () if talk.is_pressed else (talk.example(course.id, CLICK),)
    return talk.reply(text, state, buttons, observed=seen)


def similar(talk: Talk) -> Reply:
    """List courses like one of those shown."""
    course = the_one(talk)
    if course is None:
        return ask_which(talk, SIMILAR, "Like which one?")
    wanted = talk.state.wanted.narrowed(talk.wish.constraints).without("topics")
    state = replace(talk.state, like=course.id, wanted=wanted, sense="", shown=(), focus=None)
    return listing(talk, state)


def refuse(talk: Talk) -> Reply:
    """Never show a course again, or nothing on a subject, and list others."""
    unwanted = talk.wish.constraints.avoided
    if unwanted and not talk.meant:
        return find(talk)
    courses = talk.meant or focused(talk)
    if not courses:
        return ask_which(talk, REFUSE, "Which one is not for you?")
    state = talk.state
    for course in courses:
        state = replace(state, refused=_with(state.refused, course))
    state = _without(state, courses)
    refused = [talk.example(course.id, 0.0) for course in courses]
    reply = listing(talk, state, f"All right, no {_titles(courses)}.")
    return replace(reply, observed=tuple(each for each in refused if each))


def know(talk: Talk) -> Reply:
    """Take courses for done, because the learner knows what they teach, and look higher."""
    courses = talk.meant or tuple(taught(talk))
    if not courses and "topics" in talk.wish.constraints.names:
        return listing(talk, talk.state, "Good to know. I have no course for that to leave out.")
    higher = None if talk.meant else raised(talk, courses)
    courses = courses or focused(talk)
    if not courses:
        return ask_which(talk, KNOW, "Which one do you know already?")
    state = replace(talk.state, wanted=higher or talk.state.wanted)
    for course in courses:
        state = replace(state, known=_with(state.known, course))
    state = _without(state, courses)
    known = [talk.example(course.id, KNOWN) for course in courses]
    onward = f" and look for {joined(higher.levels, 'or')} level" if higher else ""
    reply = listing(talk, state, f"Good, I count {_titles(courses)} as done{onward}.")
    return replace(reply, observed=tuple(each for each in known if each))


def enrol(talk: Talk) -> Reply:
    """Enrol in a course, unless it is unclear which, or something should come before."""
    course = the_one(talk)
    if course is None:
        return ask_which(talk, ENROL, "In which one?")
    missing = talk.missing(course)
    if missing and talk.turn.entity("anyway") is None:
        buttons = [
            *(button(f"First {each.title}", ENROL, course=each.id) for each in missing),
            button("Enrol me all the same", ENROL, course=course.id, anyway="yes"),
        ]
        text = f"Before “{course.title}” you should take {_titles(missing)}. What shall I do?"
        return talk.reply(text, replace(talk.state, focus=course.id), buttons)
    state = _without(replace(talk.state, enrolled=_with(talk.state.enrolled, course)), [course])
    state = replace(state, focus=course.id)
    text = (
        f"You are enrolled in “{course.title}” ({hours(course.hours)}, {price(course.price)}). "
        f"{beginning(course, talk.today)} Enjoy it!"
    )
    buttons = [button("What goes well with it?", SIMILAR, course=course.id)]
    return talk.reply(text, state, buttons, observed=(talk.example(course.id, TAKEN),))


def _with(ids: tuple[str, ...], course: Course) -> tuple[str, ...]:
    return (*(id for id in ids if id != course.id), course.id)


def _without(state: State, courses: Sequence[Course]) -> State:
    """The list without courses that are settled; what else was shown may be shown again."""
    gone = {course.id for course in courses}
    return replace(
        state,
        listed=tuple(id for id in state.listed if id not in gone),
        shown=tuple(id for id in state.shown if id not in {*gone, *state.listed}),
        focus=None,
    )


def _titles(courses: Sequence[Course]) -> str:
    return joined([f"“{course.title}”" for course in courses])


ACTS: Mapping[str, Act] = {
    FIND: find,
    REFINE: refine,
    MORE: more,
    SIMILAR: similar,
    REFUSE: refuse,
    KNOW: know,
    WHY: why,
    COMPARE: compare,
    DETAILS: look,
    ENROL: enrol,
}
"""What is done, by intents."""
