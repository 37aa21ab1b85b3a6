"""Shows where in a picture the network looked: the picture, with what it saw coloured in."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOUR = (255, 40, 0)
STRONGEST = 0.6
"""Part of the colour where the network looked most."""
LONGEST = 1_024
"""Pixels of the longer side: it is for looking at, not for reading."""


def coloured(picture: Image.Image, heat: NDArray[np.float32]) -> bytes:
    """Colour a picture by heat (height, width) of 0 to 1, of any size; gives a PNG."""
    shown = picture.copy()
    shown.thumbnail((LONGEST, LONGEST))
    strength = Image.fromarray((heat * 255 * STRONGEST).astype(np.uint8)).resize(
        shown.size, Image.Resampling.BICUBIC
    )
    grey = shown.convert("L").convert("RGB")
    grey.paste(Image.new("RGB", shown.size, COLOUR), mask=strength)
    buffer = BytesIO()
    grey.save(buffer, "PNG")
    return buffer.getvalue()
