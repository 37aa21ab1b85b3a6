"""What people's presses, ratings, deeds and reviews teach: examples that wait for the night."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.database import Store
from bot.pseudonyms import MARK, pseudonyms_in
from bot.types import Example

REVIEW = "review"
"""The source of lessons that a reviewer gave, who counts more than others."""
OBSERVED = "observed"
"""The source of lessons that say what a user did."""
GOOD = 4
"""From this rating on, a reply was right and what it teaches is learnt."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example that somebody gave, with where it came from and what became of it."""

    id: int
    learner: str
    example: Example
    source: str
    """How: button, rating, review or observed."""
    created: float
    """When, in seconds since 1970."""
    giver: str
    """By whom, as a hash that only this database can make of a sender's id."""
    event_id: int
    """The bot's utterance that was judged; the log says in which conversation."""
    version: str
    """The version of the learner's model that had answered; empty if there was none."""
    is_held: bool = False
    """Held out for ever, to score versions by."""
    learnt_in: str | None = None
    aside: str | None = None
    """Why it waits for a person."""


class FeedbackStore:
    """Lessons and ratings."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.clock = clock
        self.pseudonyms = pseudonyms_in(store)

    def add(
        self,
        learner: str,
        example: Example,
        source: str,
        sender_id: str,
        event_id: int,
        version: str = "",
    ) -> int:
        """Keep an example for the next night, under the id that it gives back.

        `event_id` is the bot's utterance that was judged.
        """
        row = {
            "learner": learner,
            "input": example.input,
            "target": example.target,
            "weight": example.weight,
            "source": source,
            "event_id": event_id,
            "created": self.clock(),
            "giver": self.giver(sender_id),
            "version": version,
            "is_held": False,
        }
        with self.store.transaction() as db:
            return int(db.table("feedback").insert(row).last_pk or 0)

    def rate(self, sender_id: str, event_id: int, rating: int) -> None:
        """Keep a rating of a bot's utterance in place of an earlier one and what that taught."""
        row = {
            "sender_id": self.pseudonyms.of(sender_id),
            "event_id": event_id,
            "rating": rating,
            "created": self.clock(),
        }
        with self.store.transaction() as db:
            db.table("ratings").delete_where("event_id = ?", [event_id])
            db.table("ratings").insert(row)
            db.table("feedback").delete_where(
                "event_id = ? and source = 'rating' and learnt_in is null", [event_id]
            )

    def giver(self, sender_id: str) -> str:
        """Give a sender's pseudonym as lessons have it, without its mark."""
        return self.pseudonyms.of(sender_id).removeprefix(MARK)

    def waiting(self, learner: str) -> list[Lesson]:
        """What no version has learnt yet and no person need look at, oldest first."""
        return self._lessons(learner, "learnt_in is null and aside is null and not is_held")

    def learnt(self, learner: str) -> list[Lesson]:
        """What versions have learnt, oldest first."""
        return self._lessons(learner, "learnt_in is not null")

    def held(self, learner: str) -> list[Lesson]:
        """What is held out to score versions by, oldest first."""
        return self._lessons(learner, "is_held and aside is null")

    def aside(self, learner: str) -> list[Lesson]:
        """What waits for a person, oldest first."""
        return self._lessons(learner, "learnt_in is null and aside is not null")

    def last(self) -> int:
        """The number of the newest lesson; 0 if there never was one."""
        with self.store.transaction() as db:
            return int(db.execute("select coalesce(max(id), 0) from feedback").fetchone()[0])

    def mark_learnt(self, lessons: Collection[Lesson], version: str) -> None:
        """Note that a version has learnt these."""
        self._change(lessons, {"learnt_in": version})

    def set_aside(self, lessons: Collection[Lesson], reason: str) -> None:
        """Keep these for a person to look at; no version counts as having learnt them."""
        self._change(lessons, {"aside": reason, "learnt_in": None})

    def hold(self, lessons: Collection[Lesson]) -> None:
        """Hold these out for ever."""
        self._change(lessons, {"is_held": True})

    def _change(self, lessons: Collection[Lesson], values: Mapping[str, Any]) -> None:
        with self.store.transaction() as db:
            for lesson in lessons:
                db.table("feedback").update(lesson.id, dict(values))

    def _lessons(self, learner: str, where: str) -> list[Lesson]:
        with self.store.transaction() as db:
            rows = db.table("feedback").rows_where(
                f"learner = ? and {where}", [learner], order_by="id"
            )
            return [_lesson(row) for row in rows]


def _lesson(row: Mapping[str, Any]) -> Lesson:
    return Lesson(
        id=row["id"],
        learner=row["learner"],
        example=Example(row["input"], row["target"], row["weight"]),
        source=row["source"],
        created=row["created"],
        giver=row["giver"] or "",
        event_id=row["event_id"],
        version=row["version"] or "",
        is_held=bool(row["is_held"]),
        learnt_in=row["learnt_in"],
        aside=row["aside"],
    )
