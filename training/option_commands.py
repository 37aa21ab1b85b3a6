"""Settings on the command line: `--device`, `--freeze`, `--set`, and the search for better ones."""

# ruff: noqa: PLC0415 - optuna and torch are imported when a search runs
from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from bot.config import CHOICES, Settings
from bot.errors import SettingsError

if TYPE_CHECKING:
    from training.search import Found

device_option = click.option("--device", type=click.Choice(CHOICES["device"]))


def training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--freeze` and `--set`; together they are its argument `chosen`."""

    @click.option(
        "--freeze",
        type=click.Choice(["head", "lora", "all"]),
        help="What learns: heads alone, an adapter too, or all of the encoder.",
    )
    @click.option(
        "--set",
        "pairs",
        multiple=True,
        metavar="NAME=VALUE",
        help="A setting of training, over those of nocturne.toml; can be given often.",
    )
    @functools.wraps(command)
    def extended(*args: Any, freeze: str | None, pairs: Sequence[str], **kwargs: Any) -> Any:
        chosen = dict(_parsed(pair) for pair in pairs) | ({"freeze": freeze} if freeze else {})
        return command(*args, chosen=chosen, **kwargs)

    return extended


def _parsed(pair: str) -> tuple[str, Any]:
    name, equals, text = pair.partition("=")
    if not equals:
        raise SettingsError(f"--set {pair} says no value: write --set {pair}=VALUE.")
    try:
        return name.strip(), tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), text.strip()  # a text needs no quotes here


@click.command()
@click.argument("learner")
@click.option("--trials", type=click.IntRange(1), default=20, show_default=True)
@click.option("--minutes", type=float, help="Begin no trial after so long.")
@device_option
@training_options
@click.pass_obj
def tune(
    settings: Settings,
    learner: str,
    trials: int,
    minutes: float | None,
    device: str | None,
    chosen: Mapping[str, Any],
) -> None:
    """Search for settings of training that are better than those of now, and show them.

    Nothing is changed. What is set already, in nocturne.toml or by --set, stays as it is. Trials
    are scored on the learner's valid.jsonl, or else on a part of its examples; run again, the
    search goes on with those that were made.
    """
    from training.launch import together
    from training.options import with_options
    from training.progress import progress_bar

    try:
        from training.search import search
    except ModuleNotFoundError as error:
        if error.name != "optuna":
            raise
        raise click.ClickException(
            "The search for settings takes optuna, which is not installed. "
            "Run `pip install 'nocturne[tune]'`."
        ) from error

    settings = replace(settings, device=device) if device else settings
    settings = with_options(settings, learner, chosen) if chosen else settings
    with together(settings.device), progress_bar(Console(stderr=True)) as progress:
        found = search(learner, settings, trials, minutes, progress)
    for line in shown(learner, found):
        click.echo(line)


def shown(learner: str, found: Found) -> list[str]:
    """Write what was found as a table to paste into nocturne.toml."""
    what = f"of {found.trials} trials, on {found.examples} examples that were not learnt"
    if found.score <= found.default:
        now = f"{found.metric} {found.default:.4g}"
        return [f"# Nothing was better than the settings of now: {now}, {what}"]
    table = [f"{name} = {json.dumps(value)}" for name, value in found.best.items()]
    figures = f"{found.metric} {found.score:.4g}; with the settings of now {found.default:.4g}"
    return [f"# {figures}; the best {what}", f"[training.{learner}]", *table]
