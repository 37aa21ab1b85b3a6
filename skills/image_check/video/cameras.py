"""Cameras: streams that break are opened again, and who looks never falls behind."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.errors import PictureError
from skills.image_check.video.decoding import Frame, frames_of
from skills.image_check.video.stretches import FRAMES, RATE

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds before a stream is opened again: twice as long each time, until it gives a picture."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A stream that is opened again whenever it breaks; times of its frames are those of a clock.

    One that is a whole recording ends with it.
    """

    source: str
    warn: Callable[[str], None]
    read: Callable[[str, float], Iterator[Frame]] = frames_of
    clock: Callable[[], float] = time.time
    wait: Callable[[float], None] = time.sleep

    def frames(self) -> Iterator[Frame]:
        """Give frames as they come."""
        pause = FIRST_PAUSE
        while True:
            try:
                for frame in self._opened():
                    pause = FIRST_PAUSE
                    yield frame
                return
            except PictureError as error:
                self.warn(f"{error} It is opened again in {pause:.0f} s.")
                self.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _opened(self) -> Iterator[Frame]:
        began: float | None = None
        for frame in self.read(self.source, RATE):
            began = self.clock() - frame.time if began is None else began
            yield replace(frame, time=began + frame.time)


def newest(frames: Iterable[Frame], most: int = FRAMES) -> Iterator[Frame]:
    """Read frames in a thread of their own; whoever is too slow for them misses the oldest."""
    waiting: deque[Frame] = deque(maxlen=most)
    ends: list[BaseException | None] = []
    changed = threading.Condition()

    def read() -> None:
        end: BaseException | None = None
        try:
            for frame in frames:
                with changed:
                    waiting.append(frame)
                    changed.notify()
        except BaseException as error:  # it is raised where the frames are wanted
            end = error
        with changed:
            ends.append(end)
            changed.notify()

    threading.Thread(target=read, daemon=True).start()
    while True:
        with changed:
            changed.wait_for(lambda: waiting or ends)
            frame = waiting.popleft() if waiting else None
        if frame is None:
            break
        yield frame
    if ends[0] is not None:
        raise ends[0]
