"""The command `test`: plays written dialogues to the bot, and says what differed."""

# ruff: noqa: PLC0415 - it imports the bot when it is run, so that other commands stay quick
from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.config import Settings
from bot.errors import DataError

if TYPE_CHECKING:
    from bot.dialogues.dialogue import Dialogue
    from bot.dialogues.telling import Result
    from bot.manager import DialogueManager


class FileError(click.ClickException):
    """A file that cannot be read; it ends the command with a status of its own."""

    exit_code = 2


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "with_json", is_flag=True, help="Print figures and failures as JSON.")
@click.pass_obj
def test(settings: Settings, files: tuple[Path, ...], with_json: bool) -> None:
    """Play the dialogues in FILES, or below folders, and print what differed.

    The status is 0 if all went as written, 1 if not, 2 if a file cannot be read.
    """
    from bot.dialogues.reading import read_all
    from bot.dialogues.telling import as_json, difference_lines, summary

    try:
        dialogues = read_all(files)
    except DataError as error:
        raise FileError(str(error)) from error
    results = _results(settings, dialogues)
    if with_json:
        click.echo(json.dumps(as_json(results), ensure_ascii=False, indent=2, default=str))
    else:
        for line in (line for result in results for line in difference_lines(result)):
            click.echo(line)
        click.echo("\n".join(summary(results)))
    if not all(result.is_right for result in results):
        raise SystemExit(1)


def _results(settings: Settings, dialogues: Sequence[tuple[Path, Dialogue]]) -> list[Result]:
    from bot.app import App

    with App(settings).trial() as bot:
        played = _played(bot, dialogues)
        if not sys.stderr.isatty():
            return list(played)
        with click.progressbar(played, length=len(dialogues), file=sys.stderr) as shown:
            return list(shown)


def _played(bot: DialogueManager, dialogues: Sequence[tuple[Path, Dialogue]]) -> Iterator[Result]:
    """Play each dialogue as somebody else."""
    from bot.dialogues.playing import introducing, played
    from bot.dialogues.telling import Result

    for number, (file, dialogue) in enumerate(dialogues, 1):
        turns = played(bot.handle, dialogue, f"dialogue-{number}", introducing(bot))
        yield Result(file, dialogue, tuple(turns))
