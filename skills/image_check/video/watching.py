"""Watching: a video's stretches are scored as they come, and alarms are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.registry import Served
from skills.image_check.video.alarms import Seen, alarms
from skills.image_check.video.cameras import Camera, newest
from skills.image_check.video.decoding import Frame, frames_of, is_camera, named
from skills.image_check.video.model import ClipModel
from skills.image_check.video.stretches import RATE, stretches

InService = Callable[[], Served[ClipModel]]
"""Gives the model in service, which may change while a camera is watched."""


def alarms_in(
    source: str, model: InService, threshold: float | None, warn: Callable[[str], None]
) -> Iterator[Mapping[str, Any]]:
    """Watch one video or camera; gives each alarm as soon as it is raised, as it is written."""
    if not is_camera(source):
        yield from _told(source, seen_in(frames_of(source, RATE), model, threshold))
        return
    camera = Camera(source, warn)
    began = camera.clock()
    yield from _told(source, seen_in(newest(camera.frames()), model, threshold), began)


def seen_in(
    frames: Iterable[Frame], model: InService, threshold: float | None = None
) -> Iterator[Seen]:
    """Score each stretch by the model in service by then."""
    for part in stretches(frames):
        served = model()
        (verdict,) = served.model.check([[frame.picture for frame in part]])
        alarm = served.model.alarm
        yield Seen(
            part[0].time,
            part[-1].time,
            verdict.score,
            alarm.threshold if threshold is None else threshold,
            verdict.reason(alarm.normal),
            served.version,
        )


def _told(
    source: str, seen: Iterable[Seen], began: float | None = None
) -> Iterator[dict[str, Any]]:
    return (told(each, source, began) for each in alarms(seen))


def told(seen: Seen, source: str, began: float | None = None) -> dict[str, Any]:
    """Write an alarm for other programs; `began` is when a camera's watching did, by the clock.

    Seconds are counted from the beginning of the file, or of watching a camera.
    """
    since = began or 0.0
    when = {} if began is None else {"timestamp": _timestamp(seen.start)}
    return {
        "id": uuid4().hex,
        "source": named(source),
        "start": round(seen.start - since, 2),
        "end": round(seen.end - since, 2),
        **when,
        "label": seen.label,
        "score": round(seen.score, 4),
        "threshold": round(seen.threshold, 4),
        "version": seen.version,
    }


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
