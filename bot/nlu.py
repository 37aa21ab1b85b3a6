"""Message to turn: a button's payload is taken at its word, all else is classified."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.entities import EntityPatterns, merged_entities
from bot.types import OUT_OF_SCOPE, Entity, Intent, Message, Parse, Turn

LONGEST = 4_000
"""Characters of a message that are looked at; what comes after is stored but not understood."""
IMAGE = "image"
"""The intent of a picture. Whatever is said beside it, it is to be looked at first."""

CLAUSES = 3
"""Clauses of a message that are looked at one by one, at most."""

_CLAUSE_END = re.compile(r"(?<=[.!?;:,…])\s+|(?<=[。！？；，])|\n+")
_PAYLOAD = re.compile(r"/(?P<intent>[A-Za-z_][\w-]*)\s*(?P<entities>\{.*\})?", re.DOTALL)


class Interpreter:
    """Understands messages by a classifier and the patterns of the skills' utterances."""

    def __init__(
        self,
        classify: Callable[[Sequence[str]], Sequence[Parse]],
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
        clauses = clauses_of(text)
        whole, *parses = self._classify([text, *clauses])
        turn = self._turn(message, text, whole)
        if sent:
            return replace(turn, ranking=(*sent, *turn.ranking))
        parts = zip(clauses, parses, strict=True)
        return replace(turn, parts=tuple(self._part(message, *each) for each in parts))

    def _part(self, message: Message, clause: str, parse: Parse) -> Turn:
        return self._turn(replace(message, text=clause), clause, parse)

    def _turn(self, message: Message, text: str, parse: Parse) -> Turn:
        found = merged_entities(parse.entities, self._patterns.find(text))
        return Turn(message, parse.ranking, self._patterns.with_synonyms(found))


def clauses_of(text: str) -> tuple[str, ...]:
    """Give what stands between marks that end a clause, if that is several clauses, but few."""
    clauses = tuple(part.strip() for part in _CLAUSE_END.split(text) if has_words(part))
    return clauses if 1 < len(clauses) <= CLAUSES else ()


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
