"""What people's presses and ratings teach: examples that wait for the night."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.database import Store
from bot.types import Example

GOOD = 4
"""From this rating on, a reply was right and what it teaches is learnt."""


class FeedbackStore:
    """Examples with where they came from, and ratings."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.clock = clock

    def add(
        self, learner: str, example: Example, source: str, sender_id: str, event_id: int
    ) -> None:
        """Keep an example for the next night; `event_id` is the bot's utterance that was judged."""
        row = {
            "learner": learner,
            "input": example.input,
            "target": example.target,
            "weight": example.weight,
            "source": source,
            "sender_id": sender_id,
            "event_id": event_id,
            "created": self.clock(),
            "learnt_in": None,
        }
        with self.store.transaction() as db:
            db.table("feedback").insert(row)

    def rate(self, sender_id: str, event_id: int, rating: int) -> None:
        """Keep a rating of a bot's utterance in place of an earlier one and what that taught."""
        row = {
            "sender_id": sender_id,
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

    def waiting(self, learner: str) -> list[Mapping[str, Any]]:
        """What no version has learnt yet, oldest first, with where it came from."""
        where = "learner = ? and learnt_in is null"
        with self.store.transaction() as db:
            return list(db.table("feedback").rows_where(where, [learner], order_by="id"))
