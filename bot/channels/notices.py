"""Passes on what the bot warns of to the person at a screen, who sees no log."""

from __future__ import annotations

import logging
from collections.abc import Callable


class Notices(logging.Handler):
    """Tells each warning in its words; a traceback stays in the log."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one warning."""
        if record.exc_info is None:
            self._tell(record.getMessage())
