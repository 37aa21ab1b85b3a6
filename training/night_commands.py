"""The command `nightly`."""

# ruff: noqa: PLC0415 - it imports only what it needs, so that `--help` stays quick
from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console

from bot.config import Settings
from bot.errors import BotError
from training.option_commands import device_option

if TYPE_CHECKING:
    from training.record import Record

FAILED = 1
LATE = 3
BUSY = 75
"""As sysexits.h has it: try again later."""
LOUD = 3
"""Rejected nights in a row that are said loudly."""


@click.command()
@click.argument("learner", nargs=-1)
@click.option(
    "--minutes", type=float, help="Stop after so long; the next night goes on from there."
)
@click.option("--full", is_flag=True, help="Learn everything anew from the base weights.")
@click.option("--dry-run", is_flag=True, help="Say what would be learnt, and change nothing.")
@device_option
@click.pass_obj
def nightly(
    settings: Settings,
    learner: tuple[str, ...],
    minutes: float | None,
    full: bool,
    dry_run: bool,
    device: str | None,
) -> None:
    """Learn what the day brought, and put into service what is better.

    LEARNER is `intent` or a skill; without one, all learn. A JSON object for each goes to standard
    output. Exit code 0: done; 1: a learner failed; 3: out of time; 75: another night is at work.
    """
    from dataclasses import replace
    from functools import partial

    from training.launch import together
    from training.night import BusyError
    from training.nightly import run_night
    from training.progress import progress_bar

    settings = replace(settings, device=device) if device else settings
    records = []
    try:
        with together(settings.device), progress_bar(Console(stderr=True)) as progress:
            if dry_run:
                raise SystemExit(_preview(settings, learner))
            for record in run_night(
                settings,
                learner,
                minutes=minutes,
                full=full,
                progress=progress,
                report=partial(_report, settings),
            ):
                click.echo(json.dumps(asdict(record), ensure_ascii=False))
                records.append(record)
    except BusyError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(BUSY) from error
    _warn(settings, records)
    outcomes = {record.outcome for record in records}
    raise SystemExit(FAILED if "failed" in outcomes else LATE if "postponed" in outcomes else 0)


def _preview(settings: Settings, names: tuple[str, ...]) -> int:
    """Say what each learner would learn; gives the exit code."""
    from training.night import NightError
    from training.preview import previews, shown

    code = 0
    for name, tonight in previews(settings, names):
        if isinstance(tonight, NightError):
            click.echo(f"FAILED {name}: {tonight}", err=True)
            code = FAILED
        else:
            click.echo(f"{name}: " + "\n".join(shown(tonight)))
    return code


def _report(settings: Settings, night: str) -> None:
    """Write the page of the night; that it cannot be written costs nothing else."""
    from training.report import reported

    try:
        click.echo(f"Report: {reported(settings, night)}", err=True)
    except (BotError, OSError) as error:
        click.echo(f"There is no report: {error}", err=True)


def _warn(settings: Settings, records: list[Record]) -> None:
    """Say loudly what a person should look at."""
    from training.night import RECORDS
    from training.record import read_records
    from training.summaries import rejected_in_a_row

    all_records = read_records(settings.home / RECORDS)
    for record in records:
        if record.outcome == "failed":
            click.echo(f"FAILED {record.learner}: {record.reasons[0]}", err=True)
        own = [each for each in all_records if each.learner == record.learner]
        count = rejected_in_a_row(own)
        if record.outcome == "rejected" and count >= LOUD:
            click.echo(
                f"ATTENTION {record.learner}: {count} nights in a row were rejected. "
                f"{record.reasons[0]} Look at the report, and run `nocturne review`.",
                err=True,
            )
