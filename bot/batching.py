"""Batcher: callers in many threads share one batched call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@dataclass(slots=True, eq=False)
class _Request(Generic[ItemT, ResultT]):
    item: ItemT
    results: list[ResultT] = field(default_factory=list)
    error: BaseException | None = None
    is_done: bool = False


class Batcher(Generic[ItemT, ResultT]):
    """Runs `function` over the items of all who call at the same time, a batch after the other.

    A lone caller runs at once. Those who come while a batch runs wait for its end; then one of them
    runs the next batch, for all who wait.
    """

    def __init__(
        self, function: Callable[[Sequence[ItemT]], Sequence[ResultT]], limit: int = 64
    ) -> None:
        self._function = function
        self._limit = limit
        self._waiting: list[_Request[ItemT, ResultT]] = []
        self._changing_waiting = Lock()
        self._running = Lock()

    @property
    def waiting(self) -> int:
        """How many wait for the batch after the one that runs."""
        return len(self._waiting)

    def __call__(self, item: ItemT) -> ResultT:
        """Give the item's result; what the batch raises, every caller in it is raised."""
        request: _Request[ItemT, ResultT] = _Request(item)
        with self._changing_waiting:
            self._waiting.append(request)
        while not request.is_done:
            with self._running:
                if not request.is_done:
                    self._run()
        if request.error is not None:
            raise request.error
        return request.results[0]

    def _run(self) -> None:
        with self._changing_waiting:
            batch = self._waiting[: self._limit]
            del self._waiting[: self._limit]
        try:
            results = self._function([request.item for request in batch])
            for request, result in zip(batch, results, strict=True):
                request.results.append(result)
        except BaseException as error:
            for request in batch:
                request.error = error
        finally:
            for request in batch:
                request.is_done = True
