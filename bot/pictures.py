"""A stand-in until the safe decoder is merged."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image


def open_picture(source: Path | bytes, longest: int | None = None) -> Image.Image:
    """Decode a picture as RGB, its longest side reduced to about `longest` pixels."""
    picture = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    if longest:
        picture.draft("RGB", (longest, longest))
    return picture.convert("RGB")
