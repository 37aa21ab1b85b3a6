"""Guards: who may ask for what, and how often; pure but for what was counted."""

from __future__ import annotations

import hmac
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

OPEN = ("/health", "/ready")
"""What anybody may ask for: whether the service lives."""
PAGE = ("/", "/chat.js", "/chat.css")
"""The web page itself, which asks for the token."""
SELF_GUARDED = ("/webhooks/messenger/", "/pictures/")
"""What is signed."""
MINUTE = 60


def needs_token(path: str, method: str) -> bool:
    """Whether only somebody with the token may ask for this."""
    if method == "OPTIONS" or path in OPEN or path in PAGE:
        return False
    return not path.startswith(SELF_GUARDED)


def token_in(headers: Mapping[str, str], arguments: Mapping[str, str]) -> str:
    """The token of a request: in its header, or as Rasa's clients send it, in its address."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else arguments.get("token", "")


def is_right(token: str, expected: str) -> bool:
    """Compare in a time that tells nothing of the token; without one, everybody may come."""
    given = token.encode(errors="replace")
    return not expected or hmac.compare_digest(given, expected.encode())


def allowed_origin(origin: str, allowed: Sequence[str]) -> str:
    """The origin of a web page, if it may use the channel; else nothing."""
    return origin if origin and (origin in allowed or "*" in allowed) else ""


def signed(name: str, key: bytes) -> str:
    """A signature that lets whoever has it see a picture."""
    return hmac.digest(key, f"picture:{name}".encode(), sha256).hex()[:32]


class Allowance:
    """So many messages a minute from each sender."""

    def __init__(self, most: int, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def wait(self, sender_id: str) -> float:
        """Count a message; give the seconds to wait if it is one too many, else 0."""
        minute, second = divmod(self._clock(), MINUTE)
        if minute != self._minute:
            self._minute, self._counts = int(minute), Counter()
        self._counts[sender_id] += 1
        return MINUTE - second if self._counts[sender_id] > self._most else 0.0
