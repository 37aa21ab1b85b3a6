"""Takes wishes in, and asks a newcomer at most two questions before the first list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import Reply
from skills.courses.catalogue.course import LEVELS
from skills.courses.dialogue.constraints import NAMES, Constraints, meets
from skills.courses.dialogue.knowing import level_in
from skills.courses.dialogue.replies.listing import fitting, listing
from skills.courses.dialogue.replies.relaxing import contradiction, outright, widened
from skills.courses.dialogue.replies.wording import FIND, MORE, REFINE, button, joined, name_of
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.changes import FEW, SUPERLATIVES, changed
from skills.courses.dialogue.understanding.requests import ALL, Wish

TOPIC, LEVEL = "course_topic", "course_level"
"""The two questions."""
OFFERED_TOPICS = 6
OWN_WORDS = "Choose, or tell me in your own words."
ASK_LEVEL = "And how much do you know already? I can look for your level."
WHAT_ELSE = "What shall be different? Name a topic, a level, a length or a price, or choose:"
CHANGES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("Shorter", REFINE, {"change": "shorter"}),
    ("Cheaper", REFINE, {"change": "cheaper"}),
    ("Easier", REFINE, {"change": "easier"}),
    ("Another topic", REFINE, {"constraint": "topics"}),
    ("Other courses", MORE, {}),
)


def find(talk: Talk) -> Reply:
    """Take the wish in, then ask, list, or say why nothing can be listed."""
    state = understood(talk)
    if state.wanted.contradictions:
        return contradiction(talk, state)
    if not talk.unnamed or talk.sense or talk.wish.constraints.topics:
        state, level = _at_known_level(talk, state)
        before = _not_set(talk) or _only_mentioned(talk, state) or _left_out(talk)
        return _question(talk, state) or listing(
            talk, state, " ".join(filter(None, (before, level)))
        )
    nothing = f"I found nothing about {joined([f'“{word}”' for word in talk.unnamed], 'or')}."
    if not talk.words:
        return _ask_topic(talk, state, f"{nothing} What else would you like to learn about?")
    return listing(talk, state, nothing)


def _not_set(talk: Talk) -> str:
    """Say it where a wish is withdrawn that nobody had."""
    state, withdrawn = talk.state, talk.wish.withdrawn
    held = {*state.wanted.names, *(("topics",) if state.has_subject else ()), ALL}
    if not withdrawn or talk.is_pressed or held & {*withdrawn}:
        return ""
    return f"I was not going by {joined([name_of(each) for each in withdrawn], 'or')} anyway."


def _left_out(talk: Talk) -> str:
    """Say which of several words no course is about, where courses are about the others."""
    gone = [f"“{word}”" for word in talk.untitled if word not in talk.words]
    return f"No course is about {joined(gone, 'or')}." if gone and talk.words else ""


def _only_mentioned(talk: Talk, state: State) -> str:
    """Say it where no course is about the words looked for, though some speak of them."""
    words, topics = state.wanted.words, state.wanted.topics
    if not words or topics or outright(talk, state):
        return ""
    quoted = joined([f"“{word}”" for word in words], "or")
    return f"No course is about {quoted} itself; I looked for what touches on it."


def refine(talk: Talk) -> Reply:
    """Take a change of the wishes in; where none was understood, ask for it."""
    if talk.wish == Wish() and not talk.sense and talk.state.listed and not talk.is_pressed:
        return talk.reply(
            WHAT_ELSE,
            talk.state,
            [button(title, intent, **values) for title, intent, values in CHANGES],
        )
    return find(talk)


def more(talk: Talk) -> Reply:
    """List what was not shown yet; where there is nothing, what a loosened wish lets in."""
    return listing(talk, *(widened(talk, talk.state) or (talk.state,)))


def understood(talk: Talk) -> State:
    """Bring a wish into what is remembered: the newer corrects the older."""
    state, wish = talk.state, talk.wish
    withdrawn = NAMES if ALL in wish.withdrawn else wish.withdrawn
    named = replace(wish.constraints, words=talk.words)
    sense = "" if talk.context.requested_slot == LEVEL else talk.sense
    if sense or "topics" in {*withdrawn, *named.names}:
        withdrawn = (*withdrawn, "topics")
        state = replace(state, like=None, sense=sense)
    wanted = state.wanted.without(*withdrawn) if wish.replaced is None else wish.replaced
    wanted = wanted.narrowed(named)
    for change in wish.changes:
        wanted = wanted.narrowed(_changed(change, talk, replace(state, wanted=wanted)))
    return replace(state, wanted=wanted, focus=None, shown=())


def _changed(change: str, talk: Talk, state: State) -> Constraints:
    """What a change means: beside what was shown, or beside all where nothing was."""
    if change in SUPERLATIVES:
        on_subject = talk.spoken(talk.on_subject(state), state)
        return changed(change, [each for each in on_subject if meets(each, state.wanted)])
    shown = talk.known([state.focus] if state.focus else state.listed)
    return changed(change, shown) if shown else changed(change, talk.offer.courses, FEW)


def _at_known_level(talk: Talk, state: State) -> tuple[State, str]:
    """Look once for the level that is known of the person rather than ask for it, and say so."""
    level = level_in(talk.context.profile)
    is_settled = LEVEL in state.asked or state.wanted.levels or "levels" in talk.wish.withdrawn
    if level is None or is_settled or _lacks_topic(talk, state):
        return state, ""
    settled = replace(state, asked=(*state.asked, LEVEL))
    at_level = replace(settled, wanted=state.wanted.narrowed(Constraints(levels=(level,))))
    return (at_level, f"For your level, {level}.") if fitting(talk, at_level) else (settled, "")


def _is_new(talk: Talk, state: State) -> bool:
    return state.turn == 0 and not any(weight > 0 for weight in talk.history(state).values())


def _lacks_topic(talk: Talk, state: State) -> bool:
    """Whether a newcomer is still to be asked for a topic."""
    return TOPIC not in state.asked and not state.has_subject and _is_new(talk, state)


def _question(talk: Talk, state: State) -> Reply | None:
    """Ask a newcomer before the first list: for a topic, and then for the level."""
    if _lacks_topic(talk, state):
        return _ask_topic(talk, state, "Gladly. What would you like to learn about?")
    if _is_new(talk, state) and LEVEL not in state.asked and not state.wanted.levels:
        asked = replace(state, asked=(*state.asked, LEVEL))
        buttons = [button(level.capitalize(), FIND, level=level) for level in LEVELS]
        return talk.reply(ASK_LEVEL, asked, [*buttons, button("No matter", FIND)], asks=LEVEL)
    return None


def _ask_topic(talk: Talk, state: State, question: str) -> Reply:
    asked = replace(state, asked=(*state.asked, TOPIC))
    buttons = [button(title, FIND, topic=topic) for topic, title in _topics(talk)]
    open_to_all = button("I'm open to anything", FIND)
    return talk.reply(f"{question} {OWN_WORDS}", asked, [*buttons, open_to_all], asks=TOPIC)


def _topics(talk: Talk) -> list[tuple[str, str]]:
    """The topics that most learners took courses on."""
    takers, titles = talk.offer.histories.takers, talk.offer.catalogue.topics
    counts = dict.fromkeys(titles, 0)
    for course in talk.offer.courses:
        for topic in course.topics:
            counts[topic] += 1 + takers.get(course.id, 0)
    ranked = sorted(counts, key=lambda topic: -counts[topic])
    return [(topic, titles[topic]) for topic in ranked[:OFFERED_TOPICS]]
