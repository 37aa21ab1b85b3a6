"""RasaSkill: a Rasa project that answers as a skill."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from bot.events import user_event
from bot.rasa.conversation import Conversation, Event, begun, read_conversation, requested
from bot.rasa.domain import read_domain
from bot.rasa.files import DATA, yaml_files
from bot.rasa.prediction import Prediction
from bot.rasa.responses import reply_of
from bot.rasa.server import at, in_process
from bot.rasa.stories import patterns_of, read_stories
from bot.rasa.turn import Project, RasaTurn
from bot.skill import Skill
from bot.types import Context, Reply, Turn

RANKED = 3
"""Likely intents that actions are told of."""


class RasaSkill(Skill[None]):
    """Answers as the Rasa project does that lies in the folder of the class.

    What it remembers is in one slot of the conversation. Its actions are not functions of what they
    are given, unlike other skills: they do what they do.
    """

    actions_at: ClassVar[str | None] = None
    """The address of the project's own action server; without one, its actions are imported."""

    def __init__(self, model: None, data: Path) -> None:
        super().__init__(model, data)
        folder = Path(inspect.getfile(type(self))).parent
        self.project = read_project(folder, self.actions_at)

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Predict and run actions; None where neither a form nor a rule nor a story is for it."""
        key = f"rasa.{type(self).__name__}"
        known = context.slots.get(key)
        state = read_conversation(known) if known else begun(self.project.domain)
        message = turn.message
        taken = RasaTurn(self.project, message.sender_id, message.channel, state)
        if not known:
            taken.begin()
        if not taken.take(_message(self._own(turn, state))):
            return None
        return _reply(taken, key)

    def _own(self, turn: Turn, state: Conversation) -> Turn:
        """Take the likeliest intent of the project, unless a form may want to know all."""
        own = (each for each in turn.ranking if each.name in self.project.domain.intents)
        intent = turn.intent if state.loop else next(own, turn.intent)
        others = (each for each in turn.ranking if each != intent)
        return replace(turn, ranking=(intent, *others))


def read_project(folder: Path, actions_at: str | None = None) -> Project:
    """Read a project's files, and find its actions."""
    rules = read_rules(folder)
    actions = rules.domain.actions
    call, names = in_process(folder) if actions_at is None else (at(actions_at), actions)
    return Project(rules.domain, rules, call, names)


def read_rules(folder: Path) -> Prediction:
    """Read what a project's actions are predicted by."""
    patterns = patterns_of(read_stories(yaml_files(folder / DATA)))
    return Prediction(read_domain(folder), patterns)


def _message(turn: Turn) -> Event:
    """Write the message as Rasa has it, without what would be long to keep with each turn."""
    event = user_event(turn)
    parsed = event["parse_data"]
    kept = {name: parsed[name] for name in ("text", "message_id", "intent", "entities")}
    return {**event, "parse_data": {**kept, "intent_ranking": parsed["intent_ranking"][:RANKED]}}


def _reply(taken: RasaTurn, key: str) -> Reply | None:
    reply = reply_of(taken.messages)
    if not reply.text:
        return None
    slots: Mapping[str, Any] = {key: taken.state.as_data()}
    asks = requested(taken.state) if taken.state.loop else None
    return replace(reply, slots=slots, requested_slot=asks)
