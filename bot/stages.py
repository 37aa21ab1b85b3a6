"""Stages of a turn: what happens in each is logged with the turn's id, and how long it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TURN: ContextVar[str] = ContextVar("turn", default="")
"""The id of the turn that is being worked on; empty where there is none."""
log = logging.getLogger(__name__)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Log how long what is within took; listeners find `stage` and `seconds` in the record."""
    started = time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    log.info("%s took %.4f s", name, seconds, extra={"stage": name, "seconds": seconds})
