"""A course of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from skills.courses.catalogue import fields
from skills.courses.catalogue.fields import FieldError, Text

LEVELS = ("beginner", "intermediate", "advanced")
"""In order."""
ANY_TIME = "any time"
FREE = "free"
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "pt": "Portuguese",
    "ru": "Russian",
    "zh": "Chinese",
}
"""Codes of ISO 639 that files of other people use; any other text is a language as it stands."""


@dataclass(frozen=True, slots=True)
class Course:
    """What can be taken. None is what is not known: files of other people say less than ours."""

    id: str
    title: str
    description: str = ""
    topics: tuple[str, ...] = ()
    level: str | None = None
    """One of LEVELS."""
    hours: float | None = None
    """Of work, altogether."""
    price: float | None = None
    """In US dollars; 0 is free."""
    language: str | None = None
    """In which it is taught, by its English name."""
    provider: str = ""
    prerequisites: tuple[str, ...] = ()
    """Ids of courses that should have been taken before."""
    starts: tuple[date, ...] = ()
    """In order; none means at any time."""
    is_retired: bool = False
    """No longer offered, but in people's histories."""
    image: Path | None = None
    """Its cover; in a file it is named from the file's folder on."""

    @property
    def text(self) -> str:
        """What it is about, in words, for an encoder to read."""
        return f"{self.title}. {self.description}" if self.description else self.title


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("course_id", "item", "item_id", "course", "movie_id", "movieid"),
    "title": ("name", "course_title", "course_name"),
    "description": ("about", "summary", "overview", "text"),
    "topics": ("topic", "tags", "genres", "genre", "categories", "category", "subject", "fields"),
    "level": ("difficulty",),
    "hours": ("duration", "duration_hours", "content_duration", "workload"),
    "price": ("cost", "fee", "price_usd"),
    "language": ("lang",),
    "provider": ("institution", "school", "university", "organization", "publisher"),
    "prerequisites": ("prerequisite", "prereqs", "requires"),
    "starts": ("start", "start_date", "start_dates", "dates"),
    "retired": ("is_retired", "archived"),
    "image": ("cover", "cover_image", "thumbnail"),
}
"""The fields of a course in a file, with the other names that they usually have."""


def course_of(values: Mapping[str, Text], folder: Path) -> Course:
    """Make a course from the texts of its fields; a FieldError says what is wrong with one.

    Its cover is looked for from `folder` on; whether it is there is not asked.
    """
    image = fields.text(values, "image")
    return Course(
        id=fields.required(values, "id"),
        title=fields.required(values, "title"),
        description=fields.text(values, "description"),
        topics=fields.texts(values, "topics"),
        level=fields.choice(values, "level", LEVELS),
        hours=_hours(values),
        price=_price(values),
        language=_language(values),
        provider=fields.text(values, "provider"),
        prerequisites=fields.texts(values, "prerequisites"),
        starts=fields.dates(values, "starts", none=ANY_TIME),
        is_retired=fields.flag(values, "retired"),
        image=folder / image if image else None,
    )


def _hours(values: Mapping[str, Text]) -> float | None:
    hours = fields.number(values, "hours")
    if hours == 0:
        raise FieldError("hours", "'hours' is 0. Say how long the course takes, or leave it out.")
    return hours


def _price(values: Mapping[str, Text]) -> float | None:
    if fields.text(values, "price").casefold() == FREE:
        return 0.0
    return fields.number(values, "price")


def _language(values: Mapping[str, Text]) -> str | None:
    found = fields.text(values, "language")
    return LANGUAGES.get(found.casefold(), found) or None
