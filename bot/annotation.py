r"""Entities written into an utterance, in Rasa's notation: `to [Boston](city)`.

Beyond Rasa: a backslash makes `[`, `]` and `\` ordinary, so that any utterance can be written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from bot.errors import DataError
from bot.types import Entity

ESCAPE_OR_SPAN = re.compile(r"\\[\[\]\\]|\[((?:\\.|[^\[\]\\])+)\](?=[({\[])", re.DOTALL)
SHORT = re.compile(r"\(([^:()]+)(?::([^)]+))?\)")
PLAIN_TYPE = re.compile(r"[^:()\s\\\[\]]+")
REMEDY = 'Write [text](type) or [text]{"entity": "type"}; for an ordinary bracket write \\[.'


def plain(text: str) -> str:
    """Give an utterance without its annotation; where that is malformed, as it is."""
    try:
        return parse_annotation(text)[0]
    except DataError:
        return text


def parse_annotation(text: str) -> tuple[str, tuple[Entity, ...]]:
    """Take an annotated utterance apart: the plain text, and the entities at their offsets in it.

    Brackets that are no annotation stay text. Raises DataError where an annotation is malformed.
    """
    parts: list[str] = []
    entities: list[Entity] = []
    position = length = 0
    for span in ESCAPE_OR_SPAN.finditer(text):
        if span.start() < position or span[1] is None:
            continue
        labels, end = _labels(text, span.end())
        if not labels:
            continue
        parts += (_unescaped(text[position : span.start()]), _unescaped(span[1]))
        length += len(parts[-2]) + len(parts[-1])
        start = length - len(parts[-1])
        entities += (_entity(label, parts[-1], start) for label in labels)
        position = end
    return "".join((*parts, _unescaped(text[position:]))), tuple(entities)


def annotated(text: str, entities: Iterable[Entity] = ()) -> str:
    """Write entities into a plain utterance: the inverse of `parse_annotation`."""
    parts: list[str] = []
    position = 0
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    for (start, end), group in groupby(ordered, key=lambda entity: (entity.start, entity.end)):
        if not position <= start < end <= len(text):
            raise DataError(
                f"Characters {start} to {end} of '{text}' cannot be annotated: "
                "entities must lie within the text and not overlap. Remove one of them."
            )
        surface = text[start:end]
        parts += (_escaped(text[position:start]), f"[{_escaped(surface)}]{_notes(group, surface)}")
        position = end
    return "".join((*parts, _escaped(text[position:])))


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\[\]\\])", r"\1", text)


def _escaped(text: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", text)


def _labels(text: str, start: int) -> tuple[list[Mapping[str, Any]], int]:
    """Read the labels after a bracketed span, none if it is ordinary text, and where they end."""
    if short := SHORT.match(text, start):
        value = {"value": short[2]} if short[2] else {}
        return [{"entity": short[1], **value}], short.end()
    if not re.compile(r"\[?\s*\{").match(text, start):
        return [], start
    try:
        labels, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        raise DataError(f"The annotation '{text[start:]}' is not valid JSON. {REMEDY}") from error
    return (labels if isinstance(labels, list) else [labels]), end


def _entity(label: Any, surface: str, start: int) -> Entity:
    keys = {"entity", "value", "role", "group"}
    if not isinstance(label, dict) or not label.get("entity") or set(label) - keys:
        raise DataError(
            f"The annotation of '{surface}' needs an \"entity\", and beside it may have only "
            f'"value", "role" and "group". {REMEDY}'
        )
    texts = {key: value for key, value in label.items() if value is not None}
    if not all(isinstance(value, str | int | float) for value in texts.values()):
        raise DataError(f"Every value in the annotation of '{surface}' should be a text. {REMEDY}")
    return Entity(
        type=str(label["entity"]),
        value=str(texts.get("value", surface)),
        start=start,
        end=start + len(surface),
        role=str(texts["role"]) if "role" in texts else None,
        group=str(texts["group"]) if "group" in texts else None,
    )


def _notes(entities: Iterable[Entity], surface: str) -> str:
    labels = [_label(entity, surface) for entity in entities]
    if len(labels) > 1:
        return json.dumps(labels, ensure_ascii=False)
    if set(labels[0]) == {"entity"} and PLAIN_TYPE.fullmatch(labels[0]["entity"]):
        return f"({labels[0]['entity']})"
    return json.dumps(labels[0], ensure_ascii=False)


def _label(entity: Entity, surface: str) -> dict[str, str]:
    value = None if entity.value == surface else entity.value
    fields = {"entity": entity.type, "role": entity.role, "group": entity.group, "value": value}
    return {key: field for key, field in fields.items() if field is not None}
