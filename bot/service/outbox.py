"""Outbox: what is to be sent, kept until the platform has it, in the order of each recipient.

A message is sent once, but for one case: where the answer to a send was lost, nobody can know
whether the platform has it. Then its echo is waited for; only without one is it sent again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.database import Store

# The first message of each recipient that is not settled, if its time has come.
NEXT = """
select id, sender_id, data, until, attempts, begun from outbox one
where settled is null and due <= :now and not exists (
    select 1 from outbox other where other.sender_id = one.sender_id
    and other.settled is null and other.id < one.id
) order by due, id limit :most"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is being sent."""

    id: int
    recipient_id: str
    until: float
    """When it may not be sent any more, in seconds since 1970."""
    attempts: int
    """How many there were, this one among them."""
    is_again: bool
    """Whether the platform may have it already: nobody knows what became of the attempt before."""
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outbox:
    """Messages to send. `patience` is how many seconds an attempt without an answer counts."""

    store: Store
    patience: float = 30.0
    clock: Callable[[], float] = time.time

    def add(self, recipient_id: str, messages: Iterable[Mapping[str, Any]], until: float) -> None:
        """Add messages, within the transaction that computed them."""
        now = self.clock()
        rows = [
            {
                "sender_id": recipient_id,
                "data": json.dumps(each),
                "created": now,
                "until": until,
                "due": 0.0,
                "attempts": 0,
            }
            for each in messages
        ]
        with self.store.transaction() as db:
            db.table("outbox").insert_all(rows)

    def begin(self, most: int) -> list[Outgoing]:
        """Begin attempts: until they end, or patience is over, nobody else tries."""
        now = self.clock()
        with self.store.transaction() as db:
            rows = db.execute(NEXT, {"now": now, "most": most}).fetchall()
            for id, *_ in rows:
                db.execute(
                    "update outbox set begun = ?, due = ?, attempts = attempts + 1 where id = ?",
                    [now, now + self.patience, id],
                )
        return [
            Outgoing(id, recipient_id, until, attempts + 1, begun is not None, json.loads(data))
            for id, recipient_id, data, until, attempts, begun in rows
        ]

    def settle(self, id: int, error: str | None = None) -> None:
        """Note that a message was sent, or why it never will be."""
        with self.store.transaction() as db:
            db.execute(
                "update outbox set settled = ?, error = ?, data = '{}', begun = null "
                "where id = ? and settled is null",
                [self.clock(), error, id],
            )

    def retry(self, id: int, seconds: float) -> None:
        """Note that a message was refused for now."""
        with self.store.transaction() as db:
            query = "update outbox set begun = null, due = ? where id = ?"
            db.execute(query, [self.clock() + seconds, id])

    def wait_for_echoes(self) -> None:
        """Be patient anew with attempts whose end nobody saw: an echo may not have got through."""
        with self.store.transaction() as db:
            query = "update outbox set due = ? where begun is not null and settled is null"
            db.execute(query, [self.clock() + self.patience])

    def waiting(self) -> int:
        """How many are not settled yet."""
        with self.store.transaction() as db:
            return int(db.table("outbox").count_where("settled is null"))

    def forget(self, before: float) -> None:
        """Forget what was settled before a time."""
        with self.store.transaction() as db:
            db.execute("delete from outbox where settled < ?", [before])
