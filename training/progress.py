"""Progress: how long work tells a person what is being done, the time left and the metric."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress(Protocol):
    """Shows how far long work has come."""

    def __call__(self, task: str, done: int, total: int, metric: str = "") -> None:
        """Take what is being done, the steps done of the total, and the metric so far."""


def silent(task: str, done: int, total: int, metric: str = "") -> None:
    """Show nothing."""


@contextmanager
def progress_bar(console: Console) -> Iterator[Progress]:
    """Show a bar per task on a terminal; elsewhere one plain line when a task ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),  # the metric has to fit beside it in 80 columns
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[metric]}"),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        ids = {}

        def show(task: str, done: int, total: int, metric: str = "") -> None:
            if task not in ids:
                ids[task] = bar.add_task(task, total=total, metric="")
            bar.update(ids[task], completed=done, total=total, metric=metric)
            if done >= total and not console.is_terminal:
                console.print(f"{task}: {total} steps. {metric}".rstrip())

        yield show
