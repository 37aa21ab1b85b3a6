"""What Messenger's platform delivers, and signs, written by ourselves to try the service with."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from typing import Any

SECRET, TOKEN, WORD = "app-secret", "page-token", "agreed-word"


def delivery(*events: dict[str, Any]) -> bytes:
    """A delivery to the page."""
    entry = {"id": "page", "time": int(time.time() * 1000), "messaging": list(events)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def said(sender_id: str, mid: str, text: str, **more: Any) -> dict[str, Any]:
    """The event of a message."""
    return {
        "sender": {"id": sender_id},
        "recipient": {"id": "page"},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": mid, "text": text, **more},
    }


def echo_of(recipient_id: str, message: dict[str, Any]) -> bytes:
    """The delivery that tells that a message was taken."""
    about = {"is_echo": True, "app_id": 1, "metadata": message.get("metadata", "")}
    event = said("page", f"echo-{random.random()}", str(message.get("text", "")), **about)
    return delivery({**event, "recipient": {"id": recipient_id}})


def signature(body: bytes, secret: str = SECRET) -> str:
    """What the platform signs a delivery with."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def environment() -> dict[str, str]:
    """What the service has to know of the platform."""
    return {
        "NOCTURNE_MESSENGER_TOKEN": TOKEN,
        "NOCTURNE_MESSENGER_SECRET": SECRET,
        "NOCTURNE_MESSENGER_VERIFY": WORD,
    }
