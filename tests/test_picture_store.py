"""Stored pictures: pixels only, for a set time."""

from pathlib import Path

import pytest
from PIL import Image

from bot.errors import StoreError
from bot.picture_store import DAY, PictureStore, expired
from bot.pictures import open_picture
from tests.odd_pictures import corners, exif, saved

NOW = 1_790_000_000.0


def test_a_kept_picture_can_be_opened_and_holds_no_metadata(tmp_path: Path) -> None:
    sent = saved(corners(), "JPEG", exif=exif({0x0110: "A camera"}, {1: "N"}), comment=b"of Ana")
    for picture in (open_picture(sent), Image.open(tmp_path / _written(tmp_path, sent))):
        content = PictureStore(tmp_path / "kept").keep(picture, NOW).read_bytes()

        assert b"Exif" not in content
        assert b"A camera" not in content
        assert b"of Ana" not in content
        assert open_picture(content).size == (96, 64)


def _written(folder: Path, content: bytes) -> str:
    (folder / "sent.jpg").write_bytes(content)
    return "sent.jpg"


def test_pictures_are_deleted_when_their_time_is_over(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, days=2)
    first = store.keep(corners(), NOW)
    second = store.keep(corners((8, 8)), NOW + DAY)

    assert store.forget(NOW + 1.9 * DAY) == 0
    assert store.forget(NOW + 2.1 * DAY) == 1
    assert (first.exists(), second.exists()) == (False, True)


def test_keeping_one_deletes_others(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, days=1)
    first = store.keep(corners(), NOW)
    store.keep(corners(), NOW + 2 * DAY)

    assert not first.exists()


def test_only_the_stores_own_files_are_ever_deleted() -> None:
    kept = "1790000000-0123456789abcdef.jpg"
    names = [kept, f".{kept}.draft", "holiday.jpg", "1790000000-x.jpg", "notes", f"{kept}.txt"]

    assert expired(names, NOW) == [f".{kept}.draft", kept]
    assert expired(names, NOW - 1) == []


def test_nobody_else_can_read_what_is_kept(tmp_path: Path) -> None:
    file = PictureStore(tmp_path / "kept").keep(corners(), NOW)

    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_does_not_exist_has_nothing_to_forget(tmp_path: Path) -> None:
    assert PictureStore(tmp_path / "none").forget(NOW) == 0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match=r"Pictures cannot be kept in .*file"):
        PictureStore(tmp_path / "file").keep(corners(), NOW)
