"""What a Rasa project remembers of a conversation: slots, the active loop, what came after what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rasa_sdk.interfaces import Tracker

from bot.rasa.domain import Domain
from bot.rasa.stories import LISTEN
from bot.tracker import REQUESTED_SLOT

REMEMBERED = 40
"""Steps that stories can go back."""
TOLD = 20
"""Events that actions are told of; each turn keeps them."""
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A state; `after` gives the next one."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    loop: str | None = None
    rejected: str | None = None
    """The action that could do nothing with the latest message."""
    followup: str | None = None
    """The action that has to come next."""
    steps: tuple[tuple[str, str], ...] = ()
    """(kind, name) of intents and actions, oldest first; of turns within a loop only the last."""
    message: Mapping[str, Any] = field(default_factory=dict)
    """What was understood of the latest message."""
    events: tuple[Event, ...] = ()
    """The latest ones."""

    def tracker(self, sender_id: str) -> Tracker:
        """Give it as actions know it."""
        action = next((name for kind, name in reversed(self.steps) if kind == "action"), LISTEN)
        loop = {"name": self.loop} if self.loop else {}
        slots, events = dict(self.slots), [dict(event) for event in self.events]
        message = dict(self.message)
        return Tracker(sender_id, slots, message, events, False, self.followup, loop, action)

    def as_data(self) -> dict[str, Any]:
        """Write it as JSON has it."""
        return asdict(self)


def begun(domain: Domain) -> Conversation:
    """Give a conversation in which nothing has been said."""
    return Conversation(domain.initial())


def read_conversation(data: Mapping[str, Any]) -> Conversation:
    """Read what `as_data` gave and JSON kept."""
    steps = tuple((kind, name) for kind, name in data["steps"])
    return Conversation(**{**data, "steps": steps, "events": tuple(data["events"])})


def after(state: Conversation, event: Event, domain: Domain) -> Conversation:
    """Apply a Rasa event."""
    state = replace(state, events=(*state.events, event)[-TOLD:])
    match event["event"]:
        case "user":
            parsed = event.get("parse_data") or {}
            step = ("intent", (parsed.get("intent") or {}).get("name") or "")
            steps = (*state.steps, step)[-REMEMBERED:]
            return replace(state, steps=steps, message=parsed, followup=None, rejected=None)
        case "action":
            return _after_action(state, event["name"])
        case "slot":
            return replace(state, slots={**state.slots, event["name"]: event.get("value")})
        case "reset_slots":
            return replace(state, slots=domain.initial())
        case "active_loop" | "form":
            return replace(state, loop=event.get("name"), rejected=None)
        case "action_execution_rejected":
            return replace(state, rejected=event["name"])
        case "followup":
            return replace(state, followup=event["name"])
        case "rewind":
            return _rewound(state)
        case "restart":
            return Conversation(domain.initial())
    return state


def _after_action(state: Conversation, name: str) -> Conversation:
    if name == LISTEN:
        return state
    steps = state.steps
    if name == state.loop:  # a further turn of a loop adds nothing that stories tell of
        last = (
            len(steps)
            - 1
            - next((n for n, step in enumerate(reversed(steps)) if step[0] == "action"), len(steps))
        )
        steps = steps[:last] if last >= 0 and steps[last] == ("action", name) else steps
    rejected = None if name == state.loop else state.rejected
    steps = (*steps, ("action", name))[-REMEMBERED:]
    return replace(state, steps=steps, followup=None, rejected=rejected)


def _rewound(state: Conversation) -> Conversation:
    """Take back the latest message and what was done about it; slots stay as they are."""
    users = [place for place, (kind, _) in enumerate(state.steps) if kind == "intent"]
    return replace(state, steps=state.steps[: users[-1]] if users else ())


def requested(state: Conversation) -> str | None:
    """Give the slot that is asked for."""
    found: str | None = state.slots.get(REQUESTED_SLOT)
    return found
