"""The values of a course or an interaction, read from the texts that stand in a file."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from rapidfuzz import fuzz, process

Text = str | tuple[str, ...]
"""What stands in a field: a text, or several."""
YES, NO = ("true", "yes", "1"), ("false", "no", "0")
LIKE = 70.0
"""Likeness in percent from which on a word may have been meant."""
MILLISECONDS = 1e11
"""From this on a timestamp counts milliseconds: as seconds it would be after the year 5000."""


class FieldError(Exception):
    """A field that cannot be used; whoever knows its line says so to people."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def text(values: Mapping[str, Text], field: str) -> str:
    """Give the one text of a field; empty if there is none."""
    value = values.get(field, "")
    if isinstance(value, str):
        return value.strip()
    raise FieldError(field, f"'{field}' should be one text, not a list. Write one.")


def required(values: Mapping[str, Text], field: str) -> str:
    """Give the one text of a field, which must be there."""
    found = text(values, field)
    if not found:
        raise FieldError(field, f"'{field}' is missing or empty. Write a text there.")
    return found


def texts(values: Mapping[str, Text], field: str) -> tuple[str, ...]:
    """Give the texts of a field, each once: a list, or one text with commas or the like."""
    value = values.get(field, ())
    parts = re.split(r"[;,|]", value) if isinstance(value, str) else value
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def number(values: Mapping[str, Text], field: str, least: float = 0.0) -> float | None:
    """Give the number of a field, if it has one; less than `least` is refused."""
    found = text(values, field)
    if not found:
        return None
    try:
        value = float(found.removeprefix("$"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FieldError(field, f"'{field}' should be a number, not '{found}'. Correct it.")
    if value < least:
        raise FieldError(
            field, f"'{field}' is {found}; it should be {least:g} or more. Correct it."
        )
    return value


def choice(values: Mapping[str, Text], field: str, known: Collection[str]) -> str | None:
    """Give which of the known words stands in a field, in any case; None if it is empty."""
    found = text(values, field).casefold()
    if found and found not in known:
        raise FieldError(field, unknown(field, found, known))
    return found or None


def unknown(name: str, found: str, known: Collection[str]) -> str:
    """Say that a word is none of those known, which may have been meant, and which there are."""
    return f"{no_such(name, found, known)} Choose one of: {', '.join(known)}."


def no_such(name: str, found: str, known: Collection[str]) -> str:
    """Say that there is nothing of a name, and what may have been meant."""
    near = process.extractOne(found, known, scorer=fuzz.ratio, score_cutoff=LIKE)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    return f"There is no {name} '{found}'.{meant}"


def no_picture(image: Path) -> str:
    """Say that a cover is not there, and how one is named."""
    return (
        f"There is no picture at {image}. Name a file from this file's folder on, or leave 'image' "
        "out; nothing is read from the network."
    )


def flag(values: Mapping[str, Text], field: str) -> bool:
    """Give whether a field says yes; an empty one says no."""
    found = text(values, field).casefold()
    if found not in ("", *YES, *NO):
        raise FieldError(field, f"'{field}' should be true or false, not '{found}'. Correct it.")
    return found in YES


def dates(values: Mapping[str, Text], field: str, none: str) -> tuple[date, ...]:
    """Give the days of a field in order; the words `none` stand for no days."""
    found = texts(values, field)
    if [each.casefold() for each in found] == [none]:
        return ()
    return tuple(sorted(_date(each, field, none) for each in found))


def _date(found: str, field: str, none: str) -> date:
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise FieldError(
            field, f"'{found}' is no date. Write one as 2027-01-31, or '{none}'."
        ) from error


def moment(values: Mapping[str, Text], field: str) -> float | None:
    """Give the moment of a field in seconds since 1970; without a time zone, UTC is meant."""
    found = text(values, field)
    if not found:
        return None
    if re.fullmatch(r"-?\d+(\.\d*)?", found) and len(found) != len("20270131"):
        seconds = float(found)
        return seconds / 1000 if seconds >= MILLISECONDS else seconds
    try:
        parsed = datetime.fromisoformat(found)
    except ValueError as error:
        raise FieldError(
            field,
            f"'{found}' is no moment. Write seconds since 1970, or a date as 2027-01-31T18:30.",
        ) from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
