"""Webhook: posts alarms to an address, again where that fails, and never keeps anybody waiting."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.util import Retry, Timeout, parse_url

from bot.errors import SettingsError

TIMEOUT = Timeout(connect=5.0, read=10.0)
RETRIES = Retry(
    total=4,
    backoff_factor=1.0,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=None,  # also POST: an alarm has an id, by which one that comes twice is known
    respect_retry_after_header=False,  # it may be hours
    raise_on_status=False,
)
"""Waits 0, 2, 4 and 8 seconds between tries."""
GRACE = 60.0
"""Seconds that posting may still take when watching is over."""


class Webhook:
    """Posts alarms as JSON one after the other, in a thread; what cannot be posted is said."""

    def __init__(self, url: str, warn: Callable[[str], None], retries: Retry = RETRIES) -> None:
        self.host = _host(url)
        # it logs each try with the whole address, which may hold a secret
        logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
        self._url = url
        self._warn = warn
        self._retries = retries
        self._pool = urllib3.PoolManager(timeout=TIMEOUT)
        self._waiting: queue.Queue[Mapping[str, Any] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def post(self, alarm: Mapping[str, Any]) -> None:
        """Have an alarm posted soon."""
        self._waiting.put(alarm)

    def close(self, grace: float = GRACE) -> None:
        """Wait until all is posted, but no longer than `grace` seconds."""
        self._waiting.put(None)
        self._thread.join(grace)
        if self._thread.is_alive():
            self._warn(f"The webhook at {self.host} is too slow: not all alarms were posted.")

    def _run(self) -> None:
        while (alarm := self._waiting.get()) is not None:
            if problem := self._problem(alarm):
                self._warn(
                    f"The webhook at {self.host} did not take alarm {alarm['id']}: {problem}."
                )

    def _problem(self, alarm: Mapping[str, Any]) -> str:
        """Post an alarm; gives what is wrong, without the address, which may hold a secret."""
        try:
            answer = self._pool.request(
                "POST", self._url, json=alarm, retries=self._retries, redirect=False
            )
        except MaxRetryError as error:
            return f"it cannot be reached ({type(error.reason).__name__})"
        except HTTPError as error:
            return f"it cannot be reached ({type(error).__name__})"
        return "" if answer.status < 300 else f"it answered {answer.status}"


def _host(url: str) -> str:
    try:
        parts = parse_url(url)
    except HTTPError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.host:
        raise SettingsError(
            "The webhook is no address of the web. Name one such as https://example.org/alarms."
        )
    return parts.host
