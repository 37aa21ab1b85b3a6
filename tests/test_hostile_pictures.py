"""Pictures that want to do harm, and what is no picture: refused, quickly, in a person's words."""

import os
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from bot.errors import PictureError
from bot.pictures import Limits, open_picture
from tests.odd_pictures import (
    bmp_of_size,
    chunk,
    corners,
    full_png,
    gif_frame_of_size,
    gif_of_size,
    jpeg_of_scans,
    jpeg_of_size,
    noise,
    png,
    saved,
    tiny_png,
    webp_of_size,
)

JPEG, PNG = saved(noise(), "JPEG"), saved(noise(), "PNG")
NO_PICTURE = "not a picture as JPEG, PNG, WebP, GIF or BMP"
DAMAGED = "damaged or incomplete"
PIXELS = "more than 60 million"

REFUSED = {
    "nothing": (b"", "is empty"),
    "a byte": (b"\xff", f"something unknown, {NO_PICTURE}"),
    "a text": ("Hausaufgabe für heute".encode(), f"a text, {NO_PICTURE}"),
    "zeros": (bytes(5000), f"something unknown, {NO_PICTURE}"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF document, not"),
    "a PDF with a JPEG in it": (b"%PDF-1.7\n" + JPEG, "a PDF document, not"),
    "a drawing as SVG": (b'<?xml version="1.0"?><svg width="9"/>', "an SVG drawing"),
    "a web page": (b"<!DOCTYPE html><img src=x onerror=alert(1)>", "a web page"),
    "a TIFF": (saved(corners(), "TIFF"), "a TIFF picture"),
    "an icon": (saved(corners(), "ICO"), "an icon"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a text"),
    "a PPM": (saved(corners(), "PPM"), NO_PICTURE),
    "a ZIP": (b"PK\x03\x04" + bytes(50), "a ZIP archive"),
    "a video": (b"\0\0\0\x20ftypisom" + bytes(50), "a video, and .* `nocturne watch`"),
    "a video as AVI": (b"RIFF\0\0\0\0AVI LIST" + bytes(50), "a video, and"),
    "an AVIF": (b"\0\0\0\x20ftypavif" + bytes(50), "an AVIF picture"),
    "the first bytes of a JPEG": (JPEG[:3], NO_PICTURE),
    "the head of a JPEG": (JPEG[:300], f"({NO_PICTURE}|{DAMAGED})"),
    "half a JPEG": (JPEG[: len(JPEG) // 2], DAMAGED),
    "half a progressive JPEG": (saved(noise(), "JPEG", progressive=True)[:9000], DAMAGED),
    "half a PNG": (PNG[: len(PNG) // 2], DAMAGED),
    "half a WebP": (saved(noise(), "WEBP")[:4000], f"({NO_PICTURE}|{DAMAGED})"),
    "half a GIF": (saved(noise(), "GIF")[:9000], DAMAGED),
    "half a BMP": (saved(noise(), "BMP")[:9000], DAMAGED),
    "a PNG with a wrong checksum": (PNG[:60] + bytes(8) + PNG[68:], DAMAGED),
    "a JPEG that says it is huge": (jpeg_of_size(65_500, 65_500), "too many pixels"),
    "a JPEG that says it is large": (jpeg_of_size(9000, 9000), PIXELS),
    "a PNG that says it is huge": (png(2**31 - 1, 2**31 - 1), "too many pixels"),
    "a PNG that says it is large": (png(10_000, 10_000), PIXELS),
    "a PNG that is large and packed": (full_png(7750), PIXELS),
    "a PNG that has less than it says": (png(7000, 7000, data=bytes(100)), DAMAGED),
    "a PNG of no size": (png(0, 0), f"({NO_PICTURE}|{DAMAGED})"),
    "a WebP that says it is huge": (webp_of_size(16_384, 16_384, b"VP8X"), PIXELS),
    "a WebP without loss that says so": (webp_of_size(16_384, 16_384, b"VP8L"), PIXELS),
    "a WebP with loss that says so": (webp_of_size(16_383, 16_383, b"VP8 "), PIXELS),
    "a GIF that says it is huge": (gif_of_size(65_535, 65_535), "too many pixels"),
    "a GIF with a frame that is huge": (gif_frame_of_size(65_535, 65_535), "too many pixels"),
    "a GIF with a frame that is large": (gif_frame_of_size(12_000, 12_000), PIXELS),
    "a BMP that says it is huge": (bmp_of_size(60_000, 60_000), "too many pixels"),
    "a BMP that has less than it says": (bmp_of_size(7000, 7000), DAMAGED),
    "a BMP that is less than nothing": (bmp_of_size(-5, 5), "too many pixels"),
    "a JPEG of a thousand passes": (jpeg_of_scans(1000), "would take very long"),
    "a JPEG of many bytes": (JPEG + bytes(25_000_000), "larger than 25 MB"),
}


@pytest.mark.parametrize(("content", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_words(content: bytes, text: str) -> None:
    with pytest.raises(PictureError, match=text) as raised:
        open_picture(content)

    assert str(raised.value).endswith(".")


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt"], ids=str)
def test_what_unpacks_without_end_beside_the_pixels_is_left_packed(kind: bytes) -> None:
    bomb = chunk(kind, b"x\0\0" + zlib.compress(bytes(20_000_000)))

    assert open_picture(tiny_png(bomb)).size == (1, 1)


def test_files_that_are_no_files_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    device = tmp_path / "device.jpg"
    device.symlink_to("/dev/zero")
    loop = tmp_path / "loop.jpg"
    loop.symlink_to(loop)
    texts = {
        tmp_path: "is no file but a folder",
        pipe: "is no file but a pipe",
        device: "is no file but a device",
        loop: "cannot be read",
        tmp_path / "missing.jpg": r"missing\.jpg cannot be read \(No such file",
        tmp_path / ("x" * 300): "x…? cannot be read|cannot be read",
        tmp_path / "a\0b": "cannot be read",
    }
    for file, text in texts.items():
        with pytest.raises(PictureError, match=text):
            open_picture(file)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secret.jpg"
    file.write_bytes(JPEG)
    file.chmod(0)

    with pytest.raises(PictureError, match=r"secret\.jpg cannot be read \(Permission denied\)"):
        open_picture(file)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    with file.open("wb") as opened:
        opened.truncate(10**12)

    with pytest.raises(PictureError, match=r"large\.jpg is larger than 25 MB"):
        open_picture(file)


def test_a_large_video_is_called_one(tmp_path: Path) -> None:
    file = tmp_path / "large.mp4"
    with file.open("wb") as opened:
        opened.write(b"\0\0\0\x20ftypisom")
        opened.truncate(10**9)

    with pytest.raises(PictureError, match=r"large\.mp4 is a video"):
        open_picture(file)


def test_a_file_that_says_it_is_empty_and_is_not_is_read_no_further_than_allowed() -> None:
    """Files of /proc have no size and may have any content."""
    if Path("/proc/self/maps").is_file():
        with pytest.raises(PictureError, match=r"larger than 5e-05 MB"):
            open_picture(Path("/proc/self/maps"), limits=Limits(most_bytes=50))


def test_a_name_does_nothing_in_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"^\?\[2Jx\.jpg cannot"):
        open_picture(tmp_path / "\x1b[2Jx.jpg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_damage_anywhere_is_a_picture_or_a_refusal(kind: str) -> None:
    draw = random.Random(kind)
    whole = saved(corners(), kind)
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 8)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        try:
            assert open_picture(bytes(content[: draw.randint(1, 2 * len(content))])).mode == "RGB"
        except PictureError as error:
            assert str(error)


LIMITED = """
import resource, sys, time
from bot.pictures import open_picture
from bot.errors import PictureError
from tests.test_hostile_pictures import REFUSED
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
worst = 0.0
for content, text in REFUSED.values():
    started = time.process_time()
    try:
        open_picture(content)
    except PictureError:
        pass
    worst = max(worst, time.process_time() - started)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, worst)
"""


def test_no_hostile_file_costs_much_memory_or_time() -> None:
    """In a process of its own, as its peak is measured, in kilobytes."""
    shown = subprocess.run(
        [sys.executable, "-c", LIMITED], check=True, capture_output=True, text=True
    )
    grown, worst = map(float, shown.stdout.split())

    assert grown < 60_000
    assert worst < 1.0
