"""Makes a list: the best courses that meet the wishes, each with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from bot import Button, Reply
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import meets
from skills.courses.dialogue.recommender import Scores
from skills.courses.dialogue.replies.choosing import Choice, choose
from skills.courses.dialogue.replies.reasons import FRESH, newness, reason
from skills.courses.dialogue.replies.relaxing import (
    exhausted,
    forgetting,
    outright,
    relaxing,
    settled_all,
)
from skills.courses.dialogue.replies.wording import (
    DETAILS,
    MORE,
    button,
    facts,
    joined,
    payload,
    short,
)
from skills.courses.dialogue.state import PREFIX, State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.naming import named

NEAR = 6.0
"""What it counts, in logits, to be the nearest in meaning to what was said."""
NAMED = 6.0
"""What it counts, in logits, that a word looked for is in the title."""
OPENINGS = ("Here is what I suggest", "I would look at these", "These could suit you")
FEW = 3
"""Below so many, a list is filled up by courses whose prerequisites are missing."""
CLICK = 0.25
"""What looking at a course says of wanting it."""


def listing(talk: Talk, state: State, before: str = "") -> Reply:
    """List the best courses that meet the wishes, with a reason each; else say what to give up."""
    if not talk.open_to(state):
        return settled_all(talk, state, before)
    found = fitting(talk, state)
    unseen = [course for course in found if course.id not in state.shown]
    sought = talk.spoken(outright(talk, state), state)
    is_none = not found or bool(sought and not {*sought} & {*found})
    if is_none or not unseen:
        return relaxing(talk, state, before) if is_none else exhausted(talk, state, before)
    ready = [course for course in unseen if _is_ready(course, talk, state)]
    scores = _scores(talk, state)
    total = _totals(talk, state, scores)
    fresh = {c.id for c in unseen if talk.offer.histories.takers.get(c.id, 0) < FRESH}
    person = talk.context.person or talk.turn.message.sender_id
    candidates = ready if len(ready) >= FEW else _first_steps(unseen, talk, state)
    choice = choose(candidates, total, fresh, f"{person}|{state.turn}")
    return _shown(talk, state, choice, scores, before)


def fitting(talk: Talk, state: State) -> list[Course]:
    """The courses that meet the wishes, in the learner's languages."""
    on_subject = talk.spoken(talk.on_subject(state), state)
    if not state.wanted.topics:
        # what only mentions a word is not about it, where something is
        on_subject = talk.spoken(outright(talk, state), state) or on_subject
    return [course for course in on_subject if meets(course, state.wanted)]


def _first_steps(courses: Sequence[Course], talk: Talk, state: State) -> list[Course]:
    """Those that do not need another one of them first, unless they are asked for by name."""
    ids = {course.id for course in courses}
    return [
        course
        for course in courses
        if _is_ready(course, talk, state)
        or ids.isdisjoint(each.id for each in talk.missing(course, state))
    ]


def _is_ready(course: Course, talk: Talk, state: State) -> bool:
    """Whether a course can be followed at once, or is asked for by what it names."""
    return bool(named(course, state.wanted.words)) or not talk.missing(course, state)


def _scores(talk: Talk, state: State) -> Scores:
    history = talk.history(state)
    if state.like:
        history[state.like] = 1.0
    return talk.offer.model.scored(talk.offer.index, [history])[0]


def _totals(talk: Talk, state: State, scores: Scores) -> dict[str, float]:
    near = talk.near(state.sense)
    nearest = max(near.values(), default=1.0)
    return {
        course.id: float(total) + _named(course, state) + NEAR * near.get(course.id, 0) / nearest
        for course, total in zip(talk.offer.courses, scores.total, strict=True)
    }


def _named(course: Course, state: State) -> float:
    return NAMED if named(course, state.wanted.words) == "title" else 0.0


def _shown(talk: Talk, state: State, choice: Choice, scores: Scores, before: str) -> Reply:
    ids = tuple(course.id for course in choice.courses)
    lines: list[str] = []
    for place, course in enumerate(choice.courses, 1):
        is_fresh = choice.explored is not None and choice.explored.course == course.id
        line = newness(course, talk) if is_fresh else reason(course, talk, state, lines)
        lines.append(f"{place}. **{course.title}** ({facts(course)})  \n   {line}")
    said = talk.wishes(state)
    opening = OPENINGS[state.turn % len(OPENINGS) if len(ids) > 1 else 0]
    intro = f"{opening}{f', {joined(said)}' if said else ''}:"
    shown = replace(state, listed=ids, shown=(*state.shown, *ids), turn=state.turn + 1)
    places = {course.id: place for place, course in enumerate(talk.offer.courses)}
    parts = {
        id: {name: round(float(values[places[id]]), 2) for name, values in scores.parts.items()}
        for id in ids
    }
    explored = asdict(choice.explored) if choice.explored else None
    text = "\n\n".join(filter(None, (before, intro, "\n".join(lines))))
    buttons = [*(course_button(course, talk) for course in choice.courses), *_next(talk, shown)]
    slots = {f"{PREFIX}parts": parts, f"{PREFIX}explored": explored}
    return talk.reply(text, shown, buttons, slots=slots)


def _next(talk: Talk, state: State) -> list[Button]:
    if set(state.shown) >= {course.id for course in fitting(talk, state)}:
        return forgetting(state)
    return [button("Show me more", MORE)]


def course_button(course: Course, talk: Talk) -> Button:
    """Offer the details of a course; who presses it is interested."""
    sent = payload(DETAILS, course=course.id)
    return Button(short(course.title), sent, talk.example(course.id, CLICK))
