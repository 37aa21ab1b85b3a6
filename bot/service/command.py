"""The command `nocturne serve`."""

# ruff: noqa: PLC0415 - the server is imported when it runs, so that `--help` stays quick
from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.database import Store
    from bot.manager import DialogueManager


@click.command()
@click.option("--host", help="The address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: 5005]")
@click.option("--workers", type=click.IntRange(1), help="Processes. [default: 1]")
@click.option("--verbose", is_flag=True, help="Log all that happens, the words of users too.")
@click.pass_obj
def serve(
    settings: Settings, host: str | None, port: int | None, workers: int | None, verbose: bool
) -> None:
    """Serve the bot by HTTP: a web page, Rasa's REST channel, and Messenger."""
    from bot.channels.server import Plan, serve
    from bot.service.options import check_exposure, credentials_from, options_from

    given = {"host": host, "port": port, "workers": workers}
    chosen = {name: value for name, value in given.items() if value}
    options = options_from({**settings.serve, **chosen})
    credentials = credentials_from(os.environ)
    check_exposure(options, credentials)
    level = logging.DEBUG if verbose else logging.INFO
    serve(Plan(settings, options, credentials, load_bot, level))


def load_bot(settings: Settings, store: Store) -> DialogueManager:
    """Make the bot on a database that is open already."""
    import gc

    from bot.app import App
    from bot.computing import compute_in_one_thread
    from bot.types import Message

    compute_in_one_thread()
    app = App(settings, logging.getLogger(__name__).info)
    bot = app.manager_on(store)
    with app.trial() as trial:
        for title in trial.abilities().values():  # what is slow the first time only
            trial.handle(Message("", title))
    gc.collect()
    gc.freeze()  # or everything would stop for half a second to look through what stays anyway
    return bot
