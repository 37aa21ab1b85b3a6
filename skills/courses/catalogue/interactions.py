"""What learners did with courses: read from files, and made into examples to learn from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.examples import write_whole
from bot.types import Example
from skills.courses.catalogue import fields
from skills.courses.catalogue.fields import FieldError, Text
from skills.courses.catalogue.summary import Summary
from skills.courses.catalogue.tables import Remark, Row, read_table

STRENGTHS: Mapping[str, float] = {
    "clicked": 0.25,
    "enrolled": 1.0,
    "rated": 1.0,
    "completed": 1.5,
    "refused": 0.0,
}
"""The kinds of interactions, and how much each says that a learner wants a course."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "clicked": ("click", "view", "viewed"),
    "enrolled": ("enrol", "enroll", "enrolment", "enrollment", "purchase"),
    "rated": ("rate", "rating", "review"),
    "completed": ("complete", "completion", "finish", "finished"),
    "refused": ("refuse", "refusal", "dismiss", "dismissed", "dislike"),
}
"""Other words for them in files of other people."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "user": ("user_id", "userid", "learner", "learner_id", "student"),
    "item": ("item_id", "itemid", "course", "course_id", "movie_id", "movieid"),
    "kind": ("event", "event_type", "action", "type"),
    "rating": ("score", "stars"),
    "timestamp": ("time", "date", "created", "created_at", "unix_timestamp"),
}
SCALE = (1.0, 5.0)
AHEAD = 24 * 3600.0
"""Seconds by which a timestamp may be in the future: local times of other zones are."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that a learner did with a course."""

    user: str
    item: str
    kind: str = "enrolled"
    """One of STRENGTHS."""
    rating: float | None = None
    """From 1 to 5, or as the scale is."""
    timestamp: float | None = None
    """In seconds since 1970."""


def read_interactions(
    file: Path,
    items: Collection[str] | None,
    now: float,
    scale: tuple[float, float] = SCALE,
) -> tuple[list[Interaction], Summary]:
    """Read the interactions of a file, and say which of its rows were refused and why.

    `items` are the ids that there are, retired ones too; with None, any id is one.
    """
    table = read_table(file, COLUMNS, required=("user", "item"))
    found: dict[Interaction, int] = {}
    refused = list(table.refused)
    for row in table.rows:
        try:
            interaction = _interaction(row, items, now, scale)
            _refuse_repeated(interaction, found)
        except FieldError as error:
            refused.append(Remark(row.line, str(error)))
            continue
        found[interaction] = row.line
    return list(found), Summary(file, len(found), tuple(refused), unused=table.unused)


def _interaction(
    row: Row, items: Collection[str] | None, now: float, scale: tuple[float, float]
) -> Interaction:
    values = row.values
    rating = _rating(values, scale)
    return Interaction(
        user=fields.required(values, "user"),
        item=_item(values, items),
        kind=_kind(values) or ("enrolled" if rating is None else "rated"),
        rating=rating,
        timestamp=_timestamp(values, now),
    )


def _refuse_repeated(interaction: Interaction, found: Mapping[Interaction, int]) -> None:
    if interaction in found:
        raise FieldError("item", f"This says the same as line {found[interaction]}. Remove one.")


def _item(values: Mapping[str, Text], items: Collection[str] | None) -> str:
    item = fields.required(values, "item")
    if items is not None and item not in items:
        raise FieldError("item", f"There is no course '{item}'. Add it to the catalogue first.")
    return item


def _kind(values: Mapping[str, Text]) -> str:
    found = fields.text(values, "kind").casefold()
    known = {other: kind for kind, others in KINDS.items() for other in (kind, *others)}
    if found and found not in known:
        raise FieldError("kind", fields.unknown("kind", found, list(STRENGTHS)))
    return known.get(found, "")


def _rating(values: Mapping[str, Text], scale: tuple[float, float]) -> float | None:
    lowest, highest = scale
    rating = fields.number(values, "rating", least=-math.inf)
    if rating is not None and not lowest <= rating <= highest:
        raise FieldError(
            "rating",
            f"The rating {rating:g} is out of range: {lowest:g} to {highest:g}. Correct it.",
        )
    return rating


def _timestamp(values: Mapping[str, Text], now: float) -> float | None:
    moment = fields.moment(values, "timestamp")
    if moment is not None and moment > now + AHEAD:
        found = fields.text(values, "timestamp")
        raise FieldError("timestamp", f"The time {found} is in the future. Correct it.")
    return moment


def write_interactions(file: Path, interactions: Iterable[Interaction]) -> None:
    """Write a CSV file that `read_interactions` reads, with days for timestamps."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in interactions:
        rating = "" if each.rating is None else f"{each.rating:g}"
        writer.writerow([each.user, each.item, each.kind, rating, _day(each.timestamp)])
    write_whole(file, text.getvalue())


def _day(timestamp: float | None) -> str:
    return "" if timestamp is None else datetime.fromtimestamp(timestamp, UTC).date().isoformat()


def examples_of(
    interactions: Iterable[Interaction], scale: tuple[float, float] = SCALE
) -> list[Example]:
    """Say in one example a learner and course how much the learner wants it, the latest last.

    A rating counts for 0 to 2, from the lowest to the highest, and a refusal for 0; without either,
    the strongest of what the learner did does. Who enrols after a refusal wants the course again.
    """
    weights: dict[tuple[str, str], float] = {}
    rated: set[tuple[str, str]] = set()
    for each in sorted(interactions, key=lambda one: one.timestamp or 0.0):
        pair = (each.user, each.item)
        before = weights.pop(pair, 0.0)  # what was touched last stands last
        if each.kind == "refused":
            weights[pair] = 0.0
            rated.discard(pair)
        elif each.rating is not None:
            weights[pair] = _liking(each.rating, scale)
            rated.add(pair)
        else:
            weights[pair] = before if pair in rated else max(before, STRENGTHS[each.kind])
    return [Example(user, item, weight) for (user, item), weight in weights.items()]


def _liking(rating: float, scale: tuple[float, float]) -> float:
    lowest, highest = scale
    return 2 * (rating - lowest) / (highest - lowest)
