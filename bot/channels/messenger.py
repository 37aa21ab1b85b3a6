"""Messenger's webhook as pure functions: who may speak, and what a delivery holds.

After the platform's documentation: Messenger Platform, Webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.service.inbox import Delivered

LONGEST_ID = 512
IGNORED = (
    "delivery",
    "read",
    "reaction",
    "referral",
    "optin",
    "account_linking",
    "message_edit",
    "game_play",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy_enforcement",
)
"""Kinds of events that need no answer."""
SIGN = "nocturne-"
"""What the metadata of our own messages begin with; their number in the outbox follows."""


@dataclass(frozen=True, slots=True)
class Echo:
    """The platform has taken one of our messages."""

    outbox_id: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that needs no answer, and of which kind it is."""

    kind: str


Event = Delivered | Echo | Ignored


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `X-Hub-Signature-256` is that of the raw body, made with the app's secret."""
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(errors="replace"), right.encode())


def challenge_in(arguments: Mapping[str, str], word: str) -> str | None:
    """What to answer to who wants to know whether this is the page's webhook; None: go away."""
    token = arguments.get("hub.verify_token", "")
    is_known = hmac.compare_digest(token.encode(errors="replace"), word.encode())
    return arguments.get("hub.challenge", "") if is_known and _subscribes(arguments) else None


def delivery_in(body: bytes) -> Mapping[str, Any] | None:
    """Read a delivery to a page; None where it is something else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("object") == "page" else None


def events_in(delivery: Mapping[str, Any], now: float) -> Iterator[Event]:
    """Give every event of every entry, in their order; what is malformed is ignored by itself."""
    for entry in _dicts(delivery.get("entry")):
        for event in _dicts(entry.get("messaging")):
            yield _event(event, now)
        for _ in _dicts(entry.get("standby")):
            yield Ignored("standby")  # another app has the conversation
        for _ in _dicts(entry.get("changes")):
            yield Ignored("changes")  # of the page, not of a conversation


def metadata(outbox_id: int) -> str:
    """What a message of ours carries, so that its echo is known again."""
    return f"{SIGN}{outbox_id}"


def _subscribes(arguments: Mapping[str, str]) -> bool:
    return arguments.get("hub.mode") == "subscribe"


def _event(event: Mapping[str, Any], now: float) -> Event:
    for kind in ("message", "postback"):
        said = event.get(kind)
        if isinstance(said, dict):
            return _echo(said) if said.get("is_echo") else _said(event, said, now)
    return Ignored(next((kind for kind in IGNORED if kind in event), "unknown"))


def _echo(said: Mapping[str, Any]) -> Event:
    sign = said.get("metadata")
    number = sign.removeprefix(SIGN) if isinstance(sign, str) and sign.startswith(SIGN) else ""
    is_ours = number.isascii() and number.isdigit() and len(number) < 19
    return Echo(int(number)) if is_ours else Ignored("echo")


def _said(event: Mapping[str, Any], said: Mapping[str, Any], now: float) -> Event:
    sender = event.get("sender")
    sender_id = _id(sender.get("id")) if isinstance(sender, dict) else ""
    if not sender_id:
        return Ignored("malformed")
    key = _id(said.get("mid")) or _fingerprint(event)
    data = {"text": _text(said), "attachments": list(_attachments(said))}
    return Delivered(key, sender_id, _seconds(event.get("timestamp"), now), data)


def _text(said: Mapping[str, Any]) -> str:
    """What a pressed button sends, else what was typed."""
    pressed = said.get("quick_reply")
    payload = pressed.get("payload") if isinstance(pressed, dict) else said.get("payload")
    texts = (text for text in (payload, said.get("text")) if isinstance(text, str))
    return next(filter(None, texts), "")


def _attachments(said: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for each in _dicts(said.get("attachments")):
        found, kind = each.get("payload"), each.get("type")
        payload = found if isinstance(found, dict) else {}
        url = payload.get("url")
        is_sticker = "sticker_id" in payload
        if isinstance(kind, str) and not is_sticker:
            yield {"type": kind, "url": url if isinstance(url, str) else ""}


def _dicts(values: object) -> list[dict[str, Any]]:
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _id(value: object) -> str:
    """An id, if it is one that can be kept."""
    is_id = isinstance(value, str) and value.isprintable() and 0 < len(value) <= LONGEST_ID
    return str(value) if is_id else ""


def _fingerprint(event: Mapping[str, Any]) -> str:
    """What stands for the id of an event that has none: the same event, the same fingerprint."""
    return "sha256:" + hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()


def _seconds(value: object, now: float) -> float:
    """A time of the platform, in its milliseconds, if it can be one; never after now."""
    is_time = isinstance(value, (int, float)) and not isinstance(value, bool)
    return min(value / 1000, now) if is_time and 0 < value < 1e15 else now  # type: ignore[operator]
