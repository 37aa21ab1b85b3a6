"""Lower: the parts of the network that are not tuned, and what they make of pictures, on disk."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import numpy as np
import torch
from numpy.typing import NDArray
from PIL.Image import Image
from torch import Tensor

from bot.vision import Vision, normalised
from skills.image_check.augmentation import Changes, augmented
from skills.image_check.recipe import Recipe

THREADS = 2
"""Pictures that are decoded at a time; each thread holds memory of its own."""
Map = NDArray[np.float16]


class Lower:
    """What the lower parts, which stay as they are, make of views of pictures.

    It is kept in a file as far as there is room, so that each view goes through them only
    once; memory does not grow with the number of pictures.
    """

    def __init__(
        self,
        vision: Vision,
        pictures: Sequence[Callable[[], Image]],
        changes: Changes,
        recipe: Recipe,
        seed: int,
        file: IO[bytes],
    ) -> None:
        self.vision, self.pictures, self.changes = vision, pictures, changes
        self.recipe, self.seed = recipe, seed
        self.parts = vision.parts[: recipe.cut]
        self.kept: set[int] = set()
        self.shape: tuple[int, ...] = ()
        self.pool = ThreadPoolExecutor(THREADS)  # decoding is done outside the interpreter's lock
        self.file = file

    def __call__(self, places: Sequence[int], view: int) -> Tensor:
        """Give maps (pictures, channels, height, width) of a view, counted from 0."""
        new = [n for n in dict.fromkeys(places) if self._slot(n, view) not in self.kept]
        made = dict(zip(new, self._made(new, view), strict=True))
        found = [made[n] if n in made else self._read(self._slot(n, view)) for n in places]
        for n, each in made.items():
            self._write(self._slot(n, view), each)
        return torch.from_numpy(np.stack(found)).float()

    def _slot(self, place: int, view: int) -> int:
        return place * self.recipe.views + view

    def _made(self, places: Sequence[int], view: int) -> Sequence[Map]:
        if not places:
            return ()
        squares = list(self.pool.map(lambda place: self._view(place, view), places))
        with torch.inference_mode(), self.vision.mixed_precision():
            pixels = normalised(self.vision.network, squares).to(self.vision.device)
            found: Map = self.parts(pixels).half().cpu().contiguous().numpy()
        self.shape = found.shape[1:]
        return list(found)

    def _view(self, place: int, view: int) -> Image:
        draw = random.Random(f"{self.seed} {place} {view}")
        return augmented(self.pictures[place](), self.vision.size, self.changes, draw)

    def _read(self, slot: int) -> Map:
        size = 2 * int(np.prod(self.shape))
        content = os.pread(self.file.fileno(), size, slot * size)
        return np.frombuffer(content, dtype=np.float16).reshape(self.shape)

    def _write(self, slot: int, found: Map) -> None:
        """Keep a map, unless there is no room for it."""
        if (slot + 1) * found.nbytes <= self.recipe.room:
            os.pwrite(self.file.fileno(), found.tobytes(), slot * found.nbytes)
            self.kept.add(slot)
