"""Sends by Messenger's Send API, and says what became of it: sent, refused, later, or unknown."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx2

from bot.channels.messenger import metadata
from bot.service.options import Credentials, Options
from bot.service.outbox import Outgoing

SECONDS = 15.0
"""For one send; never more than half the patience with which its echo is waited for."""
LONGEST_WAIT = 600.0
CONNECTIONS = 10
OUTDATED_TOKEN = (102, 190)
"""Error codes for a token that an operator has to renew: everything waits until then."""
TRANSIENT = (1, 2, 4, 17, 32, 341, 613, 1200, 80006)
"""Error codes for limits and passing troubles; Graph API, Error handling."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a send. `unknown`: the platform may have it or not."""

    kind: Literal["sent", "refused", "later", "unknown"]
    reason: str = ""
    seconds: float = 0.0
    """After how many to try again, where it is `later`."""


def judged(
    status: int, headers: Mapping[str, str], body: bytes, attempts: int, luck: float
) -> Verdict:
    """Judge an answer of the platform; `luck` from 0 to 1 spreads what comes again."""
    if status < 300:
        return Verdict("sent")
    error = _error(body)
    code = error.get("code")
    reason = f"{status}, code {code}: {str(error.get('message', ''))[:200]}"
    if code in OUTDATED_TOKEN:
        return Verdict("later", f"{reason} Renew the page's token.", LONGEST_WAIT / 10)
    is_passing = error.get("is_transient") is True or code in TRANSIENT
    if status == 429 or status >= 500 or is_passing:
        asked = _asked(headers.get("retry-after", ""))
        return Verdict("later", reason, max(asked, backoff(attempts, luck)))
    return Verdict("refused", reason)


def backoff(attempts: int, luck: float) -> float:
    """Seconds until the next attempt: twice as many each time, half of them by luck."""
    most = min(2.0 ** min(attempts, 16) / 2, LONGEST_WAIT)
    return most * (0.5 + luck / 2)


class MessengerClient:
    """The Send API of one page."""

    def __init__(self, options: Options, credentials: Credentials) -> None:
        version, page = options.messenger_version, options.messenger_page
        proof = hmac.new(
            credentials.messenger_secret.encode(),
            credentials.messenger_token.encode(),
            hashlib.sha256,
        )
        self._url = f"{options.messenger_url}/{version}/{page}/messages"
        self._seconds = max(min(SECONDS, options.messenger_patience / 2), 1.0)
        self._client = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {credentials.messenger_token}"},
            params={"appsecret_proof": proof.hexdigest()},
            timeout=SECONDS,
            limits=httpx2.Limits(max_connections=CONNECTIONS),
        )

    async def send(self, one: Outgoing) -> Verdict:
        """Send a message; whatever happens is a verdict."""
        message = {**one.data["message"], "metadata": metadata(one.id)}
        body = {
            "recipient": {"id": one.recipient_id},
            "messaging_type": "RESPONSE",
            "message": message,
        }
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._post(body, one.data.get("file"))
        except TimeoutError:
            return Verdict("unknown", f"no answer within {self._seconds:g} s")
        except OSError as error:
            return Verdict("refused", f"the picture cannot be read: {error.strerror}")
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            return Verdict("later", repr(error), backoff(one.attempts, random.random()))
        except httpx2.TransportError as error:
            return Verdict("unknown", repr(error))
        luck = random.random()
        return judged(answer.status_code, answer.headers, answer.content, one.attempts, luck)

    async def tell(self, recipient_id: str, action: str) -> None:
        """Show `mark_seen` or `typing_on`; where it fails, nothing is missed."""
        body = {"recipient": {"id": recipient_id}, "sender_action": action}
        try:
            await self._client.post(self._url, json=body)
        except httpx2.TransportError:
            return

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _post(self, body: Mapping[str, Any], file: str | None) -> httpx2.Response:
        if file is None:
            return await self._client.post(self._url, json=body)
        path = Path(file)
        data = {name: _field(value) for name, value in body.items()}
        files = {"filedata": (path.name, path.read_bytes(), "image/jpeg")}
        return await self._client.post(self._url, data=data, files=files)


def _field(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _error(body: bytes) -> Mapping[str, Any]:
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {}


def _asked(value: str) -> float:
    """The seconds of `Retry-After`; a date, which this platform never sends, counts as none."""
    return min(float(value), LONGEST_WAIT) if value.isascii() and value.isdigit() else 0.0
