"""The command `nocturne`: a group whose commands load only what they need."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path

import click

from bot.config import read_settings
from bot.errors import BotError

COMMANDS = "nocturne.commands"
"""The entry points whose names are commands; `training` adds its own by it."""
INTERRUPTED = 128 + signal.SIGINT
"""The exit status of a process that Ctrl-C ended, as shells count it."""


class Commands(click.Group):
    """Finds commands by entry point, so that `bot` need not import who provides them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name all commands."""
        return sorted(point.name for point in _points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command; a package whose command cannot be imported stops no other."""
        found = next((point for point in _points() if point.name == cmd_name), None)
        try:
            return found.load() if found else None
        except (ImportError, AttributeError) as error:
            logging.getLogger(__name__).warning("Command '%s' is broken: %s", cmd_name, error)
            return None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error that is fit for a person is shown as its text."""
        try:
            return super().invoke(ctx)
        except BotError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo(err=True)  # away from the ^C that the terminal shows
            ctx.exit(INTERRUPTED)


def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=COMMANDS))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where models and database live. [default: .nocturne here]",
)
@click.version_option(version("nocturne"), prog_name="nocturne")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """A chat-bot whose skills learn at night.

    Settings come from nocturne.toml in this folder and from NOCTURNE_… variables.
    """
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    try:
        settings = read_settings(Path.cwd(), os.environ)
    except BotError as error:
        raise click.ClickException(str(error)) from error
    ctx.obj = replace(settings, home=home) if home else settings


if __name__ == "__main__":
    main()
