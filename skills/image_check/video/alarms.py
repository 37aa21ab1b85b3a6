"""Alarms: when what a network sees over time is an event, and that it is one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

QUIET = 3.0
"""Seconds below the threshold after which an event is over; what comes next is another one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How alarming a stretch of video is."""

    time: float
    """Seconds from the beginning to the end of the stretch."""
    score: float
    """0 to 1."""


def alarms(stretches: Iterable[Seen], threshold: float, quiet: float = QUIET) -> Iterator[Seen]:
    """Give the first stretch of each event, as soon as it reaches the threshold.

    An event goes on until nothing has reached the threshold for `quiet` seconds.
    """
    latest: float | None = None
    for seen in stretches:
        if seen.score < threshold:
            continue
        if latest is None or seen.time - latest > quiet:
            yield seen
        latest = seen.time
