"""Skills as Rasa custom actions, so that a Rasa assistant can call them; on loopback only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection, Tracker
from sanic import Sanic

from bot.answerer import APOLOGY
from bot.feedback import OBSERVED
from bot.manager import DialogueManager
from bot.tracker import REQUESTED_SLOT, State, after
from bot.types import Context, Entity, Intent, Message, Reply, Turn

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
"""rasa-sdk's server asks nobody who they are, and shows requests in its errors."""
PREFIX = "action_"
ASKED_BY = "utter_action"


def actions_app(bot: DialogueManager, intents: Mapping[str, str]) -> Sanic[Any, Any]:
    """Make rasa-sdk's server with an action for every skill in service.

    `intents` are those that skills declare.
    """
    executor = executor_of(SkillAction(name, bot, intents) for name in bot.skills())
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    return app


def executor_of(actions: Iterable[SkillAction]) -> ActionExecutor:
    """Register actions with rasa-sdk."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_function(action.name, action.run)
    return executor


def serve_actions(bot: DialogueManager, intents: Mapping[str, str], port: int) -> None:
    """Serve the actions until somebody ends it."""
    actions_app(bot, intents).run(LOOPBACK, port, single_process=True, access_log=False, motd=False)


@dataclass(frozen=True, slots=True)
class SkillAction:
    """Answers one turn of a Rasa conversation by a skill; all it goes by is Rasa's tracker."""

    skill: str
    bot: DialogueManager
    intents: Mapping[str, str]

    @property
    def name(self) -> str:
        """Give the name by which rules and stories call it."""
        return PREFIX + self.skill

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: Mapping[str, Any],  # noqa: ARG002 - rasa-sdk's signature
    ) -> list[EventType]:
        """Say what the skill says; where the turn is not the skill's, Rasa is to go on."""
        reply = await asyncio.to_thread(self._reply, tracker)
        if reply is None:
            raise ActionExecutionRejection(self.name)
        utter(dispatcher, self.skill, reply)
        return slot_events(reply, open_question(tracker.events)[0] == self.skill)

    def _reply(self, tracker: Tracker) -> Reply | None:
        skill = self.bot.skills().get(self.skill)
        if skill is None:
            return None
        feedback, sender_id = self.bot.feedback, tracker.sender_id
        person = feedback.pseudonyms.of(sender_id)
        context = context_of(tracker, self.skill, self.bot.abilities(), person)
        try:
            reply = skill.run(self._turn(tracker), context)
        except Exception:
            log.exception("Skill '%s' failed", self.skill)
            return APOLOGY
        for example in reply.observed if reply else ():
            feedback.add(skill.learner or self.skill, example, OBSERVED, sender_id, 0)
        return self.bot.attachments.sent(reply) if reply and self.bot.attachments else reply

    def _turn(self, tracker: Tracker) -> Turn:
        """Take Rasa at its word where it names an intent of a skill; else understand the text."""
        parsed = tracker.latest_message
        channel = tracker.get_latest_input_channel() or "rasa"
        message = Message(tracker.sender_id, parsed.get("text") or "", channel=channel)
        if (parsed.get("intent") or {}).get("name") in self.intents:
            return turn_of(message, parsed)
        return self.bot.understand(message)


def turn_of(message: Message, parsed: Mapping[str, Any]) -> Turn:
    """Read what Rasa understood of a message."""
    found = [parsed["intent"], *(parsed.get("intent_ranking") or ())]
    confidences = {each["name"]: float(each.get("confidence") or 0) for each in reversed(found)}
    first = parsed["intent"]["name"]
    names = sorted(confidences, key=lambda name: (name != first, -confidences[name]))
    ranking = tuple(Intent(name, confidences[name]) for name in names)
    return Turn(message, ranking, tuple(map(_entity, parsed.get("entities") or ())))


def context_of(tracker: Tracker, skill: str, abilities: Mapping[str, str], person: str) -> Context:
    """Tell a skill what Rasa remembers from before this turn."""
    asker, requested = open_question(tracker.events)
    state = reduce(after, tracker.events, State())
    slots = {name: value for name, value in tracker.slots.items() if value is not None}
    slots.pop(REQUESTED_SLOT, None)
    return Context(
        slots,
        asker,
        requested if asker == skill else None,
        state.history[:-1],
        abilities,
        person=person,
    )


def open_question(events: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Give the skill whose question the latest message may answer, and what it asked for."""
    users = [place for place, event in enumerate(events) if event["event"] == "user"]
    since = users[-2] if len(users) > 1 else 0
    for event in reversed(events[since : users[-1]] if users else ()):
        about = event.get("metadata") or {}
        if event["event"] == "restart":
            break
        if event["event"] == "bot" and about.get(REQUESTED_SLOT):
            return about.get(ASKED_BY), about[REQUESTED_SLOT]
    return None, None


def utter(dispatcher: CollectingDispatcher, skill: str, reply: Reply) -> None:
    """Say a reply; what it asks for stays with it, as metadata."""
    buttons = [{"title": each.title, "payload": each.payload} for each in reply.buttons]
    about = {ASKED_BY: skill, REQUESTED_SLOT: reply.requested_slot}
    for image in reply.images:
        dispatcher.utter_message(image=str(image))
    dispatcher.utter_message(reply.text, buttons=buttons, **about)


def slot_events(reply: Reply, was_asked: bool) -> list[EventType]:
    """Say what to remember; Rasa keeps the slots that are in its domain."""
    found = [SlotSet(name, value) for name, value in reply.slots.items()]
    if reply.requested_slot or was_asked:
        found.append(SlotSet(REQUESTED_SLOT, reply.requested_slot))
    return found


def _entity(data: Mapping[str, Any]) -> Entity:
    return Entity(
        data["entity"],
        str(data["value"]),
        data.get("start") or 0,
        data.get("end") or 0,
        data.get("confidence_entity") or 1.0,
        data.get("role"),
        data.get("group"),
    )
