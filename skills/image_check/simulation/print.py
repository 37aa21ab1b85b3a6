"""Printed letters and formulas, in the fonts that matplotlib brings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from PIL import Image, ImageFont


@cache
def font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """Give a font at a size in pixels."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / file), size)


def wrapped(text: str, width: float, letters: ImageFont.FreeTypeFont) -> list[str]:
    """Break a text into lines that are no wider than so many pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def set_formula(tex: str, fonts: str, size: float) -> Image.Image:
    """Set a formula, as a mask of what is inked; `size` is that of its letters in pixels."""
    parsed = MathTextParser("agg").parse(
        f"${tex}$", 72, FontProperties(size=size, math_fontfamily=fonts)
    )
    return Image.fromarray(np.array(parsed.image, np.uint8))
