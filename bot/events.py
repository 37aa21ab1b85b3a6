"""What a turn adds to the log: Rasa events of a message and of the replies to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rasa_sdk.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    EventType,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)

from bot.tracker import REQUESTED_SLOT, State
from bot.types import Button, Entity, Example, Intent, Message, Reply, Turn

MODEL = "model_id"
"""In an event's metadata: the version of the model that understood or answered."""
IMAGES = "images"
"""There, too: the files of the pictures that were sent."""
INTENTS = "intents"
"""There, too: all intents of a message that has several, of which the last is its intent."""
HANDED_OVER = "handed_over"
"""There, too: that a person is to go on."""


def user_event(turn: Turn, version: str = "") -> EventType:
    """The message and what was understood of it by a version of the model, in Rasa's shape."""
    message = turn.message
    images = {IMAGES: [str(image) for image in message.images]} if message.images else {}
    parts = {INTENTS: [part.intent.name for part in turn.parts]} if turn.parts else {}
    parsed = {
        "text": message.text,
        "message_id": message.message_id,
        "intent": _intent_data(turn.intent),
        "intent_ranking": [_intent_data(intent) for intent in turn.ranking],
        "entities": [_entity_data(entity) for entity in turn.entities],
        "metadata": {**images, **parts, **({MODEL: version} if version else {})},
    }
    return UserUttered(message.text, parsed, input_channel=message.channel)


def reply_events(skill: str, reply: Reply, version: str = "") -> list[EventType]:
    """The action, what it remembers, and what it says."""
    slots = [SlotSet(name, value) for name, value in reply.slots.items()]
    return [ActionExecuted(skill), *slots, bot_event(skill, reply, version)]


def bot_event(skill: str, reply: Reply, version: str = "") -> EventType:
    """What the bot says, with what it asks and teaches, and which model answered, as metadata."""
    data = {
        "buttons": [asdict(button) for button in reply.buttons] or None,
        "image": [str(image) for image in reply.images] or None,
    }
    metadata = {
        "utter_action": skill,
        REQUESTED_SLOT: reply.requested_slot,
        "example": asdict(reply.example) if reply.example else None,
        **({HANDED_OVER: True} if reply.handed_over else {}),
        **({MODEL: version} if version else {}),
    }
    return BotUttered(reply.text, data, metadata)


def listen_event() -> EventType:
    """The end of a turn, in Rasa's terms."""
    return ActionExecuted("action_listen")


def question_events(skill: str, reply: Reply, active_skill: str | None) -> list[EventType]:
    """How the reply changes the open question: it asks one, settles one, or leaves one open."""
    if reply.requested_slot:
        return [ActiveLoop(skill), SlotSet(REQUESTED_SLOT, reply.requested_slot)]
    if active_skill is None:
        return []
    if settles_question(skill, reply, active_skill):
        return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
    return [LoopInterrupted(True)]


def settles_question(skill: str, reply: Reply, active_skill: str | None) -> bool:
    """Whether no question is open any more: its asker went on, or somebody set it aside."""
    return skill == active_skill or REQUESTED_SLOT in reply.slots


def question_left(before: State, now: State) -> Mapping[str, Any] | None:
    """The question to put again after a turn: the one that it left open, else the one suspended."""
    if now.question is None:
        return now.suspended[-1] if now.suspended else None
    return now.question if now.question == before.question else None


def resumed_events(question: Mapping[str, Any], active_skill: str | None) -> list[EventType]:
    """Put a question again; it becomes the open one where another one was."""
    asker, reply = question["metadata"]["utter_action"], question_from(question)
    opened = [] if asker == active_skill else question_events(asker, reply, active_skill)
    return [*reply_events(asker, reply), *opened]


def question_from(event: Mapping[str, Any]) -> Reply:
    """The open question as it was put, to be put again."""
    buttons = (event.get("data") or {}).get("buttons") or ()
    requested = event["metadata"][REQUESTED_SLOT]
    return Reply(event["text"], buttons=tuple(buttons_from(buttons)), requested_slot=requested)


def buttons_from(data: Iterable[Mapping[str, Any]]) -> list[Button]:
    """The buttons of a bot event."""
    return [Button(b["title"], b["payload"], example_from(b.get("example"))) for b in data]


def example_from(data: Mapping[str, Any] | None) -> Example | None:
    """The example in a bot event, if it teaches something."""
    return Example(**data) if data else None


def taught_by(message: Message, event: Mapping[str, Any]) -> Example | None:
    """What pressing teaches, if the message is the payload of one of the event's buttons."""
    buttons = buttons_from((event.get("data") or {}).get("buttons") or ())
    return next((b.example for b in buttons if b.payload == message.text.strip()), None)


def _intent_data(intent: Intent) -> dict[str, Any]:
    return {"name": intent.name, "confidence": intent.confidence}


def _entity_data(entity: Entity) -> dict[str, Any]:
    return {
        "entity": entity.type,
        "value": entity.value,
        "start": entity.start,
        "end": entity.end,
        "confidence_entity": entity.confidence,
        **({"role": entity.role} if entity.role else {}),
        **({"group": entity.group} if entity.group else {}),
    }
