"""What Rasa's HTTP API gives, in its shapes, as pure functions; clients of Rasa know them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker

from bot.events import user_event
from bot.types import Outcome, Turn

VERSION = version("nocturne")
APPLIED = ("APPLIED", "AFTER_RESTART")
MOST_RANKED = 10
NAMES = {
    400: "BadRequest",
    401: "NotAuthenticated",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    413: "PayloadTooLarge",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}


def messages_of(
    outcome: Outcome, sender_id: str, address: Callable[[Path], str]
) -> Iterator[dict[str, Any]]:
    """The replies of a turn as messages of the REST channel; pictures come by their addresses."""
    for reply in outcome.replies:
        buttons = [{"title": each.title, "payload": each.payload} for each in reply.buttons]
        said = {"text": reply.text} if reply.text else {}
        if said or buttons:
            yield {"recipient_id": sender_id, **said, **({"buttons": buttons} if buttons else {})}
        for image in reply.images:
            if isinstance(image, Path):
                yield {"recipient_id": sender_id, "image": address(image)}


def parse_of(turn: Turn, model_id: str) -> dict[str, Any]:
    """What was understood of a text."""
    parsed = user_event(turn, model_id)["parse_data"]
    ranking = parsed["intent_ranking"][:MOST_RANKED]
    return {**parsed, "intent_ranking": ranking, "response_selector": {}}


def tracker_of(tracker: Tracker, include: str) -> dict[str, Any]:
    """The state of a conversation, with those events that were asked for."""
    events = list(tracker.events)
    message = dict(tracker.latest_message)
    return {
        "sender_id": tracker.sender_id,
        "slots": tracker.slots,
        "latest_message": message,
        "latest_event_time": events[-1]["timestamp"] if events else None,
        "followup_action": None,
        "paused": tracker.is_paused(),
        "events": _included(events, include),
        "latest_input_channel": _channel(events),
        "active_loop": tracker.active_loop,
        "latest_action": {"action_name": tracker.latest_action_name},
        "latest_action_name": tracker.latest_action_name,
    }


def status_of(model_id: str) -> dict[str, Any]:
    """Which model understands, as the status of a server."""
    return {"model_file": model_id, "model_id": model_id, "num_active_training_jobs": 0}


def version_of() -> dict[str, str]:
    """Which version this is."""
    return {"version": VERSION, "minimum_compatible_version": VERSION}


def failure(status: int, message: str) -> dict[str, Any]:
    """The body of an answer that says what was wrong with a request."""
    return {
        "version": VERSION,
        "status": "failure",
        "message": message,
        "reason": NAMES.get(status, "UnexpectedError"),
        "details": {},
        "help": None,
        "code": status,
    }


def _included(events: list[dict[str, Any]], include: str) -> list[dict[str, Any]] | None:
    if include == "NONE":
        return None
    restarts = [number for number, event in enumerate(events) if event["event"] == "restart"]
    start = restarts[-1] + 1 if restarts and include in APPLIED else 0
    return events[start:]


def _channel(events: list[Mapping[str, Any]]) -> str | None:
    said = (event for event in reversed(events) if event["event"] == "user")
    return next((event.get("input_channel") for event in said), None)
