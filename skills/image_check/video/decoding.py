"""Decodes video: a file, or the address of a camera, as frames some time apart."""

from __future__ import annotations

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

    One that is damaged is left out; where nothing can be decoded, PictureError says so.
    """
    try:
        from av.error import FFmpegError  # noqa: PLC0415 - only who watches needs it
    except ImportError as error:
        raise PictureError(
            "Videos cannot be read without PyAV: run `pip install 'nocturne[video]'`."
        ) from error
    is_empty = True
    try:
        with _opened(source) as container:
            for frame in _sampled(container, rate):
                is_empty = False
                yield frame
    except (FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PictureError(
            f"'{source}' cannot be read to its end: {reason}. Is it a whole video?"
        ) from error
    if is_empty:
        raise PictureError(f"There are no pictures in '{source}'. Is it a video?")


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
