"""The command `nocturne bench`: published data sets, and the whole assistant, are scored."""

# ruff: noqa: PLC0415 - torch is imported when a benchmark runs, so that `--help` stays quick
from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from bot.config import Settings
from training.benchmark_tables import line, show, show_figures, show_items, show_nights
from training.progress import progress_bar

DATASET = click.Path(exists=True, file_okay=False, path_type=Path)

seeds_option = click.option("--seeds", type=click.IntRange(1), default=3, show_default=True)
variant_option = click.option("--variant", default="", help="A part of the data set: 10-shot, …")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def bench() -> None:
    """Run published data through the very same trainers, beside published figures."""


@bench.command()
@click.argument("dataset", type=DATASET)
@seeds_option
@variant_option
@json_option
@click.pass_obj
def intent(settings: Settings, dataset: Path, seeds: int, variant: str, as_json: bool) -> None:
    """Intents, out-of-scope and entities: banking77, clinc150, snips."""
    from training.benchmark_intent import bench_intent

    with progress_bar(Console(stderr=True)) as progress:
        result = bench_intent(dataset, range(seeds), settings, progress, variant)
    show(result, as_json)


@bench.command()
@click.argument("dataset", type=DATASET)
@seeds_option
@json_option
@click.pass_context
def slots(ctx: click.Context, dataset: Path, seeds: int, as_json: bool) -> None:
    """Intents and slots together, as `intent`: snips."""
    ctx.invoke(intent, dataset=dataset, seeds=seeds, variant="", as_json=as_json)


@bench.command()
@click.argument("dataset", type=DATASET)
@seeds_option
@json_option
@click.pass_obj
def faq(settings: Settings, dataset: Path, seeds: int, as_json: bool) -> None:
    """Questions to answers, none of the queries learnt: covid-qa-deepset."""
    from training.benchmark_faq import bench_faq

    with progress_bar(Console(stderr=True)) as progress:
        result = bench_faq(dataset, range(seeds), settings, progress)
    show(result, as_json)


@bench.command()
@click.argument("dataset", type=DATASET)
@click.option("--kind", type=click.Choice(["test", "cold", "day", "speed"]), default="test")
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def courses(settings: Settings, dataset: Path, kind: str, seed: int, as_json: bool) -> None:
    """Items ranked for people, beside baselines: ncf-ml-1m, mooccubex-courses.

    Kinds: held-out items, items that nobody had in training, a day's news, the time to answer.
    """
    from training.benchmark_courses import bench_courses

    with progress_bar(Console(stderr=True)) as progress:
        result = bench_courses(dataset, kind, settings, seed, progress)
    show_items(result, as_json)


@bench.command()
@click.argument("dataset", type=DATASET)
@click.option(
    "--kind",
    type=click.Choice(["test", "valid", "label", "speed", "clips"]),
    default="test",
)
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def images(settings: Settings, dataset: Path, kind: str, seed: int, as_json: bool) -> None:
    """Pictures by what they show: trashnet; clips: fight-surveillance.

    Kinds: test pictures, those that settings are chosen by, a label added later, the time taken.
    """
    from training.benchmark_images import bench_images

    with progress_bar(Console(stderr=True)) as progress:
        result = bench_images(dataset, kind, settings, seed, progress)
    show_items(result, as_json)


@bench.command()
@json_option
@click.pass_obj
def assistant(settings: Settings, as_json: bool) -> None:
    """The whole bot in service, on the held-out messages of every learner."""
    from training.assistant import score_assistant

    with progress_bar(Console(stderr=True)) as progress:
        figures = score_assistant(settings, progress)
    show_figures(figures, as_json)


@bench.command()
@click.argument("dataset", type=DATASET)
@click.option(
    "--kind",
    type=click.Choice(["growth", "intents", "noise", "endurance"]),
    default="growth",
    show_default=True,
    help="More of the same; new intents; wrong labels; many small nights.",
)
@click.option("--nights", type=click.IntRange(5), help="How many; by default as many as is usual.")
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def nights(
    settings: Settings, dataset: Path, kind: str, nights: int | None, seed: int, as_json: bool
) -> None:
    """A data set learnt night by night: banking77, clinc150 for new intents."""
    from training.benchmark_nights import bench_nights

    console = Console(stderr=True)
    with progress_bar(console) as progress:
        result = bench_nights(
            dataset,
            kind,
            settings,
            nights=nights,
            seed=seed,
            progress=progress,
            after=lambda night: console.print(line(night)),
        )
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    show_nights(result)


@bench.command()
@click.option(
    "--kind",
    type=click.Choice(["faults", "acknowledge", "soak"]),
    default="faults",
    show_default=True,
    help="Sends that fail and a service that is killed; 50 people at once; a long time.",
)
@click.option("--deliveries", type=click.IntRange(10), default=10_000, show_default=True)
@click.option("--kills", type=click.IntRange(0), default=3, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
@click.option("--seconds", type=click.IntRange(5), help="How long to load the service.")
@click.option("--seed", type=int, default=0, show_default=True)
@json_option
@click.pass_obj
def messenger(  # noqa: PLR0913, PLR0917 - each is an option
    settings: Settings,
    kind: str,
    deliveries: int,
    kills: int,
    workers: int,
    seconds: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """The service, on this machine only, against a fake of Messenger's platform."""
    from training.benchmark_load import bench_acknowledgement, bench_soak
    from training.benchmark_messenger import Faults, bench_faults

    with TemporaryDirectory() as folder, progress_bar(Console(stderr=True)) as progress:
        home = Path(folder)
        if kind == "acknowledge":
            figures = bench_acknowledgement(settings, home, seconds or 60, progress)
        elif kind == "soak":
            figures = bench_soak(home, seconds or 1800, progress)
        else:
            faults = Faults(deliveries, kills=kills, workers=workers, seed=seed)
            figures = bench_faults(home, faults, progress)
    show_figures(figures, as_json)
