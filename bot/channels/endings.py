"""Runs a window so that it also ends in order when it is told to, or when its terminal is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from functools import partial

from textual.app import App

HANGUP = 128 + 1
"""The exit status of a process that a hangup ended, as shells count it."""
WATCH_SECONDS = 0.5


def run(app: App[None]) -> int:
    """Run an app to its end; gives the exit status."""
    threading.Thread(target=_watch_terminal, name="terminal watch", daemon=True).start()
    asyncio.run(_told_by_signals(app))
    return app.return_code or 0


async def _told_by_signals(app: App[None]) -> None:
    """Leave by the app's own door, which restores the screen."""
    if sys.platform != "win32":  # which can tell no event loop of a signal
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            leave = partial(app.exit, return_code=128 + number)
            asyncio.get_running_loop().add_signal_handler(number, leave)
    await app.run_async()


def _watch_terminal() -> None:
    """End the process once its terminal is gone.

    When a window is closed, only the leader of the session hears of it; a process started by
    another one, such as make, reads an endless end of file. A thread watches, and ends without
    ceremony, because writing to a terminal that is gone can block the event loop for ever.
    """
    while os.isatty(sys.stdin.fileno()):
        time.sleep(WATCH_SECONDS)
    os._exit(HANGUP)
