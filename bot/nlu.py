"""Message to turn: a button's payload is taken at its word, all else is classified."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import replace

from bot.entities import EntityPatterns, merged_entities
from bot.types import OUT_OF_SCOPE, Entity, Intent, Message, Parse, Turn

LONGEST = 4_000
"""Characters of a message that are looked at; what comes after is stored but not understood."""
IMAGE = "image"
"""The intent of a picture. Whatever is said beside it, it is to be looked at first."""

_PAYLOAD = re.compile(r"/(?P<intent>[A-Za-z_][\w-]*)\s*(?P<entities>\{.*\})?", re.DOTALL)


class Interpreter:
    """Understands messages by a classifier and the patterns of the skills' utterances."""

    def __init__(
        self,
        classify: Callable[[str], Parse],
        patterns: EntityPatterns,
        intents: Collection[str],
    ) -> None:
        self._classify = classify
        self._patterns = patterns
        self._intents = intents

    def understand(self, message: Message) -> Turn:
        """Make the turn of a message; every text gets one, whatever it holds."""
        message = replace(message, text=printable(message.text))
        pressed = payload_in(message.text, self._intents)
        if pressed:
            name, entities = pressed
            return Turn(message, (Intent(name, 1.0),), entities)
        sent = (Intent(IMAGE, 1.0),) if message.images or message.unreadable else ()
        if not has_words(message.text):
            return Turn(message, sent or (Intent(OUT_OF_SCOPE, 1.0),))
        text = message.text[:LONGEST]
        parse = self._classify(text)
        found = merged_entities(parse.entities, self._patterns.find(text))
        return Turn(message, (*sent, *parse.ranking), self._patterns.with_synonyms(found))


def payload_in(text: str, intents: Collection[str]) -> tuple[str, tuple[Entity, ...]] | None:
    """Read `/intent{"entity": "value"}`; None where it is malformed or the intent unknown."""
    match = _PAYLOAD.fullmatch(text.strip())
    if not match or match["intent"] not in intents:
        return None
    try:
        values = json.loads(match["entities"] or "{}")
    except json.JSONDecodeError:
        return None
    found = [(type, value) for type, values in values.items() for value in _listed(values)]
    return match["intent"], tuple(Entity(type, str(value), 0, 0) for type, value in found)


def printable(text: str) -> str:
    """Replace control characters, one by one, by spaces; line breaks and joiners stay."""
    return "".join(" " if _is_control(letter) else letter for letter in text)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit of any script in it."""
    return any(letter.isalnum() for letter in text)


def _is_control(letter: str) -> bool:
    return letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
