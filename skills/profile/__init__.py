"""Shows people what is known of them, and lets them correct and delete it in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot import Button, Context, Reply, Skill, Turn
from bot.profiles import INTERESTS, LANGUAGE, LEVEL, NAME, described, in_words

TELL, ASK, FORGET = "tell_about_me", "ask_profile", "forget_profile"
"""Intents."""
YES, NO = "affirm", ("deny", "cancel")
KEYS = {
    "name": NAME,
    "level": LEVEL,
    "levels": LEVEL,
    "language": LANGUAGE,
    "languages": LANGUAGE,
    "interests": INTERESTS,
    "topics": INTERESTS,
}
"""What a part of a profile is called by the values of entities, the courses' ones included."""
NAMED = ("attribute", "constraint")
"""Entities that name such a part."""
SURE = "profile_deletion"
"""The question whether all is to be deleted."""
MOST = 12
"""Interests that are kept."""
HOW = "Tell me your name, your level, your language or what interests you, in your own words."
NOTHING = f"I know nothing about you yet. {HOW}"
WHAT = f"What shall I remember about you? {HOW}"
DELETED = "All that I knew about you is deleted."
KEPT = "All right, I keep it."


class Profile(Skill[None]):
    """Takes in what people say of themselves, shows it, and forgets it."""

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Answer the question that was asked, or do what the intent says."""
        intent = turn.intent.name
        if context.requested_slot and intent == YES:
            return _forgotten(context, context.profile)
        if context.requested_slot and intent in NO:
            return Reply(KEPT)
        match intent:
            case "tell_about_me":
                return _told(turn, context)
            case "ask_profile":
                return _shown(turn, context)
            case "forget_profile":
                return _forget(turn, context)
        return None


def _told(turn: Turn, context: Context) -> Reply | None:
    """Remember what is said; without a name, it may be the answer to another skill's question."""
    said = _said(turn, context)
    is_asked = context.active_skill is not None and context.requested_slot is None
    if is_asked and NAME not in said:
        return None
    if not said:
        return Reply(WHAT) if turn.message.text.startswith("/") else None
    told = "; ".join(f"{title.lower()}: {value}" for title, value in described(said).items())
    greeting = f"Nice to meet you, {said[NAME]}! " if NAME in said else "Thank you. "
    return Reply(f"{greeting}I'll remember this: {told}.", profile=said)


def _said(turn: Turn, context: Context) -> dict[str, Any]:
    """Read what is said of the person; of a name or a level, the last word counts."""
    name, level = (_last(turn, type) for type in ("name", "level"))
    language, topics = turn.entity("language"), _values(turn, "topic")
    known = list(context.profile.get(INTERESTS) or ())
    interests = [*known, *(topic for topic in topics if topic not in known)]
    said = {
        NAME: _capitalised(name),
        LEVEL: level,
        LANGUAGE: _capitalised(language),
        INTERESTS: interests[-MOST:] if topics else None,
    }
    return {key: value for key, value in said.items() if value}


def _shown(turn: Turn, context: Context) -> Reply:
    """Say what is known, all of it or what is asked for."""
    asked = _keys(turn)
    if not context.profile:
        return Reply(NOTHING)
    if not asked:
        lines = "\n".join(f"- {title}: {v}" for title, v in described(context.profile).items())
        forget = Button("Forget all of it", f"/{FORGET}")
        return Reply(f"This is what I know about you:\n\n{lines}", buttons=(forget,))
    return Reply(" ".join(_part(key, context.profile.get(key)) for key in asked))


def _part(key: str, value: Any) -> str:
    if not value:
        return f"I don't know your {key}."
    return f"Your {key} {'are' if key == INTERESTS else 'is'} {in_words(value)}."


def _forget(turn: Turn, context: Context) -> Reply:
    """Forget what is named, or interests one by one; else ask whether all is meant."""
    profile, keys, topics = context.profile, _keys(turn), _values(turn, "topic")
    left = [each for each in profile.get(INTERESTS) or () if each not in topics]
    if not profile:
        return Reply("I know nothing about you, so there is nothing to forget.")
    if turn.entity("sure"):
        return _forgotten(context, profile)
    if keys:
        return _forgotten(context, keys)
    if topics:
        return Reply(
            f"All right, I no longer count {in_words(topics)} among your interests.",
            profile={INTERESTS: left or None},
        )
    return Reply(
        "Shall I delete all that I know about you? "
        f"It is this: {', '.join(described(profile)).lower()}.",
        buttons=(
            Button("Yes, delete it", f'/{FORGET}{{"sure": "yes"}}'),
            Button("No, keep it", "/deny"),
        ),
        requested_slot=SURE,
    )


def _forgotten(context: Context, keys: Iterable[str]) -> Reply:
    """Forget parts of the profile, and what the conversation remembers by their names."""
    gone = list(keys)
    is_all = {*context.profile} <= {*gone}
    text = DELETED if is_all else f"I've forgotten your {' and '.join(gone)}."
    slots = [slot for slot in context.slots if is_all or slot in gone]
    return Reply(text, slots=dict.fromkeys(slots), profile=dict.fromkeys(gone))


def _keys(turn: Turn) -> list[str]:
    """Name the parts of a profile that are spoken of, by what they are called or by a value."""
    keys = [
        KEYS.get(each.value.lower()) if each.type in NAMED else each.type
        for each in turn.entities
        if each.type in (*NAMED, NAME, LEVEL, LANGUAGE)
    ]
    return list(dict.fromkeys(filter(None, keys)))


def _values(turn: Turn, type: str) -> list[str]:
    return list(dict.fromkeys(each.value for each in turn.entities if each.type == type))


def _last(turn: Turn, type: str) -> str | None:
    return next(reversed(_values(turn, type)), None)


def _capitalised(text: str | None) -> str | None:
    """Write a name as names are written, where people wrote it small."""
    return text.title() if text and text.islower() else text
