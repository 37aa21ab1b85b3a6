"""Commands for conversations that a person takes over: handovers, resume."""

# ruff: noqa: PLC0415 - each command imports only what it needs, so that `--help` stays quick
from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.handovers import Handovers


@click.command()
@click.pass_obj
def handovers(settings: Settings) -> None:
    """List the conversations that wait for a person, each with a summary."""
    from bot.handovers import summary

    with _handovers(settings) as found:
        texts = [summary(*each) for each in found.waiting()]
    click.echo("\n\n".join(texts) if texts else "Nobody waits for a person.")


@click.command()
@click.argument("sender")
@click.pass_obj
def resume(settings: Settings, sender: str) -> None:
    """Give the conversation of SENDER, an id or a pseudonym, back to the bot."""
    with _handovers(settings) as found:
        found.resume(sender)
    click.echo(f"The bot answers '{sender}' again.")


@contextmanager
def _handovers(settings: Settings) -> Iterator[Handovers]:
    from bot.database import open_store
    from bot.handovers import Handovers
    from bot.tracker import TrackerStore

    with closing(open_store(settings.database, settings.database_key)) as store:
        yield Handovers(TrackerStore(store))
