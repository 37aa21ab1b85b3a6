"""Turns of one sender come one after another; turns of different senders run side by side."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class SenderQueues:
    """Lets one turn of a sender in at a time, in the order in which they asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[threading.Event]] = {}

    @contextmanager
    def turn(self, sender_id: str) -> Iterator[None]:
        """Wait for the sender's earlier turns to end."""
        ticket = threading.Event()
        with self._lock:
            queue = self._waiting.setdefault(sender_id, deque())
            queue.append(ticket)
            queue[0].set()
        try:
            ticket.wait()
            yield
        finally:
            with self._lock:
                queue.remove(ticket)
                if queue:
                    queue[0].set()
                else:
                    del self._waiting[sender_id]
