"""Runs what blocks in a thread of its own, so that a window stays usable and can close at once."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from bot.channels.display import unexpected
from bot.errors import BotError

T = TypeVar("T")
logger = logging.getLogger(__name__)


async def attempted(function: Callable[[], T]) -> T | BotError:
    """Run a function in a thread; where it fails, an error says so in words instead."""
    try:
        return await in_thread(function)
    except BotError as error:
        return error
    except Exception as error:
        logger.exception("A call of the bot failed.")
        return BotError(unexpected(error))


async def in_thread(function: Callable[[], T]) -> T:
    """Wait for what a function returns or raises.

    Unlike `asyncio.to_thread`, its thread never holds up the end of the program: closing the
    window need not wait for a model that is still loading.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Callable[[], None]) -> None:
        # Neither a closed loop nor a cancelled wait has anybody left to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if future.done() else outcome())

    def run() -> None:
        try:
            result = function()
        except Exception as error:
            settle(partial(future.set_exception, error))
        else:
            settle(partial(future.set_result, result))

    threading.Thread(target=run, name="bot", daemon=True).start()
    return await future
