"""Movement: what changes between the frames of a clip, as pictures and as features."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageChops
from PIL.Image import Image as Picture
from PIL.Image import Resampling

if TYPE_CHECKING:  # torch is imported when a clip is looked at
    from torch import Tensor

    from bot.vision import Vision

FEWEST = 2
CELLS = 28
"""Rows and columns of cells in which what moves is counted."""
CLOSE = 14
"""Rows and columns of the window that is looked at closely."""
STRONG = 60
"""Change, of 255 and doubled, from which on more says nothing: a lamp counts no more than a person.
"""


def clip_features(vision: Vision, clips: Sequence[Sequence[Picture]]) -> Tensor:
    """Look at clips: (clips, features), float32, of what moves in them.

    They are means over pictures of what moved, seen closely, then how much the frames' own features
    change. What is there says less: rooms and cameras differ more than what happens.
    """
    import torch  # noqa: PLC0415

    if any(len(clip) < FEWEST for clip in clips):
        raise ValueError(f"a clip needs at least {FEWEST} frames to show what moves")
    rows = [
        torch.cat(
            [
                vision.features(movements(closer(clip, vision.size), vision.size)).mean(0),
                vision.features(clip).diff(dim=0).abs().mean(0),
            ]
        )
        for clip in clips
    ]
    return torch.stack(rows)


def movements(frames: Sequence[Picture], size: int) -> list[Picture]:
    """Show what moved in three steps from frame to frame as one picture's red, green and blue.

    Where the same is seen to move in each step, it is grey; what goes somewhere leaves colours.
    """
    from bot.vision import squeezed  # noqa: PLC0415 - brings torch

    greys = [squeezed(frame, size).convert("L") for frame in frames]
    changes = [ImageChops.difference(*pair) for pair in pairwise(greys)]
    doubled = [ImageChops.add(each, each) for each in changes]
    starts = range(0, max(1, len(doubled) - 2), 3)
    return [Image.merge("RGB", (3 * doubled[start : start + 3])[:3]) for start in starts]


def closer(frames: Sequence[Picture], size: int) -> list[Picture]:
    """Look closely, as squares, at the window half as wide and high in which most moves."""
    row, column = busiest(frames)
    found = []
    for frame in frames:
        width, height = frame.width / CELLS, frame.height / CELLS
        edges = (column * width, row * height, (column + CLOSE) * width, (row + CLOSE) * height)
        found.append(frame.resize((size, size), Resampling.BILINEAR, edges, reducing_gap=2.0))
    return found


def busiest(frames: Sequence[Picture]) -> tuple[int, int]:
    """Find the row and the column of cells at which the window with most movement begins."""
    side = 8 * CELLS
    greys = [frame.convert("L").resize((side, side), Resampling.BILINEAR) for frame in frames]
    steps = np.abs(np.diff(np.stack([np.asarray(each, np.float32) for each in greys]), axis=0))
    change = np.minimum(2 * steps.mean(0), STRONG)
    cells = change.reshape(CELLS, 8, CELLS, 8).mean((1, 3))
    sums = sliding_window_view(cells, (CLOSE, CLOSE)).sum((2, 3))
    row, column = np.unravel_index(int(sums.argmax()), sums.shape)
    return int(row), int(column)
