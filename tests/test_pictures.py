"""Pictures as people send them: whatever the format, plain pixels come out, upright."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.errors import PictureError
from bot.pictures import open_picture
from tests.odd_pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    chunk,
    corners,
    exif,
    gif_of_frames,
    png,
    saved,
    texts,
    tiny_png,
    with_app1,
)

GPS = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
GREY = corners().convert("L")


def clear(mode: str) -> Image.Image:
    """The corners, of which what is white is transparent and black beneath."""
    picture = corners().convert("RGBA")
    picture.paste((0, 0, 0, 0), (48, 32, 96, 64))
    return picture.convert(mode)


def deep(scale: int) -> Image.Image:
    """The corners in grey of 16 bits."""
    return Image.fromarray(np.asarray(GREY).astype(np.uint16) * scale)


def clear_palette() -> bytes:
    picture = corners().quantize(4)
    return saved(picture, "PNG", transparency=picture.getpixel((90, 60)))


FRAMES = {"save_all": True, "append_images": [Image.new("RGB", (96, 64))], "duration": 40}
COLOURFUL = {
    "a JPEG": saved(corners(), "JPEG", quality=95),
    "a progressive JPEG": saved(corners(), "JPEG", quality=95, progressive=True),
    "a PNG": saved(corners(), "PNG"),
    "a PNG with a palette": saved(corners().quantize(4), "PNG"),
    "a WebP": saved(corners(), "WEBP", quality=95),
    "a WebP without loss": saved(corners(), "WEBP", lossless=True),
    "a GIF": saved(corners(), "GIF"),
    "a BMP": saved(corners(), "BMP"),
    "an MPO of two pictures": saved(corners(), "MPO", quality=95, save_all=True),
    "an animated GIF": saved(corners(), "GIF", **FRAMES),
    "an animated WebP": saved(corners(), "WEBP", lossless=True, **FRAMES),
    "an animated PNG": saved(corners(), "PNG", **FRAMES),
    "a transparent PNG": saved(clear("RGBA"), "PNG"),
    "a transparent WebP": saved(clear("RGBA"), "WEBP", lossless=True),
    "a PNG with a transparent colour": saved(corners(), "PNG", transparency=WHITE),
    "a PNG with a transparent palette": clear_palette(),
    "a PNG with a palette that is transparent by degrees": saved(clear("RGBA").quantize(8), "PNG"),
    "a JPEG with a profile that is none": saved(corners(), "JPEG", icc_profile=b"x" * 500),
    "a JPEG with EXIF that is none": with_app1(saved(corners(), "JPEG"), b"Exif\0\0nonsense"),
    "a JPEG with half of EXIF": with_app1(
        saved(corners(), "JPEG"), b"Exif\0\0MM\0*\0\0\0\x08\0\x09\x01\x0f\0\x02\xff\xff\xff\xff"
    ),
    "a JPEG with an orientation that is none": saved(corners(), "JPEG", exif=exif({0x0112: 77})),
    "a JPEG with an orientation in words": with_app1(
        saved(corners(), "JPEG"),
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x03up\0\0\0\0\0\0",
    ),
    "a JPEG that is a ZIP, too": saved(corners(), "JPEG") + b"PK\x03\x04" + bytes(64),
    "a GIF that is a script, too": saved(corners(), "GIF") + b"*/=1;alert(1)",
    "a PNG with a long text": saved(corners(), "PNG", pnginfo=texts(100_000)),
}


def seen(picture: Image.Image) -> list[str]:
    """Name the colours of the quarters, by lines."""
    names = {RED: "red", GREEN: "green", BLUE: "blue", WHITE: "white"}
    width, height = picture.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    found = np.array([picture.getpixel(place) for place in places])
    return [
        min(names.items(), key=lambda each: int(np.abs(np.array(each[0]) - pixel).sum()))[1]
        for pixel in found
    ]


@pytest.mark.parametrize("content", COLOURFUL.values(), ids=COLOURFUL.keys())
def test_pixels_come_out_as_they_were_sent(content: bytes) -> None:
    picture = open_picture(content)

    assert type(picture) is Image.Image
    assert (picture.mode, picture.size, picture.info) == ("RGB", (96, 64), {})
    assert seen(picture) == ["red", "green", "blue", "white"]


GREYS = {
    "a grey JPEG": saved(GREY, "JPEG", quality=95),
    "a grey PNG": saved(GREY, "PNG"),
    "16 bits": saved(deep(257), "PNG"),
    "grey and transparent": saved(clear("LA"), "PNG"),
    "a transparent grey": saved(GREY, "PNG", transparency=255),
}


@pytest.mark.parametrize("content", GREYS.values(), ids=GREYS.keys())
def test_grey_stays_as_bright_as_it_was(content: bytes) -> None:
    difference = np.asarray(open_picture(content).convert("L"), int) - np.asarray(GREY, int)

    assert np.abs(difference).max() <= 6


def test_colours_of_16_bits_and_black_and_white_are_understood() -> None:
    pixel = b"\x00" + bytes((220, 0, 30, 0, 30, 0))
    bits = corners().convert("1")

    assert open_picture(png(1, 1, depth=16, data=pixel)).getpixel((0, 0)) == RED
    assert open_picture(saved(bits, "PNG")).tobytes() == bits.convert("RGB").tobytes()


def test_grey_of_16_bits_stays_as_bright_where_one_grey_is_said_to_be_transparent() -> None:
    extra = chunk(b"tRNS", b"\x10\x00")
    content = png(2, 1, depth=16, colour=0, data=b"\x00\x20\x00\x80\x00", extra=extra)
    picture = open_picture(content)

    assert [picture.getpixel((x, 0)) for x in (0, 1)] == [(32, 32, 32), (128, 128, 128)]


def test_inks_become_colours() -> None:
    picture = open_picture(saved(corners().convert("CMYK"), "JPEG", quality=95))

    assert seen(picture) == ["red", "green", "blue", "white"]


UPRIGHT = {
    1: "red green blue white",
    2: "green red white blue",
    3: "white blue green red",
    4: "blue white red green",
    5: "red blue green white",
    6: "blue red white green",
    7: "white green blue red",
    8: "green white red blue",
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_picture_is_put_upright_as_the_camera_was_held(orientation: int, kind: str) -> None:
    content = saved(corners(), kind, exif=exif({0x0112: orientation}))
    picture = open_picture(content, longest=48)

    assert " ".join(seen(picture)) == UPRIGHT[orientation]
    assert picture.size == ((48, 32) if orientation < 5 else (32, 48))


def test_the_example_of_the_standard_is_put_upright() -> None:
    """Orientation 6: what the camera stored as its left side is the top of what was seen."""
    stored = corners().transpose(Image.Transpose.ROTATE_90)
    content = saved(stored, "JPEG", quality=95, exif=exif({0x0112: 6}))

    assert seen(open_picture(content)) == ["red", "green", "blue", "white"]


def test_orientation_after_the_pixels_of_a_png_counts() -> None:
    content = saved(corners(), "PNG")
    late = chunk(b"eXIf", exif({0x0112: 3}).tobytes().removeprefix(b"Exif\0\0"))

    assert seen(open_picture(content[:-12] + late + content[-12:]))[0] == "white"


SIZES = [
    ((4000, 3000), 1536, (1536, 1152)),
    ((300, 400), 100, (75, 100)),
    ((96, 64), 1000, (96, 64)),
    ((1, 60_000), 1536, (1, 1536)),
    ((60_000, 1), None, (60_000, 1)),
    ((1, 1), 1, (1, 1)),
]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(("size", "longest", "expected"), SIZES, ids=str)
def test_the_longer_side_has_at_most_what_is_asked(
    size: tuple[int, int], longest: int | None, expected: tuple[int, int], kind: str
) -> None:
    content = saved(Image.new("RGB", size, RED), kind)

    assert open_picture(content, longest).size == expected


def test_a_small_copy_of_a_jpeg_looks_like_the_whole() -> None:
    content = saved(corners((3000, 2000)), "JPEG")
    whole = open_picture(content).resize((300, 200), Image.Resampling.BILINEAR)
    difference = np.asarray(open_picture(content, 300), int) - np.asarray(whole, int)

    assert np.abs(difference).mean() < 0.5


def test_of_ten_thousand_frames_one_is_looked_at() -> None:
    content = gif_of_frames(10_000)

    assert Image.open(BytesIO(content)).n_frames == 10_000  # type: ignore[attr-defined]
    assert open_picture(content).size == (8, 8)


def test_a_file_is_known_by_what_is_in_it_and_not_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "photo.exe"
    file.write_bytes(saved(corners(), "PNG"))
    (tmp_path / "link.txt").symlink_to(file)

    assert seen(open_picture(file)) == seen(open_picture(tmp_path / "link.txt"))


def test_what_is_brighter_than_the_bits_of_a_pixel_is_no_reason_to_warn() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for content in COLOURFUL.values():
            open_picture(content)

    assert not caught


def test_a_place_is_gone_whatever_the_format() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        content = saved(corners(), kind, exif=exif({0x0110: "A camera"}, GPS))
        assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)[1] == "N"
        assert not open_picture(content).getexif()


def test_heic_is_opened_where_its_library_is_installed() -> None:
    library = pytest.importorskip("pillow_heif")
    library.register_heif_opener()
    content = saved(corners(), "HEIF", quality=95)

    assert seen(open_picture(content)) == ["red", "green", "blue", "white"]


def test_without_the_library_it_is_said_how_heic_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(PictureError, match=r"Send it as JPEG, or install pillow-heif"):
        open_picture(b"\0\0\0\x18ftypheic" + bytes(100))


def test_a_profile_and_texts_of_any_length_are_left_out() -> None:
    profile = chunk(b"iCCP", b"x\0\0" + b"nonsense")

    assert open_picture(tiny_png(profile)).getpixel((0, 0)) == RED
