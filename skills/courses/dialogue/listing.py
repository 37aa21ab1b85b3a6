"""Makes a list: the best courses that meet the wishes, each with a reason."""

from __future__ import annotations

from dataclasses import asdict, replace

from bot import Button, Reply
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.choosing import Choice, choose
from skills.courses.dialogue.constraints import meets
from skills.courses.dialogue.reasons import named, reason
from skills.courses.dialogue.recommender import Scores
from skills.courses.dialogue.relaxing import exhausted, forgetting, relaxing
from skills.courses.dialogue.state import PREFIX, State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.wording import DETAILS, MORE, button, facts, joined, payload, short

FRESH = 3
"""Learners below whom a course has not had its chance to be seen."""
NAMED = 3.0, 1.0
"""What it counts, in logits, that the words looked for are in the title or in the description."""
FEW = 3
"""Below so many, a list is filled up by courses whose prerequisites are missing."""
CLICK = 0.25
"""What looking at a course says of wanting it."""


def listing(talk: Talk, state: State, before: str = "") -> Reply:
    """List the best courses that meet the wishes, with a reason each; else say what to give up."""
    fitting = [course for course in _candidates(talk, state) if meets(course, state.wanted)]
    naming = [course for course in _candidates(talk, state) if named(course, state.about)]
    if not fitting or (naming and not set(naming) & set(fitting)):
        return relaxing(talk, naming or _candidates(talk, state), state, before)
    unseen = [course for course in fitting if course.id not in state.shown]
    if not unseen:
        return exhausted(talk, state, before)
    ready = [course for course in unseen if _is_for(course, talk, state)]
    scores = _scores(talk, state)
    total = _totals(talk, state, scores)
    fresh = {c.id for c in unseen if talk.offer.histories.takers.get(c.id, 0) < FRESH}
    person = talk.context.person or talk.turn.message.sender_id
    candidates = ready if len(ready) >= FEW else unseen
    choice = choose(candidates, total, fresh, f"{person}|{state.turn}")
    return _shown(talk, state, choice, scores, before)


def _is_for(course: Course, talk: Talk, state: State) -> bool:
    """Whether a course can be followed at once: by its language, and by what comes before it."""
    if course.language not in (None, *talk.languages(state)):
        return False
    return bool(named(course, state.about)) or not talk.missing(course, state)


def _candidates(talk: Talk, state: State) -> list[Course]:
    open_to = [course for course in talk.open_to(state) if course.id != state.like]
    like = talk.known([state.like] if state.like else [])
    alike = [course for course in open_to if like and set(course.topics) & set(like[0].topics)]
    return alike or open_to


def _scores(talk: Talk, state: State) -> Scores:
    history = talk.history(state)
    if state.like:
        history[state.like] = 1.0
    return talk.offer.model.scored(talk.offer.index, [history])[0]


def _totals(talk: Talk, state: State, scores: Scores) -> dict[str, float]:
    return {
        course.id: float(total) + _named(course, state)
        for course, total in zip(talk.offer.courses, scores.total, strict=True)
    }


def _named(course: Course, state: State) -> float:
    """What it counts that a course names what is looked for."""
    in_title, in_text = NAMED
    worth = {"title": in_title, "description": in_text, None: 0.0}
    return worth[named(course, state.about)]


def _shown(talk: Talk, state: State, choice: Choice, scores: Scores, before: str) -> Reply:
    ids = tuple(course.id for course in choice.courses)
    lines: list[str] = []
    for place, course in enumerate(choice.courses, 1):
        line = reason(course, talk, state, lines)
        lines.append(f"{place}. **{course.title}** ({facts(course)})  \n   {line}")
    said = talk.wishes(state)
    intro = f"Here is what I suggest{f', {joined(said)}' if said else ''}:"
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
    left = [course for course in _candidates(talk, state) if meets(course, state.wanted)]
    if set(state.shown) >= {course.id for course in left}:
        return forgetting(state)
    return [button("Show me more", MORE)]


def course_button(course: Course, talk: Talk) -> Button:
    """Offer the details of a course; who presses it is interested."""
    sent = payload(DETAILS, course=course.id)
    return Button(short(course.title), sent, talk.example(course.id, CLICK))
