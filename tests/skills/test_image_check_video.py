"""Videos: how they are decoded, and which of what is seen in them raises an alarm."""

from pathlib import Path

import numpy as np
import pytest

from bot.errors import PictureError
from skills.image_check.video.alarms import Seen, alarms
from skills.image_check.video.decoding import LONGEST, check_installed, frames_of, named, videos_in
from tests.films import RATE, brighter, write_film


def test_frames_come_at_the_rate_that_is_asked_for(tmp_path: Path) -> None:
    found = list(frames_of(str(write_film(tmp_path / "a.mp4", brighter(3))), 4))

    times = [frame.time for frame in found]
    assert times == pytest.approx([n / 4 for n in range(12)], abs=1 / RATE)
    shades = [np.asarray(frame.picture).mean() for frame in found]
    assert shades == sorted(shades)
    assert found[0].picture.size == (64, 48)


def test_large_frames_are_made_small(tmp_path: Path) -> None:
    (frame,) = frames_of(str(write_film(tmp_path / "a.avi", brighter(0.1, 1600, 800))), 1)

    assert frame.picture.size == (LONGEST, LONGEST // 2)


def test_a_film_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    file = write_film(tmp_path / "a.avi", brighter(4, 320, 240))
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])

    assert 3 < len(list(frames_of(str(file), 4))) < 16


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("text.mp4", b"no film at all " * 100),
        ("list.mp4", b"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:1/a.ts\n"),
        ("concat.mp4", b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
        ("noise.mp4", bytes(range(256)) * 200),
    ],
)
def test_what_is_no_film_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(PictureError, match="Is it a"):
        list(frames_of(str(tmp_path / name), 4))


def test_a_folder_stands_for_its_videos(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/two.MP4", "one.mov", "notes.txt"):
        (tmp_path / name).touch()

    assert videos_in(str(tmp_path)) == [str(tmp_path / "b/two.MP4"), str(tmp_path / "one.mov")]
    assert videos_in("rtsp://127.0.0.1/door") == ["rtsp://127.0.0.1/door"]


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_where_there_is_no_video_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(PictureError, match=r"There (is|are) no video"):
        videos_in(str(tmp_path / name))


@pytest.mark.parametrize(
    ("scores", "times"),
    [
        ([0.1, 0.2], []),
        ([0.1, 0.9, 0.9, 0.1], [1]),
        ([0.9, 0.1, 0.9, 0.1, 0.1, 0.9], [0]),
        ([0.9, 0.1, 0.1, 0.1, 0.9], [0, 4]),
        ([0.5], [0]),
    ],
    ids=["quiet", "one event", "still the same", "another one", "at the threshold"],
)
def test_an_event_raises_one_alarm(scores: list[float], times: list[int]) -> None:
    seen = [Seen(time - 1, float(time), score, 0.5) for time, score in enumerate(scores)]

    assert [alarm.end for alarm in alarms(seen, quiet=3)] == times


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("rtsp://me:secret@door.example:554/1", "rtsp://door.example:554/1"),
        ("http://door.example/live?token=secret", "http://door.example/live"),
        ("rtsp://me:se@cret@[::1", "rtsp://[::1"),
        ("films/me@home.mp4", "films/me@home.mp4"),
    ],
)
def test_passwords_of_cameras_are_not_shown(source: str, name: str) -> None:
    assert named(source) == name


def test_what_is_not_installed_is_named_with_the_remedy() -> None:
    with pytest.raises(PictureError, match=r"package no_such_one: run `pip install 'nocturne\["):
        check_installed("no_such_one")
