"""Reads ranges of hours, prices and days from what people say: "under 10 hours", "in January"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from skills.courses.dialogue.constraints import Range
from skills.courses.dialogue.understanding.words import (
    ABOUT,
    AFTER,
    AND,
    AT_LEAST,
    AT_MOST,
    AT_ONCE,
    BEFORE,
    FREE,
    HOURS,
    HOURS_OF,
    LEADING,
    NUMBERS,
    PACE,
)

DIGITS = r"\d+(?:[.,]\d+)*"
NUMBER = re.compile(rf"{DIGITS}|\b(?:{'|'.join(NUMBERS)})\b")
NEAR = 0.25
"""How far off in parts a value may be that was to be about so much."""
SOON = timedelta(days=21)
"""What starts within it starts at once."""


def hours_in(text: str) -> Range[float]:
    """Read how long a course may take; a bare number or unit is what somebody has time for.

    A number alone, of years, or of hours a week says nothing of it: "she is 10".
    """
    said = text.casefold()
    unit = next((hours for word, hours in HOURS_OF.items() if word in said), 1.0)
    bounds = _bounds(said)
    if said.endswith(PACE) and HOURS.search(said):
        return Range()
    if unit == 1 and not HOURS.search(said) and not _has((*AT_LEAST, *AT_MOST, *ABOUT), said):
        return Range()
    if not bounds.is_set and unit != 1:
        return Range(at_most=unit)
    return Range(_times(bounds.at_least, unit), _times(bounds.at_most, unit))


def price_in(text: str) -> Range[float]:
    """Read what a course may cost; a bare number is what somebody can spend."""
    said = text.casefold()
    if not re.search(DIGITS, said) and _has(FREE, said):
        return Range(at_most=0.0)
    return _bounds(said)


def starts_in(text: str, today: date) -> Range[date]:
    """Read when a course may start; a month or a week means all of its days."""
    said = f"{text.casefold().strip()} "
    if said.strip() in AT_ONCE:
        return Range(today, today + SOON)
    parts = re.split("|".join(map(re.escape, AND)), said, maxsplit=1)
    spans = [span for span in (_span(part, today) for part in parts) if span]
    if not spans:
        return Range()
    first, last = spans[0][0], spans[-1][1]
    if len(spans) == 1 and said.startswith(BEFORE):
        return Range(at_most=first)
    return Range(first, None if len(spans) == 1 and said.startswith(AFTER) else last)


def _bounds(said: str) -> Range[float]:
    numbers = _numbers(said)
    if not numbers:
        return Range()
    if len(numbers) > 1:
        return Range(numbers[0], numbers[-1])
    (number,) = numbers
    if _has(ABOUT, said):
        return Range(number * (1 - NEAR), number * (1 + NEAR))
    # "not more than" has "more than" in it
    if _has(AT_LEAST, said) and not _has(AT_MOST, said):
        return Range(at_least=number)
    return Range(at_most=number)


def _numbers(said: str) -> list[float]:
    digits = [_number(each) for each in re.findall(DIGITS, said)]
    if digits:
        return digits
    words = [NUMBERS[each] for each in NUMBER.findall(said)]
    # "a hundred", "half a day", "a couple": the article adds nothing
    return [each for each in words if each != 1] or words[:1]


def _number(digits: str) -> float:
    plain = re.sub(r"[.,](?=\d{3}(?!\d))", "", digits)
    return float(re.sub(r"[.,]", ".", plain, count=1).partition(",")[0])


def _times(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


def _has(words: Iterable[str], said: str) -> bool:
    return any(word in said for word in words)


def _span(said: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that a part of a sentence means."""
    from dateparser.date import DateDataParser  # noqa: PLC0415 - slow to import, and rarely needed

    settings = {
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "first",
        "RELATIVE_BASE": datetime.combine(today, time()),
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(_bare(said))
    return None if found.date_obj is None else _period(found.date_obj.date(), found.period)


def _bare(said: str) -> str:
    """A part of a sentence without the words before its day."""
    text = said.strip()
    while word := next((each for each in LEADING if text.startswith(each) and each != "in "), None):
        text = text.removeprefix(word).strip()
    return text


def _period(day: date, period: str) -> tuple[date, date]:
    match period:
        case "month":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        case "year":
            return day.replace(month=1, day=1), day.replace(month=12, day=31)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
    return day, day
