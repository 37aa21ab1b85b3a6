"""What is kept of one person: given out, as they have a right to, and forgotten."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.annotation import plain
from bot.database import Store
from bot.events import IMAGES
from bot.feedback import REVIEW
from bot.picture_store import PictureStore
from bot.pseudonyms import MARK, pseudonyms_in
from bot.wording import normal

Row = dict[str, Any]
_UNDER_WAY = 24 * 3600
"""Seconds for which it is remembered that somebody was forgotten: longer than any turn takes."""
_JSON = ("data", "state")
"""Columns that hold JSON."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a person."""

    rows: Mapping[str, list[Row]]
    """Of each table."""
    pictures: tuple[Path, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How much there is of each kind; only kinds of which there is any."""
        found = {table: len(rows) for table, rows in self.rows.items()}
        return {kind: n for kind, n in {**found, "pictures": len(self.pictures)}.items() if n}

    @property
    def inputs(self) -> frozenset[str]:
        """What models can have learnt of it."""
        return frozenset(row["input"] for row in self.rows.get("feedback", ()))

    @property
    def learners(self) -> frozenset[str]:
        """Who can have learnt it."""
        return frozenset(row["learner"] for row in self.rows.get("feedback", ()))


class People:
    """Finds people's data in a database and among kept pictures.

    Every table with a column `sender_id` counts, whoever made it.
    """

    def __init__(
        self, store: Store, pictures: PictureStore, clock: Callable[[], float] = time.time
    ) -> None:
        self.store = store
        self.pictures = pictures
        self.clock = clock
        self.pseudonyms = pseudonyms_in(store)

    def kept_of(self, sender_id: str) -> Kept:
        """Collect all that is kept of a person, oldest first; columns of JSON are read."""
        person = self.pseudonyms.of(sender_id)
        with self.store.transaction() as db:
            named = "sender_id in (?, ?)"
            rows = {
                table.name: list(table.rows_where(named, [sender_id, person], order_by="rowid"))
                for table in db.tables
                if "sender_id" in table.columns_dict
            }
            events = {row["id"]: json.loads(row["data"]) for row in rows["events"]}
            said = {normal(each.get("text") or "") for each in events.values() if _is_said(each)}
            rows["feedback"] = list(self._lessons(person.removeprefix(MARK), events, said))
            rows["reviews"] = [row for row in self._all("reviews") if _is_of(row, events, said)]
        names = dict.fromkeys(name for each in events.values() for name in _pictures_of(each))
        files = (self.pictures.file(name) for name in names)
        decoded = {table: [_decoded(row) for row in found] for table, found in rows.items()}
        return Kept(decoded, tuple(file for file in files if file))

    def forget(self, sender_id: str) -> Kept:
        """Delete all that is kept of a person, beyond recovery, and say what it was.

        A turn of theirs that is under way in a running bot is not written any more.
        """
        now, person = self.clock(), self.pseudonyms.of(sender_id)
        with self.store.transaction() as db:
            kept = self.kept_of(sender_id)
            for table in kept.rows:
                if "sender_id" in db.table(table).columns_dict:
                    where = "sender_id in (?, ?)"
                    db.table(table).delete_where(where, [sender_id, person])
                else:
                    for row in kept.rows[table]:
                        db.table(table).delete(row["id"])
            db.table("forgotten").delete_where("at < ?", [now - _UNDER_WAY])
            db.table("forgotten").upsert({"person": person, "at": now}, pk="person")
        self.pictures.remove(file.name for file in kept.pictures)
        self.store.scrub()
        return kept

    def _lessons(self, giver: str, events: Mapping[int, Any], said: set[str]) -> Iterator[Row]:
        """Give what they taught, and what reviewers did by their words."""
        for row in self._all("feedback"):
            is_review = row["source"] == REVIEW
            if row["giver"] == giver or (is_review and _is_of(row, events, said)):
                yield row

    def _all(self, table: str) -> Iterable[Row]:
        return self.store.db.table(table).rows_where(order_by="id")


def _is_said(event: Mapping[str, Any]) -> bool:
    return str(event["event"]) == "user"


def _is_of(row: Row, events: Mapping[int, Any], said: set[str]) -> bool:
    """Whether a review is of their events; where it came from a file, whether of their words."""
    if row["event_id"]:
        return int(row["event_id"]) in events
    return normal(plain(row.get("input") or row.get("text") or "")) in said


def _pictures_of(event: Mapping[str, Any]) -> Iterator[str]:
    """Name the files of the pictures that were sent or shown."""
    sent = ((event.get("parse_data") or {}).get("metadata") or {}).get(IMAGES) or ()
    shown = (event.get("data") or {}).get("image") or ()
    for path in (*sent, *([shown] if isinstance(shown, str) else shown)):
        yield Path(path).name


def _decoded(row: Row) -> Row:
    return {name: json.loads(value) if name in _JSON else value for name, value in row.items()}
