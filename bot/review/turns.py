"""The newest turns of all conversations, put together from their Rasa events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.database import Store
from bot.events import IMAGES, INTENTS, MODEL, buttons_from, example_from
from bot.tracker import REQUESTED_SLOT
from bot.types import Button, Entity, Intent, Reply

NEWEST = 5_000
"""How many turns are looked at, so that the cost doesn't grow with the log."""
BEFORE = 2
"""How many exchanges before a turn are kept with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that the bot said."""

    event_id: int
    skill: str
    reply: Reply
    version: str = ""
    """The version of the skill's model that answered."""


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """What somebody said, what was understood of it then, and what the bot said to it."""

    event_id: int
    timestamp: float
    text: str
    ranking: tuple[Intent, ...]
    entities: tuple[Entity, ...] = ()
    version: str = ""
    """The version of the intent model that understood it."""
    answers: tuple[Answer, ...] = ()
    pressed: Button | None = None
    """The button that was pressed next; what the bot said to that is among the answers."""
    asker: str | None = None
    """The skill whose question was open."""
    before: tuple[tuple[str, str], ...] = ()
    """The exchanges before it, oldest first: (user said, bot said)."""
    place: int = 0
    """Which of the answers is to the intent that is its first in the ranking."""
    picture: str = ""
    """The file of the one picture that was sent with it."""

    @property
    def judged(self) -> str:
        """What a person judges: the picture, where one was sent, else the text."""
        return self.picture or self.text

    @property
    def skill(self) -> str:
        """Who answered what was understood; empty if nobody did."""
        return self.answer.skill if self.answer else ""

    @property
    def answer(self) -> Answer | None:
        """The first answer; of a message with several intents, the one to the last of them."""
        return self.answers[min(self.place, len(self.answers) - 1)] if self.answers else None

    @property
    def answered(self) -> str:
        """All that the bot said to it."""
        return "\n\n".join(filter(None, (answer.reply.text for answer in self.answers)))

    @property
    def answers_question(self) -> bool:
        """Whether it was the answer to the question that was open, and taken as such."""
        return self.asker is not None and self.asker == self.skill


def newest_turns(store: Store, limit: int = NEWEST) -> list[LoggedTurn]:
    """Read the newest turns of the log, oldest first."""
    first = "select id from events where type = 'user' order by id desc limit 1 offset ?"
    newer = """select id, sender_id, data from events
        where id >= ? and type in ('user', 'bot', 'restart') order by id"""
    with store.transaction() as db:
        row = db.execute(first, [limit - 1]).fetchone()
        rows = db.execute(newer, [row[0] if row else 0]).fetchall()
    return turns_in(
        {**json.loads(data), "id": id, "sender_id": sender} for id, sender, data in rows
    )


def turns_in(events: Iterable[Mapping[str, Any]]) -> list[LoggedTurn]:
    """Put turns together from the events of all senders, each with its `id` and `sender_id`."""
    conversations: dict[str, list[LoggedTurn]] = {}
    ended: list[LoggedTurn] = []
    for event in events:
        turns = conversations.setdefault(event["sender_id"], [])
        match event["event"]:
            case "user":
                _say(turns, event)
            case "bot" if turns:
                turns[-1] = replace(turns[-1], answers=(*turns[-1].answers, _answer(event)))
            case "restart":
                ended += conversations.pop(event["sender_id"])
    found = [*ended, *(turn for turns in conversations.values() for turn in turns)]
    return sorted(found, key=lambda turn: turn.event_id)


def _say(turns: list[LoggedTurn], event: Mapping[str, Any]) -> None:
    """Begin a turn; a pressed button goes on with the turn that offered it."""
    last = turns[-1] if turns else None
    text = event.get("text") or ""
    pressed = _pressed(last, text) if last else None
    if last and pressed:
        turns[-1] = replace(last, pressed=pressed)
        return
    parsed = event.get("parse_data") or {}
    asks = last.answers[-1] if last and last.answers else None
    turns.append(
        LoggedTurn(
            event_id=event["id"],
            timestamp=event["timestamp"],
            text=text,
            ranking=tuple(
                Intent(intent["name"], intent["confidence"])
                for intent in parsed.get("intent_ranking") or ()
            ),
            entities=tuple(_entity(entity) for entity in parsed.get("entities") or ()),
            version=(parsed.get("metadata") or {}).get(MODEL, ""),
            asker=asks.skill if asks and asks.reply.requested_slot else None,
            before=(*last.before, (last.text, last.answered))[-BEFORE:] if last else (),
            place=max(0, len((parsed.get("metadata") or {}).get(INTENTS) or ()) - 1),
            picture=_picture(parsed),
        )
    )


def _picture(parsed: Mapping[str, Any]) -> str:
    """Give the picture of a message; of several, no label of one speaks for all."""
    images: list[str] = (parsed.get("metadata") or {}).get(IMAGES) or []
    return images[0] if len(images) == 1 else ""


def _pressed(turn: LoggedTurn, text: str) -> Button | None:
    offered = (button for answer in turn.answers for button in answer.reply.buttons)
    return next((button for button in offered if button.payload == text.strip()), None)


def _answer(event: Mapping[str, Any]) -> Answer:
    about = event.get("metadata") or {}
    buttons = (event.get("data") or {}).get("buttons") or ()
    reply = Reply(
        event.get("text") or "",
        buttons=tuple(buttons_from(buttons)),
        requested_slot=about.get(REQUESTED_SLOT),
        example=example_from(about.get("example")),
    )
    return Answer(event["id"], about.get("utter_action", ""), reply, about.get(MODEL, ""))


def _entity(data: Mapping[str, Any]) -> Entity:
    return Entity(
        type=data["entity"],
        value=str(data["value"]),
        start=data.get("start", 0),
        end=data.get("end", 0),
        confidence=data.get("confidence_entity", 1.0),
        role=data.get("role"),
        group=data.get("group"),
    )
