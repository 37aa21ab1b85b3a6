"""Cameras: streams are opened again when they break, and who is slow misses the oldest frames."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from PIL import Image

from bot.errors import PictureError
from skills.image_check.video.cameras import LONGEST_PAUSE, Camera, newest
from skills.image_check.video.decoding import Frame, frames_of
from skills.image_check.video.stretches import FRAMES, RATE, spread, stretches

PICTURE = Image.new("RGB", (8, 8))


def frames(times: list[float], error: str = "") -> Iterator[Frame]:
    yield from (Frame(time, PICTURE) for time in times)
    if error:
        raise PictureError(error)


def test_a_stream_that_breaks_is_opened_again_after_ever_longer_pauses() -> None:
    openings = iter(
        [frames([], "lost") for _ in range(3)] + [frames([0, 0.25], "lost"), frames([0])]
    )
    waited: list[float] = []
    said: list[str] = []
    now = iter([100.0, 107.0])
    camera = Camera(
        "rtsp://c", said.append, lambda *_: next(openings), lambda: next(now), waited.append
    )

    assert [frame.time for frame in camera.frames()] == [100, 100.25, 107]
    assert waited == [1, 2, 4, 1]
    assert said[0] == "lost It is opened again in 1 s."


def test_pauses_stay_bounded() -> None:
    openings = iter([frames([], "lost") for _ in range(10)] + [frames([])])
    waited: list[float] = []
    list(Camera("rtsp://c", print, lambda *_: next(openings), wait=waited.append).frames())

    assert waited[-1] == max(waited) == LONGEST_PAUSE


def test_a_live_stream_that_ends_has_broken(still_camera: str) -> None:
    seen: list[Frame] = []
    with pytest.raises(PictureError, match=r"127.0.0.1:\d+/live' sends no pictures") as error:
        seen += frames_of(f"http://me:secret@{still_camera}/live?key=hidden", RATE)

    assert len(seen) >= 4
    assert "secret" not in str(error.value)
    assert "hidden" not in str(error.value)


def test_a_camera_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(PictureError, match=r"'rtsp://127.0.0.1:1/door' sends no") as error:
        list(frames_of("rtsp://me:secret@127.0.0.1:1/door", RATE))

    assert "secret" not in str(error.value)


@pytest.fixture
def still_camera() -> Iterator[str]:
    """The address of a camera that sends a second of pictures and ends."""
    file = BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "JPEG")
    head = b"--next\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % file.tell()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace;boundary=next")
            self.end_headers()
            self.wfile.write((head + file.getvalue() + b"\r\n") * 25)

        def log_request(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_is_slow_misses_the_oldest_frames() -> None:
    is_read = threading.Event()

    def source() -> Iterator[Frame]:
        yield from frames([float(n) for n in range(20)])
        is_read.set()

    slow = newest(source(), 4)
    first = next(slow).time
    assert is_read.wait(60)

    assert [first, *(frame.time for frame in slow)][-4:] == [16, 17, 18, 19]


def test_what_goes_wrong_in_the_thread_is_raised_where_frames_are_wanted() -> None:
    with pytest.raises(PictureError, match="lost"):
        list(newest(frames([0, 1], "lost")))


def test_stretches_overlap_and_begin_anew_after_a_gap() -> None:
    times = [n / RATE for n in range(14)]
    found = [
        [frame.time for frame in part]
        for part in stretches(frames([*times, *(100 + t for t in times[:8])]))
    ]

    assert found == [times[:8], times[4:12], [100 + t for t in times[:8]]]


def test_a_short_video_is_one_stretch() -> None:
    assert [len(part) for part in stretches(frames([0, 0.25, 0.5]))] == [3]
    assert list(stretches(frames([0]))) == []
    assert FRAMES > 3


@pytest.mark.parametrize(
    ("count", "kept"), [(0, []), (3, [0, 1, 2]), (5, [0, 2, 4]), (9, [0, 4, 8])]
)
def test_what_is_kept_of_much_is_spread_over_it(count: int, kept: list[int]) -> None:
    assert spread(range(count), 4) == kept
