"""Reception: deliveries are kept together, refused where too much waits, and told of failures."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bot.channels.messenger import Echo
from bot.database import Store
from bot.errors import StoreError
from bot.service.inbox import Delivered, Inbox
from bot.service.outbox import Outbox
from bot.service.reception import Reception
from bot.service.turns import BusyError


class Counted(Store):
    """A database that counts transactions, and can be held up or damaged."""

    transactions = 0
    is_damaged = False
    may_go = threading.Event()

    def transaction(self, synced: bool = False):  # type: ignore[no-untyped-def]
        if synced:
            self.may_go.wait(60)
            self.transactions += 1
            if self.is_damaged:
                raise StoreError("The database cannot be used.")
        return super().transaction(synced)


@pytest.fixture
def store() -> Iterator[Counted]:
    made = Counted.in_memory()
    assert isinstance(made, Counted)
    made.may_go = threading.Event()
    made.may_go.set()
    yield made
    made.close()


def reception(store: Store, most: int = 100) -> Reception:
    return Reception(Inbox(store), Outbox(store), most)


def said(key: str) -> Delivered:
    return Delivered(key, "ada", 1.0, {"text": key})


def test_what_comes_while_one_is_written_is_written_together(store: Counted) -> None:
    async def deliver() -> None:
        found = reception(store)
        store.may_go.clear()
        first = asyncio.create_task(found.keep([said("a")]))
        await asyncio.sleep(0)  # it is being written now
        others = [asyncio.create_task(found.keep([said(key)])) for key in "bcdb"]
        await asyncio.sleep(0)
        store.may_go.set()
        await asyncio.gather(first, *others)
        found.close()

    asyncio.run(deliver())

    assert store.transactions == 2
    assert Inbox(store).waiting() == 4  # what came twice is kept once


def test_too_much_is_refused_but_echoes_are_welcome(store: Counted) -> None:
    outbox = Outbox(store)
    outbox.add("ada", [{"message": {"text": "hi"}}], 1e12)
    (sent,) = outbox.begin(1)

    async def deliver() -> None:
        found = reception(store, most=1)
        await found.keep([said("a")])
        found._counted = -1.0  # the count is old
        with pytest.raises(BusyError):
            await found.keep([said("b")])
        await found.keep([Echo(sent.id)])
        found.close()

    asyncio.run(deliver())

    assert Inbox(store).waiting() == 1
    assert outbox.waiting() == 0


def test_whoever_delivers_learns_that_nothing_could_be_kept(store: Counted) -> None:
    async def deliver() -> None:
        found = reception(store)
        store.is_damaged = True
        with pytest.raises(StoreError):
            await found.keep([said("a")])
        store.is_damaged = False
        await found.keep([said("a")])
        found.close()

    asyncio.run(deliver())

    assert Inbox(store).waiting() == 1


def test_who_hangs_up_stops_nobody(store: Counted) -> None:
    async def deliver() -> None:
        found = reception(store)
        store.may_go.clear()
        first = asyncio.create_task(found.keep([said("a")]))
        await asyncio.sleep(0)
        first.cancel()
        store.may_go.set()
        await found.keep([said("b")])
        found.close()

    asyncio.run(deliver())

    assert Inbox(store).waiting() == 2
