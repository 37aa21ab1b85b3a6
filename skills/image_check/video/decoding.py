"""Decodes video: a file, or the address of a camera, as frames some time apart."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import PictureError

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from PIL.Image import Image

SUFFIXES = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".wmv", ".3gp")
CAMERAS = ("rtsp", "rtsps", "rtmp", "http", "https")
"""Schemes of addresses that are opened."""
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,asf,ogg,h264,hevc"
"""What a file may be. Playlists and lists of files are not among them: they name other files."""
LONGEST = 640
"""Pixels of the longer side of a frame: more than a network looks at."""
MOST_PIXELS = 40_000_000
PATIENCE = (10.0, 30.0)
"""Seconds to wait for a camera: until it answers, and for each piece of what it sends."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and when it was seen."""

    time: float
    """Seconds from the beginning."""
    picture: Image


def is_camera(source: str) -> bool:
    """Whether a source is an address rather than a file."""
    scheme, separator, _ = source.partition("://")
    return bool(separator) and scheme.casefold() in CAMERAS


def named(source: str) -> str:
    """Name a source to people, without the password that a camera's address may hold."""
    if not is_camera(source):
        return source
    scheme, _, rest = source.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"


def check_installed(*packages: str) -> None:
    """Raise PictureError unless what reads videos, and packages besides, are installed."""
    for name in ("av", *packages):
        if importlib.util.find_spec(name) is None:
            raise PictureError(
                f"Videos cannot be read without the package {name}: "
                "run `pip install 'nocturne[video]'`."
            )


def videos_in(source: str) -> list[str]:
    """Name what is to be watched: an address, a file, or a folder's videos in order of name."""
    path = Path(source)
    if is_camera(source) or path.is_file():
        return [source]
    if not path.is_dir():
        raise PictureError(
            f"There is no video at '{source}'. Name a file, a folder or the address of a camera."
        )
    found = sorted(str(each) for each in path.rglob("*") if each.suffix.casefold() in SUFFIXES)
    if not found:
        raise PictureError(f"There are no videos in {source}. Known are {', '.join(SUFFIXES)}.")
    return found


def frames_of(source: str, rate: float) -> Iterator[Frame]:
    """Decode at most `rate` frames a second, each as a small RGB picture, in order of time.

    One that is damaged is left out; where nothing can be decoded, or a camera stops, PictureError
    says so.
    """
    check_installed()
    from av.error import FFmpegError  # noqa: PLC0415 - only who watches needs it

    is_empty, name = True, named(source)
    try:
        with _opened(source) as container:
            for frame in _sampled(container, rate):
                is_empty = False
                yield frame
            is_over = not is_camera(source) or bool(container.duration)
    except (FFmpegError, OSError, ValueError) as error:
        raise _unreadable(source, getattr(error, "strerror", None) or error) from error
    if is_empty:
        raise PictureError(f"There are no pictures in '{name}'. Is it a video?")
    if not is_over:
        raise _unreadable(source, "the stream has ended")


def _unreadable(source: str, reason: object) -> PictureError:
    if is_camera(source):
        return PictureError(
            f"'{named(source)}' sends no pictures ({reason}). Is the camera there, and its address "
            "right?"
        )
    return PictureError(f"'{source}' cannot be read to its end: {reason}. Is it a whole video?")


def _opened(source: str) -> InputContainer:
    import av  # noqa: PLC0415

    if is_camera(source):
        return av.open(source, timeout=PATIENCE)
    # only this one file: a hostile one may name addresses and other files
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    return av.open(source, options=options)


def _sampled(container: InputContainer, rate: float) -> Iterator[Frame]:
    if not container.streams.video:
        return
    stream = container.streams.video[0]
    if stream.width * stream.height > MOST_PIXELS:
        raise ValueError(f"{stream.width} x {stream.height} pixels are too many")
    stream.thread_type = "AUTO"
    first, due = None, 0.0
    for frame in _whole(container, stream):
        first = frame.time if first is None else first
        time = frame.time - first
        if time >= due:
            due = max(due + 1 / rate, time)
            yield Frame(time, _small(frame))


def _whole(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    from av.error import InvalidDataError  # noqa: PLC0415

    for packet in container.demux(stream):
        with suppress(InvalidDataError):  # one that is damaged; those after it may be whole
            yield from (frame for frame in packet.decode() if frame.time is not None)


def _small(frame: VideoFrame) -> Image:
    scale = min(1.0, LONGEST / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    small: Image = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]
    return small
