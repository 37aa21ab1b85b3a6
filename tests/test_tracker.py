"""Conversations as logs of Rasa events, and their state."""

import json
from pathlib import Path

import pytest
from rasa_sdk.events import ActiveLoop, AllSlotsReset, BotUttered, SlotSet, UserUttered

from bot.database import Store, open_store
from bot.tracker import SNAPSHOT_EVERY, State, TrackerStore, after, context_from


@pytest.fixture
def tracker() -> TrackerStore:
    return TrackerStore(Store.in_memory(), clock=lambda: 1_700_000_000.0)


def exchange(text: str) -> list[dict[str, object]]:
    return [UserUttered(text), SlotSet("last", text), BotUttered(f"You said {text}", metadata={})]


def test_slots_are_what_the_last_event_set(tracker: TrackerStore) -> None:
    tracker.append(
        "ana", [SlotSet("level", "easy"), SlotSet("topic", "art"), SlotSet("level", None)]
    )

    assert tracker.load("ana").slots == {"topic": "art"}
    tracker.append("ana", [AllSlotsReset()])
    assert tracker.load("ana").slots == {}


def test_a_context_tells_who_asked_for_what(tracker: TrackerStore) -> None:
    tracker.append("ana", [ActiveLoop("handover"), SlotSet("requested_slot", "contact")])
    context = context_from(tracker.load("ana"), {})

    assert (context.active_skill, context.requested_slot) == ("handover", "contact")
    assert "requested_slot" not in context.slots


def test_history_holds_the_latest_exchanges(tracker: TrackerStore) -> None:
    for number in range(12):
        tracker.append("ana", exchange(str(number)))

    history = tracker.load("ana").history
    assert len(history) == 10
    assert history[-1] == ("11", "You said 11")


def test_replaying_the_whole_log_gives_what_snapshots_give(tracker: TrackerStore) -> None:
    for number in range(SNAPSHOT_EVERY):
        tracker.append("ana", exchange(str(number)))
    replayed = State()
    for event in tracker.events("ana"):
        replayed = after(replayed, event)

    assert tracker.store.db.table("snapshots").count == 1
    assert tracker.load("ana") == replayed


def test_a_turn_reads_no_more_events_in_a_long_conversation(tracker: TrackerStore) -> None:
    replayed = []
    for number in range(3 * SNAPSHOT_EVERY):
        tracker.append("ana", exchange(str(number)))
        query = (
            "select count(*) from events where id > coalesce((select event_id from snapshots), 0)"
        )
        replayed.append(tracker.store.db.execute(query).fetchone()[0])

    assert max(replayed) < SNAPSHOT_EVERY
    assert len(tracker.events("ana")) > 3 * SNAPSHOT_EVERY


def test_events_are_rasas(tracker: TrackerStore) -> None:
    tracker.append("ana", exchange("hi"))

    kinds = [event["event"] for event in tracker.events("ana")]
    assert kinds == ["session_started", "user", "slot", "bot"]
    assert tracker.events("ana")[1]["timestamp"] == 1_700_000_000.0


def test_rasas_own_tracker_reads_the_conversation(tracker: TrackerStore) -> None:
    tracker.append("ana", [*exchange("hi"), ActiveLoop("handover")])
    found = tracker.tracker("ana")

    assert found.get_slot("last") == "hi"
    assert found.active_loop == {"name": "handover"}
    assert json.dumps(found.current_state())


def test_a_restart_forgets_but_the_log_stays(tracker: TrackerStore) -> None:
    tracker.append("ana", exchange("hi"))
    tracker.restart("ana")

    assert tracker.load("ana") == State()
    assert tracker.events("ana")[1]["text"] == "hi"


def test_an_event_that_cannot_be_written_leaves_the_log_as_it_was(tracker: TrackerStore) -> None:
    tracker.append("ana", exchange("hi"))
    with pytest.raises(TypeError):
        tracker.append("ana", [SlotSet("good", 1), SlotSet("bad", object())])

    assert len(tracker.events("ana")) == 4


def test_two_processes_can_share_the_database(tmp_path: Path) -> None:
    one = TrackerStore(open_store(tmp_path / "bot.db"))
    two = TrackerStore(open_store(tmp_path / "bot.db"))
    one.append("ana", exchange("hi"))
    two.append("ana", exchange("ho"))

    assert [said for said, _ in one.load("ana").history] == ["hi", "ho"]
