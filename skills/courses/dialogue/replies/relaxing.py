"""Says what to give up where no course, or no further one, meets all wishes."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

from bot import Button, Reply
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import Constraints, meets, slot_of, unmet
from skills.courses.dialogue.relaxation import Relaxation, relaxations
from skills.courses.dialogue.replies.wording import FIND, REFINE, button, joined, name_of, wishes
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.naming import named
from skills.courses.dialogue.understanding.requests import ALL

SPARED = ("starts", "hours", "price", "levels")
"""What is given up unasked, if it lets in more; in this order."""
MOST = 3
"""Ways out that are offered."""
WHAT_ELSE = "What else shall I look for?"
NONE_LEFT = "You have taken or turned down every course that there is, so I have none to add."


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


def relaxing(talk: Talk, state: State, before: str) -> Reply:
    """Say which wish to loosen, and what that would give; what it names is the list now."""
    said = joined(talk.wishes(state))
    found = _found(talk, state)
    if not found:
        text = f"I have no course that is {said}. Shall we begin again?"
        return talk.reply(text, state, [button("Forget all wishes", REFINE, constraint=ALL)])
    lines = "\n".join(f"- {_gain(each, talk)}" for each in found)
    text = f"{_nothing(talk, state)} It would work like this:\n\n{lines}"
    if talk.is_fresh and talk.state.said.startswith(_nothing(talk, state)):
        text = f"Still nothing. Choose, or tell me which wish matters least:\n\n{lines}"
    buttons = [button(_title(each, talk), REFINE, wanted=_json(each.offer)) for each in found]
    state = replace(state, listed=tuple(dict.fromkeys(each.courses[0].id for each in found)))
    return talk.reply("\n\n".join(filter(None, (before, text))), state, buttons)


def exhausted(talk: Talk, state: State, before: str) -> Reply:
    """Say that everything was shown, and ask what else to look for, or which wish to forget."""
    way_out = f"{WHAT_ELSE[:-1]}, or which wish may go?" if state.wanted.names else WHAT_ELSE
    abroad = [
        button(_title(each, talk), REFINE, wanted=_json(each.offer))
        for each in _abroad(talk, state)
    ]
    again = button("Show the first ones again", FIND)
    said = "\n\n".join(filter(None, (before, f"{_all(talk, state)} {way_out}")))
    return talk.reply(said, state, [*forgetting(state), *abroad, again])


def settled_all(talk: Talk, state: State, before: str) -> Reply:
    """Say that there is no course that was neither taken nor refused."""
    return talk.reply("\n\n".join(filter(None, (before, NONE_LEFT))), state)


def widened(talk: Talk, state: State) -> tuple[State, str] | None:
    """Loosen a wish unasked, and say so, where the latest list gave way to that offer."""
    found = _found(talk, state)
    if found and state.said.startswith(_nothing(talk, state)):
        said = f"Since nothing fits it all, I loosened what I could: {_change(found[0], talk)}."
        return replace(state, wanted=found[0].offer), said
    if state.said.startswith(_all(talk, state)):
        for name in SPARED:
            wanted = state.wanted.without(name)
            on_subject = talk.spoken(talk.on_subject(state), state)
            if any(meets(c, wanted) and c.id not in state.shown for c in on_subject):
                return replace(state, wanted=wanted), f"Then I set {name_of(name)} aside."
    return None


def _nothing(talk: Talk, state: State) -> str:
    return f"I have nothing that is all of this: {joined(talk.wishes(state))}."


def _all(talk: Talk, state: State) -> str:
    said = joined(talk.wishes(state))
    return f"That was all I have for you{f', {said}' if said else ''}."


def _found(talk: Talk, state: State) -> list[Relaxation]:
    """What to loosen: not the topic, where there are courses on it."""
    open_to = talk.on_subject(state)
    on_topic = [course for course in open_to if "topics" not in unmet(course, state.wanted)]
    courses = outright(talk, state) or on_topic or open_to
    near = relaxations(talk.spoken(courses, state) or courses, state.wanted)
    abroad = _abroad(talk, state)
    return [*near[: MOST - len(abroad)], *abroad]


def _abroad(talk: Talk, state: State) -> list[Relaxation]:
    """The other language in which most courses meet the wishes, if there are some not yet shown."""
    spoken = talk.languages(state)
    found: dict[str, list[Course]] = defaultdict(list)
    for course in talk.on_subject(state):
        if course.language and course.language not in spoken and course.id not in state.shown:
            found[course.language] += [course] if meets(course, state.wanted) else []
    most = max(found, key=lambda language: len(found[language]), default="")
    if not found.get(most):
        return []
    wanted = replace(state.wanted, languages=(most,))
    return [Relaxation(("languages",), wanted, tuple(found[most]))]


def outright(talk: Talk, state: State) -> list[Course]:
    """The courses whose titles name what is looked for."""
    words = state.wanted.words
    return [course for course in talk.on_subject(state) if named(course, words) == "title"]


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
    said = _change(relaxation, talk)
    return said[:1].upper() + said[1:]


def _change(relaxation: Relaxation, talk: Talk) -> str:
    return joined([_loosened(name, relaxation.offer, talk) for name in relaxation.names])


def _loosened(name: str, offer: Constraints, talk: Talk) -> str:
    only = replace(Constraints(), **{name: getattr(offer, name)})
    said = wishes(only, talk.offer.catalogue.topics)
    return said[0] if said else f"forget {name_of(name)}"


def _json(wanted: Constraints) -> str:
    said: dict[str, Any] = slot_of(wanted)
    return json.dumps(said, ensure_ascii=False)
