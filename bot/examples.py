"""Files of examples: one JSON object a line, `{"input": …, "target": …, "weight"?: …}`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.types import Example

REMEDY = 'Write {"input": "…", "target": "…"} on one line.'


def read_examples(file: Path) -> list[Example]:
    """Read a file of examples. Blank lines and other keys are skipped; a mistake is a DataError."""
    return [_example(fields, place) for place, fields in objects_in(file)]


def objects_in(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the JSON object of each line, with its place in words for whoever finds a mistake."""
    try:
        content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}). Check its name.") from error
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            place = f"{file}, line {number}"
            yield place, _fields(line, place)


def write_examples(file: Path, examples: Iterable[Example]) -> None:
    """Write a file of examples, all of it or nothing."""
    write_whole(file, "".join(map(_line, examples)))


def write_whole(file: Path, text: str) -> None:
    """Write a file so that a failure leaves the old one."""
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _line(example: Example) -> str:
    weight = {} if example.weight == 1 else {"weight": example.weight}
    fields = {"input": example.input, "target": example.target, **weight}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _example(fields: Mapping[str, Any], place: str) -> Example:
    return Example(
        input=text_in(fields, "input", place),
        target=text_in(fields, "target", place),
        weight=_weight(fields.get("weight", 1.0), place),
    )


def _fields(line: bytes, place: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(
            f"{place}: This is not UTF-8. Save the file in the encoding UTF-8."
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: This is not valid JSON ({error}). {REMEDY}") from error
    if not isinstance(fields, dict):
        raise DataError(f"{place}: This is no JSON object. {REMEDY}")
    return fields


def text_in(fields: Mapping[str, Any], key: str, place: str) -> str:
    """Give the text that stands under a key; a DataError says what else stands there."""
    if key not in fields:
        raise DataError(f'{place}: "{key}" is missing. {REMEDY}')
    text = fields[key]
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{place}: "{key}" should be a text, and not empty. {REMEDY}')
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise DataError(f'{place}: "{key}" holds half a character (\\ud800 to \\udfff). Remove it.')
    return text


def _weight(weight: Any, place: str) -> float:
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not is_number or not 0 <= weight <= 1e6 or not math.isfinite(weight):
        raise DataError(
            f'{place}: "weight" should be a number from 0 up, not {weight!r}. Correct it.'
        )
    return float(weight)
