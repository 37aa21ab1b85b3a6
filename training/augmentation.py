"""Augmentation of texts: one utterance, typed otherwise; its entities stay where they belong."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.types import Entity

END = re.compile(r"\s*[.?!…。？！]+\s*$")
Entities = tuple[Entity, ...]


def augmented(
    text: str, entities: Sequence[Entity], draw: random.Random
) -> tuple[str, tuple[Entity, ...]]:
    """Give a text a typo, another case or other punctuation; what an entity stands for stays."""
    change = draw.choice((_mistyped, _in_other_case, _punctuated))
    return change(text, tuple(entities), draw)


def _mistyped(text: str, entities: Entities, draw: random.Random) -> tuple[str, Entities]:
    """Swap two letters, or leave out or double the first: of a word, and on one side of a span."""
    edges = {edge for entity in entities for edge in (entity.start, entity.end)}
    places = [
        at for at in range(len(text) - 1) if text[at : at + 2].isalpha() and at + 1 not in edges
    ]
    if not places:
        return text, entities
    place = draw.choice(places)
    first, second = text[place], text[place + 1]
    slip = draw.choice((second + first, second, first + first + second))
    return _replaced(text, entities, place, place + 2, slip)


def _in_other_case(text: str, entities: Entities, draw: random.Random) -> tuple[str, Entities]:
    changed = draw.choice((str.lower, str.upper, str.capitalize))(text)
    # a few letters are longer in the other case, and would move the entities
    return (changed if len(changed) == len(text) else text), entities


def _punctuated(text: str, entities: Entities, draw: random.Random) -> tuple[str, Entities]:
    """Take the mark at the end away, or put one there."""
    end = END.search(text)
    start = end.start() if end else len(text)
    if start == 0 or any(entity.end > start for entity in entities):
        return text, entities
    return _replaced(text, entities, start, len(text), "" if end else draw.choice((".", "?", "!")))


def _replaced(
    text: str, entities: Entities, start: int, end: int, new: str
) -> tuple[str, Entities]:
    """Replace `text[start:end]`, which lies within an entity or outside of it."""
    longer = len(new) - (end - start)
    moved = (
        replace(
            entity,
            start=entity.start + (longer if entity.start >= end else 0),
            end=entity.end + (longer if entity.end >= max(end, start + 1) else 0),
        )
        for entity in entities
    )
    return text[:start] + new + text[end:], tuple(moved)
