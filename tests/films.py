"""Films for tests: a few seconds of a square that moves or stands still, or of growing light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 25
Pixels = NDArray[np.uint8]


def write_film(file: Path, pictures: Iterable[Pixels], rate: int = RATE) -> Path:
    """Write pictures of one size as a film."""
    shown = list(pictures)
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.height, stream.width = shown[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(picture)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file


def brighter(seconds: float, width: int = 64, height: int = 48) -> Iterator[Pixels]:
    """Show light that grows."""
    count = round(seconds * RATE)
    for number in range(count):
        yield np.full((height, width, 3), 255 * number // count, dtype=np.uint8)


def square(moves: Iterable[bool], seed: int = 0) -> Iterator[Pixels]:
    """Show a square before noise: for each of `moves`, it does or does not move for a second.

    It goes to and fro, so that it is elsewhere whenever somebody looks.
    """
    draw = np.random.default_rng(seed)
    room = draw.integers(90, 120, (48, 64, 3), dtype=np.uint8)
    place, way = int(draw.integers(8)), 4
    for does_move in moves:
        for _ in range(RATE):
            picture = room.copy()
            picture[16:32, place : place + 16] = 250
            yield picture
            way = -way if not 0 <= place + way <= 48 else way
            place += way if does_move else 0


def write_tiny_films(folder: Path, each: int = 6) -> Path:
    """Write films of two seconds, in a sub-folder for each label."""
    for label, does_move in (("fight", True), ("normal", False)):
        (folder / label).mkdir(parents=True)
        for number in range(each):
            write_film(folder / label / f"{number}.mp4", square([does_move] * 2, number))
    return folder
