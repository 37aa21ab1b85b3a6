"""Entities found by the patterns and lookup tables of the training data."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

import regex

from bot.nlu_data import NluData
from bot.types import Entity

PATIENCE = 0.1
"""Seconds that one pattern may take for one message; an unlucky one could take for ever."""
UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Scripts that write words, or a word and its particles, without a space between them."""

log = logging.getLogger(__name__)


class EntityPatterns:
    """Finds entities as Rasa's RegexEntityExtractor does; a pattern's name is the entity's type."""

    def __init__(self, nlu: NluData) -> None:
        self._patterns = [
            (name, regex.compile(pattern, regex.IGNORECASE))
            for name, patterns in nlu.regexes.items()
            for pattern in patterns
        ]
        self._types: dict[str, str] = {}
        for name, texts in nlu.lookups.items():
            for text in texts:
                self._types.setdefault(_lowered(text), name)
        self._lengths = sorted({len(text) for text in self._types}, reverse=True)
        self._synonyms = nlu.synonyms

    def find(self, text: str) -> tuple[Entity, ...]:
        """Find entities in order, none overlapping: of two that would, the longer one stays."""
        found = [*self._matches(text), *self._listed(text)]
        return _apart(sorted(found, key=lambda entity: entity.start - entity.end))

    def with_synonyms(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        """Replace values by what they are synonyms of, in whatever case they were written."""
        return tuple(
            replace(entity, value=self._synonyms.get(entity.value.lower(), entity.value))
            for entity in entities
        )

    def _matches(self, text: str) -> Iterator[Entity]:
        for name, pattern in self._patterns:
            try:
                yield from (
                    Entity(name, match[0], *match.span())
                    for match in pattern.finditer(text, timeout=PATIENCE)
                    if match[0]
                )
            except TimeoutError:
                log.warning("Pattern '%s' of entity '%s' takes too long.", pattern.pattern, name)

    def _listed(self, text: str) -> Iterator[Entity]:
        # looked up by length: the cost does not grow with the table, as one big pattern's would
        lowered = _lowered(text)
        for start in range(len(text)):
            for end in (start + length for length in self._lengths):
                name = self._types.get(lowered[start:end])
                if name is not None and end <= len(text) and _is_word(text, start, end):
                    yield Entity(name, text[start:end], start, end)
                    break


def merged_entities(learnt: Iterable[Entity], found: Iterable[Entity]) -> tuple[Entity, ...]:
    """Join what the model read with what patterns found, in order and without overlaps.

    A pattern wins, since somebody wrote it down where the model can only guess; role and group,
    which no pattern knows, it takes from the entity of its type that the model saw there.
    """
    learnt = tuple(learnt)
    return _apart([*(_with_role(entity, learnt) for entity in found), *learnt])


def _with_role(entity: Entity, learnt: Iterable[Entity]) -> Entity:
    for other in learnt:
        overlaps = other.start < entity.end and entity.start < other.end
        if overlaps and other.type == entity.type:
            return replace(entity, role=other.role, group=other.group)
    return entity


def _apart(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Keep each entity that overlaps none before it, and put them in order."""
    kept: list[Entity] = []
    taken: set[int] = set()
    for entity in entities:
        if taken.isdisjoint(range(entity.start, entity.end)):
            kept.append(entity)
            taken.update(range(entity.start, entity.end))
    return tuple(sorted(kept, key=lambda entity: entity.start))


def _lowered(text: str) -> str:
    """Lower-case letter by letter where that keeps the length, so that offsets stay true."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not _joins(before, text[start]) and not _joins(text[end - 1], after)


def _joins(left: str, right: str) -> bool:
    """Whether a word goes on from one letter to the next."""
    if right and unicodedata.category(right).startswith("M"):
        return True
    return all(letter.isalnum() and not UNSPACED.match(letter) for letter in (left, right))
