"""Inbox and outbox: each message once, in the order of its sender, whoever is killed."""

from pathlib import Path
from typing import Any

import pytest

from bot.database import Store
from bot.picture_store import PictureStore
from bot.privacy import People
from bot.service.inbox import LEASE, AnsweredError, Delivered, Inbox
from bot.service.outbox import Outbox


class Clock:
    """A time that passes when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


@pytest.fixture
def inbox(store: Store, clock: Clock) -> Inbox:
    return Inbox(store, clock)


@pytest.fixture
def outbox(store: Store, clock: Clock) -> Outbox:
    return Outbox(store, 30.0, clock)


def message(key: str, sender_id: str = "ana", sent: float = 0.0) -> Delivered:
    return Delivered(key, sender_id, sent, {"text": key, "attachments": []})


def keys(inbox: Inbox, most: int = 10) -> list[str]:
    return [each.message.key for each in inbox.take(most)]


def test_a_message_is_kept_once_even_after_it_was_answered(inbox: Inbox) -> None:
    assert inbox.put([message("1"), message("1")]) == 1
    inbox.settle(inbox.take(1)[0].id)

    assert inbox.put([message("1")]) == 0
    assert inbox.waiting() == 0
    assert keys(inbox) == []


def test_of_each_sender_only_the_earliest_is_taken(inbox: Inbox) -> None:
    inbox.put([message("1"), message("2"), message("3", "ben")])

    assert keys(inbox) == ["1", "3"]
    assert keys(inbox) == []


def test_the_next_is_taken_when_the_one_before_is_answered(inbox: Inbox) -> None:
    inbox.put([message("1"), message("2")])
    inbox.settle(inbox.take(9)[0].id)

    assert keys(inbox) == ["2"]


def test_messages_that_came_in_the_wrong_order_are_put_right(inbox: Inbox) -> None:
    inbox.put([message("late", sent=2.0), message("early", sent=1.0)])

    assert keys(inbox) == ["early"]


def test_what_a_process_took_that_was_killed_is_taken_again_later(
    inbox: Inbox, clock: Clock
) -> None:
    inbox.put([message("1")])
    keys(inbox)
    clock.now += LEASE + 1

    assert [(each.message.key, each.attempts) for each in inbox.take(1)] == [("1", 2)]


def test_after_a_start_it_is_taken_at_once(inbox: Inbox) -> None:
    inbox.put([message("1")])
    keys(inbox)
    inbox.release()

    assert keys(inbox) == ["1"]


def test_only_one_can_answer_a_message(inbox: Inbox) -> None:
    inbox.put([message("1")])
    (taken,) = inbox.take(1)
    inbox.settle(taken.id)

    with pytest.raises(AnsweredError):
        inbox.settle(taken.id)


def test_a_message_that_is_given_back_is_taken_later(inbox: Inbox, clock: Clock) -> None:
    inbox.put([message("1")])
    inbox.give_back(inbox.take(1)[0].id, 5.0)

    assert keys(inbox) == []
    clock.now += 6
    assert keys(inbox) == ["1"]


def test_words_are_not_kept_longer_than_they_wait(inbox: Inbox, store: Store) -> None:
    inbox.put([message("1")])
    inbox.settle(inbox.take(1)[0].id)

    assert [row["data"] for row in store.db.table("inbox").rows] == ["{}"]


def test_keys_are_forgotten_after_their_days(inbox: Inbox, store: Store, clock: Clock) -> None:
    inbox.put([message("1"), message("2", "ben")])
    inbox.settle(inbox.take(1)[0].id)
    inbox.forget(clock.now + 1)

    assert [row["key"] for row in store.db.table("inbox").rows] == ["2"]


def body(text: str) -> dict[str, Any]:
    return {"message": {"text": text}}


def texts(outbox: Outbox, most: int = 10) -> list[str]:
    return [each.data["message"]["text"] for each in outbox.begin(most)]


def test_messages_to_a_person_are_sent_one_after_the_other(outbox: Outbox) -> None:
    outbox.add("ana", [body("1"), body("2")], 9e9)
    outbox.add("ben", [body("3")], 9e9)
    first, _ = begun = outbox.begin(10)

    assert [each.data["message"]["text"] for each in begun] == ["1", "3"]
    outbox.settle(first.id)
    assert texts(outbox) == ["2"]


def test_what_was_refused_for_now_comes_again_and_holds_up_what_follows(
    outbox: Outbox, clock: Clock
) -> None:
    outbox.add("ana", [body("1"), body("2")], 9e9)
    outbox.retry(outbox.begin(1)[0].id, 3.0)

    assert texts(outbox) == []
    clock.now += 4
    (again,) = outbox.begin(10)
    assert (again.data["message"]["text"], again.attempts, again.is_again) == ("1", 2, False)


def test_what_nobody_knows_of_is_sent_again_when_no_echo_comes(
    outbox: Outbox, clock: Clock
) -> None:
    outbox.add("ana", [body("1")], 9e9)
    texts(outbox)
    clock.now += 29

    assert texts(outbox) == []
    clock.now += 2
    assert [each.is_again for each in outbox.begin(1)] == [True]


def test_an_echo_settles_what_nobody_knew_of(outbox: Outbox, clock: Clock) -> None:
    outbox.add("ana", [body("1"), body("2")], 9e9)
    (first,) = outbox.begin(1)
    outbox.settle(first.id)
    clock.now += 99

    assert texts(outbox) == ["2"]


def test_after_a_start_echoes_are_waited_for_anew(outbox: Outbox, clock: Clock) -> None:
    outbox.add("ana", [body("1")], 9e9)
    texts(outbox)
    clock.now += 999
    outbox.wait_for_echoes()

    assert texts(outbox) == []
    clock.now += 31
    assert texts(outbox) == ["1"]


def test_what_is_refused_for_good_is_recorded_and_lets_the_next_go(
    outbox: Outbox, store: Store
) -> None:
    outbox.add("ana", [body("1"), body("2")], 9e9)
    outbox.settle(outbox.begin(1)[0].id, "400, code 100")

    assert next(store.db.table("outbox").rows)["error"] == "400, code 100"
    assert texts(outbox) == ["2"]


def test_what_waits_for_a_person_and_to_be_sent_to_them_is_theirs(
    inbox: Inbox, outbox: Outbox, store: Store, tmp_path: Path
) -> None:
    inbox.put([message("1"), message("2"), message("3", "ben")])
    inbox.settle(inbox.take(1)[0].id)
    outbox.add("ana", [body("1")], 9e9)
    people = People(store, PictureStore(tmp_path))

    assert people.forget("ana").counts == {"inbox": 2, "outbox": 1}
    assert (inbox.waiting(), outbox.waiting()) == (1, 0)
