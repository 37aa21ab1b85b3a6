"""Sends by Messenger's Send API, and says what became of it: sent, refused, later, or unknown."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from bot.channels.messenger import metadata
from bot.service.options import Credentials, Options
from bot.service.outbox import Outgoing

T = TypeVar("T")
SECONDS = 15.0
"""For one send; never more than half the patience with which its echo is waited for."""
SHOWN = 3.0
"""Seconds for a sign of life."""
LONGEST_WAIT = 600.0
SENDS = 20
"""Messages that are sent at the same time."""
SHOWS = 2
"""Signs of life that are shown at the same time; they never keep a message from a thread."""
NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    urllib3.exceptions.SSLError,
)
"""Errors after which the platform surely has nothing."""
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
    """The Send API of one page. Sends in threads: there each costs a tenth of the work."""

    def __init__(self, options: Options, credentials: Credentials) -> None:
        version, page = options.messenger_version, options.messenger_page
        secret, token = credentials.messenger_secret, credentials.messenger_token
        proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        address = f"{options.messenger_url}/{version}/{page}/messages"
        self._url = f"{address}?appsecret_proof={proof}"
        self._seconds = max(min(SECONDS, options.messenger_patience / 2), 1.0)
        self._sends = ThreadPoolExecutor(SENDS, "send")
        self._shows = ThreadPoolExecutor(SHOWS, "show")
        self._pool = _pool(
            options.messenger_url,
            maxsize=SENDS + SHOWS,
            headers={"Authorization": f"Bearer {token}"},
            timeout=urllib3.Timeout(total=self._seconds),
            retries=False,
        )

    async def send(self, one: Outgoing) -> Verdict:
        """Send a message; whatever happens is a verdict."""
        try:
            async with asyncio.timeout(self._seconds):
                return await in_thread(self._sends, partial(self._sent, one))
        except TimeoutError:
            return Verdict("unknown", f"no answer within {self._seconds:g} s")

    async def tell(self, recipient_id: str, action: str) -> None:
        """Show `mark_seen` or `typing_on`; where it fails, nothing is missed."""
        body = {"recipient": {"id": recipient_id}, "sender_action": action}
        with suppress(urllib3.exceptions.HTTPError):
            show = partial(self._pool.request, "POST", self._url, json=body, timeout=SHOWN)
            await in_thread(self._shows, show)

    async def close(self) -> None:
        """Let go of connections."""
        for threads in (self._shows, self._sends):
            await asyncio.to_thread(threads.shutdown, cancel_futures=True)
        self._pool.clear()

    def _sent(self, one: Outgoing) -> Verdict:
        body = {
            "recipient": {"id": one.recipient_id},
            "messaging_type": "RESPONSE",
            "message": {**one.data["message"], "metadata": metadata(one.id)},
        }
        luck = random.random()
        try:
            answer = self._post(body, one.data.get("file"))
        except OSError as error:
            return Verdict("refused", f"the picture cannot be read: {error.strerror}")
        except NEVER_SENT as error:
            return Verdict("later", repr(error), backoff(one.attempts, luck))
        except urllib3.exceptions.HTTPError as error:
            return Verdict("unknown", repr(error))
        return judged(answer.status, answer.headers, answer.data, one.attempts, luck)

    def _post(self, body: Mapping[str, Any], file: str | None) -> urllib3.BaseHTTPResponse:
        if file is None:
            return self._pool.request("POST", self._url, json=body)
        path = Path(file)
        fields: dict[str, Any] = {name: _field(value) for name, value in body.items()}
        fields["filedata"] = (path.name, path.read_bytes(), "image/jpeg")
        return self._pool.request("POST", self._url, fields=fields)


async def in_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Wait for work in one of some threads."""
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _pool(url: str, **how: Any) -> urllib3.PoolManager:
    """Connections to a host, by the proxy that the environment names, if any."""
    address = urlsplit(url)
    proxy = getproxies().get(address.scheme)
    if proxy and not proxy_bypass(address.hostname or ""):
        return urllib3.ProxyManager(proxy, **how)
    return urllib3.PoolManager(**how)


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
