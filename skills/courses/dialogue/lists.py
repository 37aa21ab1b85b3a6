"""Takes wishes in, and asks a newcomer at most two questions before the first list."""

from __future__ import annotations

from dataclasses import replace

from bot import Reply
from skills.courses.catalogue.course import LEVELS
from skills.courses.dialogue.changes import changed
from skills.courses.dialogue.listing import listing
from skills.courses.dialogue.relaxing import contradiction
from skills.courses.dialogue.requests import ALL, Wish, matching
from skills.courses.dialogue.state import State
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.wording import FIND, button, joined

TOPIC, LEVEL = "course_topic", "course_level"
"""The two questions."""
OFFERED_TOPICS = 6


def find(talk: Talk) -> Reply:
    """Take the wish in, then ask, list, or say why nothing can be listed."""
    state = understood(talk)
    if state.wanted.contradictions:
        return contradiction(talk, state)
    unknown = [word for word in talk.wish.about if not matching(word, talk.offer.courses)]
    state = replace(state, about=tuple(word for word in state.about if word not in unknown))
    nothing = f"I found nothing about {joined(unknown, 'or')}." if unknown else ""
    return _question(talk, state) or listing(talk, state, nothing)


def more(talk: Talk) -> Reply:
    """List what was not shown yet."""
    return listing(talk, talk.state)


def understood(talk: Talk) -> State:
    """Bring a wish into what is remembered: the newer corrects the older."""
    state, wish = talk.state, talk.wish
    withdrawn = state.wanted.names if ALL in wish.withdrawn else wish.withdrawn
    wanted = state.wanted.without(*withdrawn) if wish.replaced is None else wish.replaced
    wanted = wanted.narrowed(wish.constraints)
    beside = talk.known([state.focus] if state.focus else state.listed)
    for change in wish.changes:
        wanted = wanted.narrowed(changed(change, beside))
    if wish.constraints.topics or "topics" in withdrawn:
        state = replace(state, about=wish.about, like=None)
    if wish == Wish() or wanted != state.wanted or wish.about != talk.state.about:
        state = replace(state, shown=())
    return replace(state, wanted=wanted, focus=None)


def _question(talk: Talk, state: State) -> Reply | None:
    """Ask a newcomer before the first list: for a topic, and then for the level."""
    is_new = state.turn == 0 and not any(weight > 0 for weight in talk.history(state).values())
    if is_new and TOPIC not in state.asked and not state.wanted.topics:
        asked = replace(state, asked=(*state.asked, TOPIC))
        topics = _topics(talk)
        buttons = [button(title, FIND, topic=topic) for topic, title in topics]
        text = "Gladly. What would you like to learn about? Choose, or tell me in your own words."
        return talk.reply(text, asked, [*buttons, button("I'm open to anything", FIND)], asks=TOPIC)
    if is_new and LEVEL not in state.asked and not state.wanted.levels:
        asked = replace(state, asked=(*state.asked, LEVEL))
        buttons = [button(level.capitalize(), FIND, level=level) for level in LEVELS]
        text = "And how much do you know already? I can look for your level."
        return talk.reply(text, asked, [*buttons, button("No matter", FIND)], asks=LEVEL)
    return None


def _topics(talk: Talk) -> list[tuple[str, str]]:
    """The topics that most learners took courses on."""
    takers, titles = talk.offer.histories.takers, talk.offer.catalogue.topics
    counts = dict.fromkeys(titles, 0)
    for course in talk.offer.courses:
        for topic in course.topics:
            counts[topic] += 1 + takers.get(course.id, 0)
    ranked = sorted(counts, key=lambda topic: -counts[topic])
    return [(topic, titles[topic]) for topic in ranked[:OFFERED_TOPICS]]
