"""One turn of a Rasa project: actions are predicted and run until it listens again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.rasa.conversation import Conversation, Event, after, requested
from bot.rasa.domain import Domain
from bot.rasa.prediction import Prediction
from bot.rasa.responses import said
from bot.rasa.server import Call, RejectedError
from bot.rasa.slots import extracted
from bot.rasa.stories import LISTEN
from bot.tracker import REQUESTED_SLOT

log = logging.getLogger(__name__)
PARTS = ("text", "buttons", "elements", "custom", "template", "response", "image", "attachment")
"""What a message of an action has; all else in it are values for a response."""
MOST = 10
"""Actions of one turn, as in Rasa."""


@dataclass(frozen=True, slots=True)
class Project:
    """What a project is made of."""

    domain: Domain
    prediction: Prediction
    call: Call
    actions: frozenset[str]
    """Names of custom actions that can be called."""


@dataclass(slots=True)
class RasaTurn:
    """Goes through one turn; what came of it stands in `state` and `messages`."""

    project: Project
    sender_id: str
    channel: str
    state: Conversation
    messages: list[Mapping[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """Start the session, where the project has an action for that."""
        if "action_session_start" in self.project.actions:
            self._do("action_session_start")

    def take(self, event: Event) -> bool:
        """Take a message; False where nothing is foreseen for it."""
        self._apply([event])
        self._fill(extracted(self.state, self.project.domain))
        done = 0
        for _ in range(MOST):
            action = self.project.prediction.next_action(self.state)
            if action is None:
                return done > 0
            if action == LISTEN:
                return True
            done += self._do(action)
        log.warning("%s actions in one turn: it is ended here", MOST)
        return True

    def _do(self, action: str) -> bool:
        """Do an action; False where it rejects the turn."""
        domain = self.project.domain
        if action in domain.forms:
            return self._form(action)
        if action in self.project.actions:
            return self._custom(action)
        self._apply([{"event": "action", "name": action}])
        if action in domain.responses:
            self._utter(action, {})
        elif action == "action_restart":
            self._apply([{"event": "restart"}])
        elif action == "action_deactivate_loop":
            self._end_loop()
        elif action == "action_default_fallback":
            self._utter("utter_default", {})
        else:
            log.warning("The action '%s' is not there and left out", action)
        return True

    def _custom(self, action: str) -> bool:
        try:
            self._call(action, [{"event": "action", "name": action}])
        except RejectedError:
            self._apply([{"event": "action_execution_rejected", "name": action}])
            return False
        return True

    def _form(self, form: str) -> bool:
        """Fill and ask for the slots of a form; False where the message is not for it."""
        domain, begins = self.project.domain, self.state.loop != form
        is_said = bool(self.state.steps) and self.state.steps[-1][0] == "intent"
        if begins:
            self._apply([{"event": "active_loop", "name": form}])
        given = self._given(form, begins) if is_said else {}
        events = self._validated(form, given) if is_said else []
        chosen = [event for event in events if event.get("name") == REQUESTED_SLOT]
        rejects = any(event["event"] == "action_execution_rejected" for event in events)
        fills = any(each["event"] == "slot" and each not in chosen for each in events)
        if rejects or (is_said and not begins and not fills):
            self._apply([{"event": "action_execution_rejected", "name": form}])
            return False
        self._apply([{"event": "action", "name": form}])
        missing = (n for n in domain.required(form) if self.state.slots.get(n) is None)
        wanted = requested(self.state) if chosen else next(missing, None)
        if wanted is None:
            self._end_loop()
            return True
        self._fill({REQUESTED_SLOT: wanted})
        self._ask(form, wanted)
        return True

    def _given(self, form: str, begins: bool) -> dict[str, Any]:
        """Give what the message fills of a form; at its beginning, also what is known already."""
        required = self.project.domain.required(form)
        found = extracted(self.state, self.project.domain, begins)
        slots = self.state.slots.items()
        known = {name: value for name, value in slots if value is not None} if begins else {}
        asked = requested(self.state)
        return {n: v for n, v in {**known, **found}.items() if n in required or n == asked}

    def _validated(self, form: str, given: Mapping[str, Any]) -> list[Event]:
        """Fill slots, and let the project look at them where it has an action for that."""
        events = [{"event": "slot", "name": name, "value": value} for name, value in given.items()]
        self._apply(events)
        name = f"validate_{form}"
        if name not in self.project.actions:
            return [*events]
        try:
            return self._call(name)
        except RejectedError:
            return [{"event": "action_execution_rejected", "name": form}]

    def _ask(self, form: str, slot: str) -> None:
        kinds = ("action_ask", "utter_ask")
        names = [f"{kind}_{each}" for each in (f"{form}_{slot}", slot) for kind in kinds]
        known = {*self.project.actions, *self.project.domain.responses}
        name = next((each for each in names if each in known), None)
        if name in self.project.actions:
            self._call(name)
        elif name:
            self._utter(name, {})

    def _end_loop(self) -> None:
        self._apply([{"event": "active_loop", "name": None}])
        self._fill({REQUESTED_SLOT: None})

    def _call(self, action: str, before: Iterable[Event] = ()) -> list[Event]:
        """Call an action, say what it says, and apply its events after those that come `before`."""
        request = {
            "next_action": action,
            "sender_id": self.sender_id,
            "tracker": self.state.tracker(self.sender_id).current_state(),
            "domain": dict(self.project.domain.data),
        }
        events, responses = self.project.call(request)
        for message in responses:  # with the slots as they were, as in Rasa
            self._say(message)
        self._apply([*before, *events])
        return [*events]

    def _say(self, message: Mapping[str, Any]) -> None:
        response = message.get("response") or message.get("template")
        if response:
            self._utter(response, message)
        else:
            self.messages.append(message)
        if message.get("custom"):
            log.warning("A custom message cannot be shown and is left out")

    def _utter(self, response: str, values: Mapping[str, Any]) -> None:
        variations = self.project.domain.responses.get(response) or ()
        given = {name: value for name, value in values.items() if name not in PARTS}
        known = {**self.state.slots, **given}
        draw = f"{response} {len(self.state.events)} {self.sender_id}"
        found = said(variations, known, self.channel, draw)
        if found is None:
            log.warning("The response '%s' has no variation that fits", response)
            return
        buttons = [*(found.get("buttons") or ()), *(values.get("buttons") or ())]
        self.messages.append({**found, "buttons": buttons})

    def _fill(self, slots: Mapping[str, Any]) -> None:
        self._apply({"event": "slot", "name": n, "value": v} for n, v in slots.items())

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            self.state = after(self.state, event, self.project.domain)
