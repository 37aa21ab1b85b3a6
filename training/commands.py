"""Commands of training: fit, evaluate, diff."""

# ruff: noqa: PLC0415 - each command imports only what it needs, so that `--help` stays quick
from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bot.config import Settings
from training.option_commands import device_option, training_options

EXISTING = click.Path(exists=True, path_type=Path)

examples_option = click.option(
    "--examples",
    "--folder",
    "examples",
    type=EXISTING,
    help="Take exactly this file: a JSON object a line, input and target; or who did what as CSV; "
    "or a folder of pictures, with a sub-folder for each label.",
)
answers_option = click.option(
    "--data",
    "--answers",
    "--items",
    "data",
    type=EXISTING,
    help="Take the learner's own data from here: answers, or a catalogue of items.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@click.argument("learner", required=False)
@examples_option
@answers_option
@device_option
@click.option("--seed", type=int, default=0, show_default=True)
@training_options
@click.pass_obj
def fit(
    settings: Settings,
    learner: str | None,
    examples: Path | None,
    data: Path | None,
    device: str | None,
    seed: int,
    chosen: Mapping[str, Any],
) -> None:
    """Make a model from the base weights and put it into service.

    LEARNER is `intent` or a skill; without it, whatever has no model yet is fitted.
    """
    from dataclasses import replace

    from bot.models import ModelRegistry
    from bot.types import INTENT
    from training.corpus import collision_notices
    from training.fitting import NoExamplesError, fit_learner
    from training.launch import together
    from training.learners import learners
    from training.options import with_options
    from training.progress import progress_bar

    settings = replace(settings, device=device) if device else settings
    with together(settings.device):
        models = ModelRegistry(settings.models)
        untrained = [name for name in learners(settings) if models.current(name) is None]
        for name in [learner] if learner else untrained:
            before = models.current(INTENT) if name == INTENT else None
            start = time.perf_counter()
            how = with_options(settings, name, chosen) if chosen else settings
            try:
                with progress_bar(Console(stderr=True)) as progress:
                    made = fit_learner(name, how, examples, data, seed, progress)
            except NoExamplesError as error:
                if learner:
                    raise
                click.echo(f"{name} stays untrained: {error}", err=True)
                continue
            took = time.perf_counter() - start
            told = f"{name}: {made.name} is in service after {took:.0f} s."
            click.echo(f"{told} {_figures(made.info)}")
            for line in collision_notices(settings, before) if before else ():
                click.echo(line)


@click.command()
@click.argument("learner")
@examples_option
@answers_option
@device_option
@json_option
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a page with plots here: calibration, and what is taken for what.",
)
@click.pass_obj
def evaluate(
    settings: Settings,
    learner: str,
    examples: Path | None,
    data: Path | None,
    device: str | None,
    as_json: bool,
    report: Path | None,
) -> None:
    """Score the model in service on its held-out examples, or on a file of examples."""
    from dataclasses import replace

    from training.fitting import cases_of, evaluate_learner

    settings = replace(settings, device=device) if device else settings
    metrics = evaluate_learner(learner, settings, examples, data)
    if report:
        from training.evaluation import write_evaluation

        write_evaluation(report, learner, metrics, cases_of(learner, settings, examples, data))
    if as_json:
        click.echo(json.dumps(metrics))
        return
    for name, value in metrics.items():
        click.echo(f"{name:<28}{value:.4g}")


@click.command()
@click.argument("learner")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@examples_option
@device_option
@json_option
@click.pass_obj
def diff(
    settings: Settings,
    learner: str,
    old: str,
    new: str,
    examples: Path | None,
    device: str | None,
    as_json: bool,
) -> None:
    """Show what sets versions A and B apart: their figures, and where they say different things."""
    from dataclasses import asdict, replace

    from training.differences import differences, shown

    settings = replace(settings, device=device) if device else settings
    found = differences(learner, settings, old, new, examples)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    for line in shown(found):
        click.echo(line)


def _figures(info: Mapping[str, object]) -> str:
    metrics = info.get("metrics")
    if not isinstance(metrics, Mapping) or not metrics:
        return ""
    return "Held out: " + ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
