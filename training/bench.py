"""The command `nocturne bench`: published data sets, and the whole assistant, are scored."""

# ruff: noqa: PLC0415 - torch is imported when a benchmark runs, so that `--help` stays quick
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from bot.config import Settings
from training.progress import progress_bar

if TYPE_CHECKING:
    from training.benchmark import Benchmark
    from training.benchmark_nights import NightsBenchmark
    from training.simulation import NightResult

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
    _show(result, as_json)


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
    _show(result, as_json)


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
    _show_items(result, as_json)


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
    _show_items(result, as_json)


@bench.command()
@json_option
@click.pass_obj
def assistant(settings: Settings, as_json: bool) -> None:
    """The whole bot in service, on the held-out messages of every learner."""
    from training.assistant import score_assistant

    with progress_bar(Console(stderr=True)) as progress:
        figures = score_assistant(settings, progress)
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name:<28}{value:.4g}")


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
            after=lambda night: console.print(_line(night)),
        )
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    _show_nights(result)


def _line(night: NightResult) -> str:
    return f"Night {night.night}: {night.accuracy:.2%}, {night.outcome}. {' '.join(night.reasons)}"


def _show_nights(result: NightsBenchmark) -> None:
    table = Table(title=f"{result.name}: {result.kind}, seed {result.seed}")
    for column in ("night", "examples", "wrong", "accuracy", "outcome", "seconds"):
        table.add_column(column, justify="right")
    for each in result.nights:
        texts = (f"{each.wrong:.0%}", f"{each.accuracy:.2%}", each.outcome, f"{each.seconds:.0f}")
        table.add_row(str(each.night), str(each.examples), *texts)
    Console(width=None if Console().is_terminal else 160).print(table)
    for name, value in result.figures.items():
        click.echo(f"{name:<28}{value:.4g}")


def _show(result: Benchmark, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    table = Table(title=f"{result.name}, mean of {len(result.seeds)} seeds")
    names = [name for name in result.figures if _is_shown(name, result.figures)]
    for column in ("", "Nocturne", *result.references):
        table.add_column(column, justify="right" if column else "left")
    for name in names:
        others = (_percent(reference, name) for reference in result.references.values())
        table.add_row(name, _percent(result.figures, name), *others)
    console = Console(width=None if Console().is_terminal else 160)
    console.print(table)
    console.print(f"A fit took {result.seconds:.0f} s, {result.megabytes:.0f} MB at most.")


def _show_items(result: Benchmark, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    table = Table("", *result.figures, title=f"{result.name}, seed {result.seeds[0]}")
    for name, figures in {"Nocturne": result.figures, **result.references}.items():
        cells = (f"{figures[each]:.4g}" if each in figures else "" for each in result.figures)
        table.add_row(name, *cells)
    console = Console(width=None if Console().is_terminal else 160)
    console.print(table)
    console.print(
        f"A fit took {result.seconds:.0f} s; the process had {result.megabytes:.0f} MB at most "
        "until its end."
    )


def _is_shown(name: str, figures: Mapping[str, float]) -> bool:
    """Leave out counts, and what is said of utterances out of scope where there are none."""
    is_empty = name.startswith("out_of_scope") and not figures.get("n_out_of_scope")
    return not name.startswith("n") and not is_empty


def _percent(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.2%}" if name in figures else ""
