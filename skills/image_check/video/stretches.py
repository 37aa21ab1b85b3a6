"""Stretches: the parts of a video, about two seconds long, that are looked at as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

from skills.image_check.video.decoding import Frame
from skills.image_check.video.movement import FEWEST

T = TypeVar("T")
RATE = 4.0
"""Frames a second that are looked at."""
FRAMES = 8
"""Frames of a stretch, about as many a second as it was measured with."""
STEP = 4
"""Frames from the beginning of a stretch to that of the next one."""
GAP = 2.0
"""Seconds without a frame after which what comes is not looked at together with what was before."""


def stretches(frames: Iterable[Frame]) -> Iterator[tuple[Frame, ...]]:
    """Give each stretch as soon as it is whole; a video that is shorter is one stretch.

    After a gap, such as a camera's that broke, the next one begins.
    """
    latest: deque[Frame] = deque(maxlen=FRAMES)
    count = 0
    for frame in frames:
        if latest and frame.time - latest[-1].time > GAP:
            latest.clear()
            count = 0
        latest.append(frame)
        count += 1
        if count >= FRAMES and (count - FRAMES) % STEP == 0:
            yield tuple(latest)
    if FEWEST <= count < FRAMES:
        yield tuple(latest)


def spread(items: Iterable[T], most: int) -> list[T]:
    """Keep at most so many, evenly spread over all, without holding more."""
    kept: list[T] = []
    every = 1
    for number, each in enumerate(items):
        if number % every == 0:
            kept.append(each)
        if len(kept) > most:
            kept, every = kept[::2], 2 * every
    return kept
