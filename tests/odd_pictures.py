"""Makes the files that strangers send: odd ones that are good, and hostile ones that are not."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 30), (30, 30, 220), (255, 255, 255)


def corners(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture whose quarters are red, green, blue and white, from the top left on by lines."""
    picture = Image.new("RGB", size, WHITE)
    width, height = size[0] // 2, size[1] // 2
    for colour, place in ((RED, (0, 0)), (GREEN, (width, 0)), (BLUE, (0, height))):
        picture.paste(colour, (*place, place[0] + width, place[1] + height))
    return picture


def noise(size: tuple[int, int] = (400, 300)) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG, with its checksum."""
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


def png(
    width: int,
    height: int,
    depth: int = 8,
    colour: int = 2,
    data: bytes = b"",
    extra: bytes = b"",
) -> bytes:
    """A PNG that declares what it likes and holds what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def tiny_png(extra: bytes) -> bytes:
    """A PNG of one red pixel with more parts than it needs."""
    return png(1, 1, data=b"\x00" + bytes(RED), extra=extra)


def full_png(side: int) -> bytes:
    """A PNG that is really as large as it says: black, a few kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side * 3)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", packed)
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header declares another size."""
    content = bytearray(saved(noise((64, 64)), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last pass is repeated."""
    content = saved(noise((64, 64)), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:last] + content[last:-2] * count + b"\xff\xd9"


def webp_of_size(width: int, height: int, kind: bytes) -> bytes:
    """A WebP that declares a size, and a few bytes of nothing."""
    fields = {
        b"VP8X": bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\x00",
        b"VP8 ": b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height),
    }[kind]
    body = b"WEBP" + kind + struct.pack("<I", len(fields)) + fields
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_of_size(width: int, height: int) -> bytes:
    content = bytearray(saved(corners(), "GIF"))
    content[6:10] = struct.pack("<HH", width, height)
    return bytes(content)


def gif_frame_of_size(width: int, height: int) -> bytes:
    """A small GIF whose first frame says that it is larger than the whole."""
    content = bytearray(saved(corners(), "GIF"))
    place = content.index(b"\x2c", 13 + 3 * 2 ** ((content[10] & 7) + 1)) + 5
    content[place : place + 4] = struct.pack("<HH", width, height)
    return bytes(content)


def gif_of_frames(count: int) -> bytes:
    """A GIF whose one frame is repeated."""
    content = saved(Image.new("P", (8, 8), 0), "GIF")
    place = 13 + 3 * 2 ** ((content[10] & 7) + 1)
    return content[:place] + content[place:-1] * count + b";"


def bmp_of_size(width: int, height: int) -> bytes:
    content = bytearray(saved(corners(), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def exif(tags: Mapping[int, Any], places: Mapping[int, Any] | None = None) -> Image.Exif:
    """EXIF with tags, and with where the picture was taken."""
    found = Image.Exif()
    found.update(tags)
    if places:
        found.get_ifd(0x8825).update(places)
    return found


def with_app1(content: bytes, payload: bytes) -> bytes:
    """A JPEG that begins with a part of metadata."""
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + content[2:]


def texts(size: int) -> PngImagePlugin.PngInfo:
    """A compressed text of so many characters."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a" * size, zip=True)
    return info
