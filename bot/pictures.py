"""The one door through which pictures come in: whatever was sent, what comes out is plain RGB.

Pictures are untrusted. Only files of a few formats are opened, by what is in them and not by their
names; bytes, pixels and passes are counted before anything is decoded; what is damaged is refused;
of an animation the first frame is taken. Nothing but pixels comes in: no place, profile or text.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.Image import Resampling, Transpose

from bot.errors import PictureError
from bot.picture_files import (
    kind_of,
    no_picture,
    read_bounded,
    shown,
    too_many_bytes,
    webp_size,
    without_texts,
)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
JPEGS = ("JPEG", "MPO")
"""MPO is several JPEGs in one file, as phones write them; the first is the photograph."""
ORIENTATION = 0x0112
"""The tag of EXIF that says how the camera was held."""
UPRIGHT: Mapping[object, Transpose] = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What puts a picture upright, by its orientation in EXIF."""
STRIP = 1 << 20
"""Pixels that are converted at a time, so that no second copy of a large picture is needed."""
_quieting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a picture may cost before it is refused."""

    most_bytes: int = 25_000_000
    most_pixels: int = 60_000_000
    """As declared; decoding takes up to 16 bytes for each, which is 1 GB for so many."""
    most_scans: int = 40
    """Passes of a progressive JPEG, each of which visits every pixel; encoders write about ten."""


def open_picture(
    source: Path | bytes, longest: int | None = None, limits: Limits | None = None
) -> Image.Image:
    """Give what a file shows: upright, in RGB, transparent parts white, without any metadata.

    `longest` is the number of pixels that the longer side has at most; where it is given, a large
    JPEG is not decoded whole. Whatever cannot be taken is a PictureError, for a person to read.
    """
    limits = limits or Limits()
    name = shown(source)
    content = source if isinstance(source, bytes) else read_bounded(source, limits.most_bytes)
    _check_content(content, name, limits)
    try:
        return _decoded(content, name, longest, limits)
    except PictureError:
        raise
    except Exception as error:  # a hostile file can make a decoder fail in any way
        raise PictureError(
            f"{name} is damaged or incomplete. Send it again, or take it anew."
        ) from error


def _check_content(content: bytes, name: str, limits: Limits) -> None:
    if not content:
        raise PictureError(f"{name} is empty. Send it again.")
    if len(content) > limits.most_bytes:
        raise too_many_bytes(name, limits.most_bytes)
    if size := webp_size(content):
        _check_size(size, name, limits)


def _decoded(content: bytes, name: str, longest: int | None, limits: Limits) -> Image.Image:
    picture = _opened(content, name)
    _check_size(picture.size, name, limits)
    if picture.format in JPEGS:
        _check_scans(content, name, limits)
        picture.draft(None, _within(picture.size, longest))
    picture.load()
    upright = UPRIGHT.get(_orientation(picture))
    small = _shrunk(_plain(picture), longest)
    plain = small.transpose(upright) if upright is not None else small
    plain.info = {}
    return plain


def _opened(content: bytes, name: str) -> Image.Image:
    try:
        with _quiet():
            return Image.open(BytesIO(without_texts(content)), formats=_formats())
    except UnidentifiedImageError as error:
        raise _unknown(content, name) from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"{name} has too many pixels. Send a smaller copy.") from error


def _formats() -> tuple[str, ...]:
    """Name the formats that are opened; HEIC is one where its library is installed."""
    if importlib.util.find_spec("pillow_heif") is None:
        return FORMATS
    importlib.import_module("pillow_heif").register_heif_opener()
    return (*FORMATS, "HEIF")


def _unknown(content: bytes, name: str) -> PictureError:
    return no_picture(name, kind_of(content))


def _check_size(size: tuple[int, int], name: str, limits: Limits) -> None:
    width, height = size
    if width * height > limits.most_pixels:
        raise PictureError(
            f"{name} has {width:,} x {height:,} pixels, more than "
            f"{limits.most_pixels / 1e6:g} million. Send a smaller copy."
        )


def _check_scans(content: bytes, name: str, limits: Limits) -> None:
    """Refuse a JPEG of many scans; their mark does not occur within data, only in thumbnails."""
    if content.count(b"\xff\xda") > limits.most_scans:
        raise PictureError(
            f"{name} is built in a way that would take very long to open. Save it anew as JPEG."
        )


def _orientation(picture: Image.Image) -> object:
    """Give the orientation that EXIF says, or None where it says none that can be read."""
    try:
        with _quiet():
            return picture.getexif().get(ORIENTATION)
    except Exception:  # damaged metadata is no reason to refuse a picture
        return None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings about odd files to ourselves; filters are the whole process's."""
    with _quieting, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _plain(picture: Image.Image) -> Image.Image:
    """Convert a picture to RGB, a strip at a time."""
    if picture.mode == "RGB" and not picture.has_transparency_data:
        return picture.copy()
    plain = Image.new("RGB", picture.size, "white")
    height = max(1, STRIP // picture.width)
    for top in range(0, picture.height, height):
        part = picture.crop((0, top, picture.width, min(top + height, picture.height)))
        is_clear = part.has_transparency_data and not part.mode.startswith("I")
        part = part.convert("RGBA") if is_clear else _eight_bits(part).convert("RGB")
        plain.paste(part, (0, top), part if is_clear else None)
    return plain


def _eight_bits(part: Image.Image) -> Image.Image:
    """Bring grey of 16 bits down to 8; Pillow would cut off what is brighter than 255."""
    if not part.mode.startswith("I"):
        return part
    return Image.fromarray((np.asarray(part).clip(0, 65535) // 256).astype(np.uint8))


def _shrunk(picture: Image.Image, longest: int | None) -> Image.Image:
    size = _within(picture.size, longest)
    if size == picture.size:
        return picture
    return picture.resize(size, Resampling.BILINEAR, reducing_gap=2.0)


def _within(size: tuple[int, int], longest: int | None) -> tuple[int, int]:
    """Give the size that a picture has when its longer side has at most so many pixels."""
    scale = min(1.0, longest / max(size)) if longest else 1.0
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
