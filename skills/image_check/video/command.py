"""The command `nocturne watch`: alarms on videos and cameras, as JSON lines and by a webhook."""

# ruff: noqa: PLC0415 - it imports only what it needs, so that `--help` stays quick
from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from bot.config import Settings
from bot.errors import PictureError
from skills.image_check.video.decoding import check_installed, is_camera, named, videos_in

if TYPE_CHECKING:
    from bot.registry import Served
    from skills.image_check.video.model import ClipModel

LEARNER = "video"
HURRY = 5.0
"""Seconds that posting may still take after Ctrl-C."""


@click.command()
@click.argument("source")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="The score from which on there is an alarm. [default: as the model has learnt it]",
)
@click.option("--webhook", metavar="URL", help="Post each alarm there. [default: as it is set]")
@click.pass_obj
def watch(settings: Settings, source: str, threshold: float | None, webhook: str | None) -> None:
    """Watch SOURCE and write each alarm as a JSON object on a line.

    SOURCE is a video, a folder of them, or the address of a camera, such as rtsp://door.example/1,
    which is watched until Ctrl-C. An event raises one alarm. The exit status is 1 where a video
    could not be watched to its end.
    """
    from skills.image_check.video.watching import alarms_in

    videos = videos_in(source)
    url = webhook or settings.webhook
    check_installed(*(("urllib3",) if url else ()))
    model = in_service(settings)
    failed = False
    if is_camera(source):
        _say(f"Watching {named(source)} until Ctrl-C.")
    with ExitStack() as closing:
        post = _poster(url, closing)
        for video in videos:
            try:
                for alarm in alarms_in(video, model, threshold, _say):
                    click.echo(json.dumps(alarm, ensure_ascii=False))
                    post(alarm)
            except PictureError as error:
                failed = True
                _say(str(error))
    if failed:
        raise SystemExit(1)


def in_service(settings: Settings) -> Callable[[], Served[ClipModel]]:
    """Give what gives the model in service; a new version is taken when it is promoted."""
    from bot.encoder import choose_device
    from bot.models import ModelRegistry
    from bot.registry import load_model
    from bot.reloading import Reloading, folder_stamp
    from skills.image_check.video.model import ClipModel

    models, device = ModelRegistry(settings.models), choose_device(settings.device)
    current = settings.models / LEARNER / "current"
    first = load_model(models, LEARNER, ClipModel, device)  # what is wrong is said at once
    loaded = [first]

    def made() -> Served[ClipModel]:
        return loaded.pop() if loaded else load_model(models, LEARNER, ClipModel, device)

    served: Reloading[Served[ClipModel]] = Reloading(lambda: folder_stamp(current), made)
    return lambda: served.get() or first


def _poster(url: str, closing: ExitStack) -> Callable[[Mapping[str, Any]], None]:
    """Give what posts alarms, if there is where to."""
    if not url:
        return lambda _: None
    from skills.image_check.video.webhook import Webhook

    webhook = Webhook(url, _say)
    closing.push(lambda kind, *_: webhook.close() if kind is None else webhook.close(HURRY))
    return webhook.post


def _say(text: str) -> None:
    click.echo(text, err=True)
