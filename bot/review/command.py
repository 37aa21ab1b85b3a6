"""The command `nocturne review`."""

# ruff: noqa: PLC0415 - what is heavy is imported only when the command runs
from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.review.backlog import Backlog

NEW = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--plain", is_flag=True, help="Read and write lines: for pipes and screen readers.")
@click.option("--export", "target", type=NEW, help="Write what waits into FILE.jsonl or FILE.yml.")
@click.option("--import", "source", type=FILE, help="Take labels from FILE.jsonl or FILE.yml.")
@click.pass_obj
def review(settings: Settings, plain: bool, target: Path | None, source: Path | None) -> None:
    """Label the turns most worth a person's second; the next night learns from it."""

    def load(report: Callable[[str], None]) -> Backlog:
        from bot.app import App
        from bot.database import open_store
        from bot.review.backlog import Backlog

        return Backlog(App(settings, report), open_store(settings.database, settings.database_key))

    if target and source:
        raise click.UsageError("Give --export or --import, one at a time.")
    if source:
        _take(load(_to_stderr), source)
    elif target:
        _write(load(_to_stderr), target)
    elif plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _by_lines(load(_to_stderr))
    else:
        from bot.channels.endings import run
        from bot.channels.review import ReviewApp
        from bot.commands import log_to_file

        log_to_file(settings)
        raise SystemExit(run(ReviewApp(load)))


def _by_lines(backlog: Backlog) -> None:
    from bot.channels.review_plain import review_plain

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a pipe may bring anything
    review = backlog.review()
    review.update(backlog.parsed_again(_to_stderr))
    review_plain(review, sys.stdin, click.echo)


def _write(backlog: Backlog, file: Path) -> None:
    from bot.review.files import write_items

    items = backlog.parsed_again(_to_stderr)
    write_items(file, items, backlog.labels())
    click.echo(f"{len(items)} turns wait for review; they stand in {file}.")


def _take(backlog: Backlog, file: Path) -> None:
    from bot.review.files import take_labels

    taken = take_labels(file, backlog.reviews, backlog.labels(), backlog.items())
    click.echo(f"{taken.new} labels taken, {taken.known} known before, {taken.empty} left empty.")


def _to_stderr(words: str) -> None:
    click.echo(words, err=True)
