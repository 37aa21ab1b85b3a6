"""A conversation is an append-only log of Rasa events; its state is what replaying them gives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, Restarted, SessionStarted

from bot.database import Store
from bot.profile_store import ProfileStore
from bot.pseudonyms import pseudonyms_in
from bot.types import Context

REQUESTED_SLOT = "requested_slot"
HISTORY = 10
"""How many exchanges a state remembers."""
SNAPSHOT_EVERY = 50
"""Events after which a snapshot is written; a turn replays fewer than this and what it adds."""


@dataclass(frozen=True, slots=True)
class State:
    """What a conversation has come to."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    active_skill: str | None = None
    question: Mapping[str, Any] | None = None
    """The bot event that asked the open question."""
    suspended: tuple[Mapping[str, Any], ...] = ()
    """Those of other skills' questions that were left for it, the latest last."""
    history: tuple[tuple[str, str], ...] = ()
    latest_message: Mapping[str, Any] = field(default_factory=dict)
    latest_replies: tuple[Mapping[str, Any], ...] = ()
    """The bot events since the last message, each with its `id` in the log."""
    paused: bool = False
    latest: float = 0.0
    """When the latest message came, in seconds since 1970."""
    position: int = field(default=0, compare=False)
    """The id of the last event in it."""


class OvertakenError(Exception):
    """Somebody else added to the conversation since it was read."""


def after(state: State, event: Mapping[str, Any]) -> State:
    """Apply one Rasa event; types that change nothing here leave the state as it is."""
    match event["event"]:
        case "user":
            said = (event.get("text") or "", "")
            parsed, at = event.get("parse_data") or {}, event.get("timestamp") or state.latest
            said_to = replace(state, latest_message=parsed, latest_replies=(), latest=at)
            return replace(said_to, history=(*state.history, said)[-HISTORY:])
        case "bot":
            return _after_bot(state, event)
        case "slot":
            slots = {**state.slots, event["name"]: event.get("value")}
            kept = {name: value for name, value in slots.items() if value is not None}
            return replace(state, slots=kept)
        case "active_loop":
            question = state.question if event.get("name") else None
            return replace(state, active_skill=event.get("name"), question=question)
        case "reset_slots":
            return replace(state, slots={})
        case "pause" | "resume":
            return replace(state, paused=event["event"] == "pause")
        case "restart":
            return State()
    return state


def _after_bot(state: State, event: Mapping[str, Any]) -> State:
    if (event.get("metadata") or {}).get(REQUESTED_SLOT):
        state = _asked(state, event)
    said, answered = state.history[-1] if state.history else ("", "")
    answer = "\n\n".join(filter(None, (answered, event.get("text"))))
    history = (*state.history[:-1], (said, answer))
    replies = (*state.latest_replies, event)
    return replace(state, latest_replies=replies, history=history)


def _asked(state: State, question: Mapping[str, Any]) -> State:
    """Open a question; one of another skill that was open waits for its end."""
    left = (*state.suspended, *([state.question] if state.question else []))
    asker = question["metadata"]["utter_action"]
    others = tuple(each for each in left if each["metadata"]["utter_action"] != asker)
    return replace(state, question=question, suspended=others)


def context_from(state: State, abilities: Mapping[str, str]) -> Context:
    """What a skill is told of the state."""
    slots = {name: value for name, value in state.slots.items() if name != REQUESTED_SLOT}
    requested = state.slots.get(REQUESTED_SLOT)
    return Context(slots, state.active_skill, requested, state.history, abilities)


class TrackerStore:
    """Conversations in the database, and `profiles`, under pseudonyms: `load` and `append`."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.clock = clock
        self.profiles = ProfileStore(store)
        self.pseudonyms = pseudonyms_in(store)

    def load(self, sender_id: str) -> State:
        """Take the sender's snapshot and replay what came after it."""
        with self.store.transaction():
            return self._replayed(self.pseudonyms.of(sender_id))

    def append(self, sender_id: str, events: Iterable[EventType], since: int | None = None) -> None:
        """Add events to the log, all or none, stamped with the time where they have none.

        Where the log has gone on since the position `since`, it is left alone: OvertakenError.
        """
        person = self.pseudonyms.of(sender_id)
        with self.store.transaction() as db:
            if since is not None and since != self._position(person):
                raise OvertakenError(person)
            rows = [self._row(person, event) for event in self._opened(person, events)]
            query = "insert into events (sender_id, timestamp, type, data) values (?, ?, ?, ?)"
            db.conn.executemany(query, rows)
            self._snapshot(person)

    def events(self, sender_id: str) -> list[EventType]:
        """Read the whole log of a sender, oldest first."""
        with self.store.transaction():
            return [event for _, event in self._events_after(self.pseudonyms.of(sender_id), 0)]

    def forgotten(self, sender_id: str) -> float:
        """When all that was kept of the sender was last deleted; 0 if that never was."""
        query = "select at from forgotten where person = ?"
        with self.store.transaction() as db:
            row = db.execute(query, [self.pseudonyms.of(sender_id)]).fetchone()
        return float(row[0]) if row else 0.0

    def tracker(self, sender_id: str) -> Tracker:
        """Give the conversation as Rasa's tracker, with all its events."""
        state, events = self.load(sender_id), self.events(sender_id)
        loop = {"name": state.active_skill} if state.active_skill else {}
        action = next((e["name"] for e in reversed(events) if e["event"] == "action"), None)
        message = dict(state.latest_message)
        return Tracker(
            sender_id, dict(state.slots), message, events, state.paused, None, loop, action
        )

    def restart(self, sender_id: str) -> None:
        """Begin a new conversation; the log keeps the old one."""
        self.append(sender_id, [Restarted(), SessionStarted()])

    def _position(self, person: str) -> int:
        query = "select max(id) from events where sender_id = ?"
        return self.store.db.execute(query, [person]).fetchone()[0] or 0

    def _opened(self, person: str, events: Iterable[EventType]) -> list[EventType]:
        query = "select 1 from events where sender_id = ? limit 1"
        known = self.store.db.execute(query, [person]).fetchone()
        return [*events] if known else [SessionStarted(), *events]

    def _row(self, person: str, event: EventType) -> tuple[Any, ...]:
        stamped = {**event, "timestamp": event.get("timestamp") or self.clock()}
        data = json.dumps(stamped, ensure_ascii=False)
        return person, stamped["timestamp"], stamped["event"], data

    def _events_after(self, person: str, event_id: int) -> list[tuple[int, EventType]]:
        query = "select id, data from events where sender_id = ? and id > ? order by id"
        rows = self.store.db.execute(query, [person, event_id]).fetchall()
        return [(id, {**json.loads(data), "id": id}) for id, data in rows]

    def _replayed(self, person: str) -> State:
        query = "select event_id, state from snapshots where sender_id = ?"
        row = self.store.db.execute(query, [person]).fetchone()
        last, state = (row[0], _state_from(row[1])) if row else (0, State())
        for event_id, event in self._events_after(person, last):
            last, state = event_id, after(state, event)
        return replace(state, position=last)

    def _snapshot(self, person: str) -> None:
        query = """select count(*) from events where sender_id = :sender and id >
            coalesce((select event_id from snapshots where sender_id = :sender), 0)"""
        (new,) = self.store.db.execute(query, {"sender": person}).fetchone()
        if new < SNAPSHOT_EVERY:
            return
        state = self._replayed(person)
        text = json.dumps(asdict(state), ensure_ascii=False)
        row = {"sender_id": person, "event_id": state.position, "state": text}
        self.store.db.table("snapshots").upsert(row, pk="sender_id")


def _state_from(text: str) -> State:
    values = json.loads(text)
    history = tuple((said, answered) for said, answered in values.pop("history"))
    replies = tuple(values.pop("latest_replies"))
    suspended = tuple(values.pop("suspended", ()))  # snapshots of older versions have none
    return State(**values, history=history, latest_replies=replies, suspended=suspended)
