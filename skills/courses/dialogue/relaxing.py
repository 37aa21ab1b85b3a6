"""Says what to give up where no course, or no further one, meets all wishes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import Button, Reply
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import Constraints, slot_of
from skills.courses.dialogue.relaxation import Relaxation, relaxations
from skills.courses.dialogue.requests import ALL
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.wording import FIND, REFINE, button, joined, name_of, wishes

MOST = 3
"""Ways out that are offered."""


def contradiction(talk: Talk, state: State) -> Reply:
    """Say which wish no course can meet, and ask which half of it counts."""
    name = state.wanted.contradictions[0]
    bounds = getattr(state.wanted, name)
    choices = [replace(bounds, at_most=None), replace(bounds, at_least=None)]
    offers = [replace(state.wanted, **{name: each}) for each in choices]
    alone = [replace(Constraints(), **{name: each}) for each in choices]
    said = [wishes(only, {})[0] for only in alone]
    buttons = [
        button(words[:1].upper() + words[1:], REFINE, wanted=_json(offer))
        for words, offer in zip(said, offers, strict=True)
    ]
    text = f"No course can be both: {joined(said)}. Which of the two counts?"
    return talk.reply(text, talk.state, buttons)


def relaxing(talk: Talk, courses: Sequence[Course], state: State, before: str) -> Reply:
    """Say which wish to loosen, and what that would give."""
    said = joined(talk.wishes(state))
    found = relaxations(courses, state.wanted)[:MOST]
    if not found:
        text = f"I have no course that is {said}. Shall we begin again?"
        return talk.reply(text, state, [button("Forget all wishes", REFINE, constraint=ALL)])
    lines = "\n".join(f"- {_gain(each, talk)}" for each in found)
    text = f"I have nothing that is all of this: {said}. It would work like this:\n\n{lines}"
    buttons = [button(_title(each, talk), REFINE, wanted=_json(each.offer)) for each in found]
    return talk.reply("\n\n".join(filter(None, (before, text))), state, buttons)


def exhausted(talk: Talk, state: State, before: str) -> Reply:
    """Say that everything was shown, and which wish would let in more."""
    said = joined(talk.wishes(state))
    text = "Those were all the courses that are left for you."
    if said:
        text = f"Those were all the courses I have: {said}. Give up a wish, and I look further."
    again = replace(state, shown=())
    buttons = [*forgetting(state), button("Show the first ones again", FIND)]
    return talk.reply("\n\n".join(filter(None, (before, text))), again, buttons)


def forgetting(state: State) -> list[Button]:
    """Offer to give up wishes; the topic last, since another topic is another search."""
    names = [name for name in state.wanted.names if name != "topics"] or state.wanted.names
    return [button(f"Forget {name_of(name)}", REFINE, constraint=name) for name in names]


def _gain(relaxation: Relaxation, talk: Talk) -> str:
    """What a loosened wish would give."""
    count, nearest = len(relaxation.courses), relaxation.courses[0].title
    such = f"{count} courses, such as “{nearest}”" if count > 1 else f"“{nearest}”"
    return f"{_title(relaxation, talk)}: {such}"


def _title(relaxation: Relaxation, talk: Talk) -> str:
    return joined([_loosened(name, relaxation.offer, talk) for name in relaxation.names])


def _loosened(name: str, offer: Constraints, talk: Talk) -> str:
    only = replace(Constraints(), **{name: getattr(offer, name)})
    said = wishes(only, talk.offer.catalogue.topics)
    return said[0][:1].upper() + said[0][1:] if said else f"Forget {name_of(name)}"


def _json(wanted: Constraints) -> str:
    said: dict[str, Any] = slot_of(wanted)
    return json.dumps(said, ensure_ascii=False)
