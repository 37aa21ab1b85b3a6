"""Logs as one JSON object a line, with the turn's id; secrets are blotted out whatever happens."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime

from bot.service.options import Credentials
from bot.stages import TURN

BLOT = "[secret]"
QUIET = ("httpx2", "httpcore2", "sanic.access", "urllib3")
"""Libraries that would log addresses, and with them what stands in their queries."""


class JsonLines(logging.Formatter):
    """Writes a record as JSON."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with its traceback if it has one, without any secret."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "turn": TURN.get() or None,
            "stage": getattr(record, "stage", None),
            "seconds": getattr(record, "seconds", None),
            "message": self._blotted(record.getMessage()),
            "error": self._blotted(self.formatException(record.exc_info))
            if record.exc_info
            else None,
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None})

    def _blotted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, BLOT)
        return text


def log_as_json(credentials: Credentials, level: int) -> None:
    """Let everything be logged to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(astuple(credentials)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
