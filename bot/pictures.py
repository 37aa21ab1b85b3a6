"""The one door through which pictures come in: what comes out is plain RGB."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from bot.errors import PictureError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MOST_BYTES = 25_000_000
MOST_PIXELS = 60_000_000
"""As declared: no more than this are ever decoded."""


def open_picture(source: Path, longest: int) -> Image.Image:
    """Decode a picture as RGB, its longer side reduced to `longest` pixels.

    Whatever cannot be taken is a PictureError, for a person to read.
    """
    try:
        return _decoded(source, longest)
    except PictureError:
        raise
    except Exception as error:  # a hostile file can make a decoder fail in any way
        raise PictureError(
            f"{source} is no picture, or damaged. Save it anew as JPEG or PNG."
        ) from error


def _decoded(source: Path, longest: int) -> Image.Image:
    if source.stat().st_size > MOST_BYTES:
        raise PictureError(
            f"{source} has more than {MOST_BYTES:,} bytes. Put a smaller copy there."
        )
    with Image.open(source, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureError(
                f"{source} has more than {MOST_PIXELS:,} pixels. Put a smaller copy there."
            )
        picture.draft("RGB", (longest, longest))
        picture.thumbnail((longest, longest), reducing_gap=2.0)
        return picture.convert("RGB")
