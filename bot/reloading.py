"""A value that is made anew, behind the scenes, when what it is made from changes."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import BotError

log = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 0.03
"""Seconds for which one call waits for a new value; after that, the old one serves meanwhile."""

LOOK = 0.05
"""Seconds for which one look at the stamp is good: a turn asks for the same value several times."""


class Reloading(Generic[T]):
    """Holds what `make` gave last; makes it anew when `stamp` gives something else.

    Only the first value is waited for: nobody's message is late because a model is being loaded.
    If making fails, the old value stays and `problem` says why, until the stamp changes again.
    """

    def __init__(self, stamp: Callable[[], Hashable], make: Callable[[], T]) -> None:
        self._stamp = stamp
        self._make = make
        self._made_from: Hashable = None
        self._value: T | None = None
        self._lock = threading.Lock()
        self._making: threading.Thread | None = None
        self._looked = -math.inf
        self.problem: BotError | None = None

    def get(self) -> T | None:
        """Give the newest value that could be made by now; None if there never was one."""
        with self._lock:
            if time.monotonic() < self._looked + LOOK:
                return self._value
            stamp = ("stamp", self._stamp())
            self._looked = time.monotonic()
            is_making = self._making is not None and self._making.is_alive()
            if stamp != self._made_from and not is_making:
                self._made_from = stamp
                self._renew()
            return self._value

    def _renew(self) -> None:
        if self._value is None:
            self._remake()
            return
        self._making = threading.Thread(target=self._remake, daemon=True)
        self._making.start()
        self._making.join(PATIENCE)

    def _remake(self) -> None:
        try:
            self._value = self._make()
            self.problem = None
        except BotError as error:
            self.problem = error
            log.warning("%s", error)


def folder_stamp(folder: Path) -> Hashable:
    """What changes when a file in the folder, or the file itself, is edited, added or removed."""
    # each turn looks at several folders, so this is done with strings rather than paths
    places = [(root, name) for root, _, names in os.walk(folder) for name in names]
    files = sorted(map("/".join, places)) or [str(folder)]
    return tuple((file, *_times(file)) for file in files)


def _times(file: str) -> tuple[int, int]:
    try:
        found = os.stat(file)  # noqa: PTH116 - as above
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
