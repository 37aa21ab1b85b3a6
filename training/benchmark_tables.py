"""What benchmarks print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from training.benchmark import Benchmark
    from training.benchmark_nights import NightsBenchmark
    from training.simulation import NightResult


def line(night: NightResult) -> str:
    """Write a night as one line."""
    return f"Night {night.night}: {night.accuracy:.2%}, {night.outcome}. {' '.join(night.reasons)}"


def show_nights(result: NightsBenchmark) -> None:
    """Print the nights of a benchmark, then its figures."""
    table = Table(title=f"{result.name}: {result.kind}, seed {result.seed}")
    for column in ("night", "examples", "wrong", "accuracy", "outcome", "seconds"):
        table.add_column(column, justify="right")
    for each in result.nights:
        texts = (f"{each.wrong:.0%}", f"{each.accuracy:.2%}", each.outcome, f"{each.seconds:.0f}")
        table.add_row(str(each.night), str(each.examples), *texts)
    Console(width=None if Console().is_terminal else 160).print(table)
    for name, value in result.figures.items():
        click.echo(f"{name:<36}{value:.4g}")


def show(result: Benchmark, as_json: bool) -> None:
    """Print what came of texts, in percent."""
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


def show_items(result: Benchmark, as_json: bool) -> None:
    """Print what came of items or pictures, each figure as it is."""
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


def show_figures(figures: Mapping[str, float], as_json: bool) -> None:
    """Print figures, one a line."""
    if as_json:
        click.echo(json.dumps(dict(figures)))
        return
    for name, value in figures.items():
        click.echo(f"{name:<28}{value:.4g}")


def _is_shown(name: str, figures: Mapping[str, float]) -> bool:
    """Leave out counts, and what is said of utterances out of scope where there are none."""
    is_empty = name.startswith("out_of_scope") and not figures.get("n_out_of_scope")
    return not name.startswith("n") and not is_empty


def _percent(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.2%}" if name in figures else ""
