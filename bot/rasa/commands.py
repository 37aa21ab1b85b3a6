"""Commands for people who come from Rasa: actions, test-stories."""

# ruff: noqa: PLC0415 - each command imports only what it needs, so that the others stay quick
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.config import Settings


@click.command("test-stories")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--understand", is_flag=True, help="Understand the texts, too, as the bot does.")
@click.pass_obj
def test_stories(settings: Settings, folder: Path, understand: bool) -> None:
    """Play the test stories of the Rasa project in FOLDER; no action is run."""
    from bot.app import App
    from bot.events import user_event
    from bot.rasa.evaluation import played, summary
    from bot.rasa.files import TESTS, yaml_files
    from bot.rasa.skill import read_rules
    from bot.rasa.stories import read_stories
    from bot.types import Message

    def parsed(text: str) -> Mapping[str, Any]:
        turn = app.interpreter.understand(Message("test", text.strip()))
        return dict(user_event(turn)["parse_data"])

    app, stories = App(settings), read_stories(yaml_files(folder / TESTS))
    found = played(stories, read_rules(folder), parsed if understand else None)
    for line in summary(found):
        click.echo(line)
    if not found or not all(each.is_right for each in found):
        raise SystemExit(1)


@click.command()
@click.option("--port", default=5055, show_default=True, help="Where Rasa finds them.")
@click.pass_obj
def actions(settings: Settings, port: int) -> None:
    """Serve every skill as a Rasa custom action, action_NAME, to this machine only."""
    from bot.actions import LOOPBACK, serve_actions
    from bot.app import App

    app = App(settings, lambda text: click.echo(text, err=True))
    bot = app.manager
    names = ", ".join(f"action_{name}" for name in bot.skills())
    click.echo(f"Serving {names} on http://{LOOPBACK}:{port}/webhook", err=True)
    serve_actions(bot, app.skills.owners, port)
