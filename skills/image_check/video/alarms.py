"""Alarms: when what a network sees over time is an event, and that it is one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

QUIET = 3.0
"""Seconds below the threshold after which an event is over; what comes next is another one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How alarming a stretch of video is."""

    start: float
    """Seconds: of a file from its beginning, of a camera as clocks count them, since 1970."""
    end: float
    score: float
    """0 to 1."""
    threshold: float
    """The score from which on it is reason for an alarm."""
    label: str = ""
    """What it most likely is, if anything."""
    version: str = ""
    """The version of the model that said so."""


def alarms(stretches: Iterable[Seen], quiet: float = QUIET) -> Iterator[Seen]:
    """Give the first stretch of each event, as soon as it reaches the threshold.

    An event goes on until nothing has reached the threshold for `quiet` seconds.
    """
    latest: float | None = None
    for seen in stretches:
        if seen.score < seen.threshold:
            continue
        if latest is None or seen.end - latest > quiet:
            yield seen
        latest = seen.end
