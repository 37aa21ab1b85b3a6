"""Inbox: what a platform delivered, kept until it is answered, each message once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.database import Store

LEASE = 60.0
"""Seconds for which a message is left to whoever took it; after that somebody else may."""

# The earliest message of each sender of whom none is being worked on.
NEXT = """
select id, key, sender_id, sent, data, attempts from inbox one
where answered is null and claimed <= :now and not exists (
    select 1 from inbox other where other.sender_id = one.sender_id and other.answered is null
    and (other.claimed > :now or (other.sent, other.id) < (one.sent, one.id))
) order by received, id limit :most"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message as a platform delivered it."""

    key: str
    """The platform's id of it."""
    sender_id: str
    sent: float
    """Seconds since 1970, by the platform's clock."""
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that somebody took to answer it, for as long as the lease lasts."""

    id: int
    attempts: int
    """How many took it so far."""
    message: Delivered


class AnsweredError(Exception):
    """Somebody else answered the message meanwhile."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Messages of a platform, in the same database as what they are answered with."""

    store: Store
    clock: Callable[[], float] = time.time

    def put(self, messages: Iterable[Delivered]) -> int:
        """Keep those that never came before, and say how many these are."""
        now = self.clock()
        with self.store.transaction() as db:
            return sum(
                db.execute(
                    "insert or ignore into inbox (key, sender_id, sent, data, received, claimed, "
                    "attempts) values (?, ?, ?, ?, ?, 0, 0)",
                    [each.key, each.sender_id, each.sent, json.dumps(each.data), now],
                ).rowcount
                for each in messages
            )

    def take(self, most: int) -> list[Waiting]:
        """Take messages to answer: of each sender the earliest, if none of theirs is taken."""
        now = self.clock()
        with self.store.transaction() as db:
            rows = db.execute(NEXT, {"now": now, "most": most}).fetchall()
            for id, *_ in rows:
                db.execute(
                    "update inbox set claimed = ?, attempts = attempts + 1 where id = ?",
                    [now + LEASE, id],
                )
        return [
            Waiting(id, attempts + 1, Delivered(key, sender_id, sent, json.loads(data)))
            for id, key, sender_id, sent, data, attempts in rows
        ]

    def settle(self, id: int) -> None:
        """Note that a message is answered, within the transaction that keeps the answer."""
        with self.store.transaction() as db:
            query = "update inbox set answered = ?, data = '{}' where id = ? and answered is null"
            if db.execute(query, [self.clock(), id]).rowcount != 1:
                raise AnsweredError(id)

    def give_back(self, id: int, seconds: float = 0.0) -> None:
        """Let somebody take a message that could not be answered, after some seconds."""
        with self.store.transaction() as db:
            until = self.clock() + seconds
            db.execute("update inbox set claimed = ? where id = ?", [until, id])

    def release(self) -> None:
        """Let all be taken at once: whoever took them before is no more."""
        with self.store.transaction() as db:
            db.execute("update inbox set claimed = 0 where answered is null")

    def waiting(self) -> int:
        """How many are not answered yet."""
        with self.store.transaction() as db:
            return int(db.table("inbox").count_where("answered is null"))

    def forget(self, before: float) -> None:
        """Forget the keys of what was answered before a time."""
        with self.store.transaction() as db:
            db.execute("delete from inbox where answered < ?", [before])
