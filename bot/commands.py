"""Commands of the bot: chat, skills, parse, versions, promote, rollback, doctor."""

# ruff: noqa: PLC0415 - each command imports only what it needs, so that the others stay quick
from __future__ import annotations

import io
import json
import logging
import os
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.config import Settings
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.channels import Bot, Load


@click.command()
@click.option("--plain", is_flag=True, help="Read and write lines: for pipes and screen readers.")
@click.option("--sender", help="Whose conversation to go on with. [default: a new one]")
@click.pass_obj
def chat(settings: Settings, plain: bool, sender: str | None) -> None:
    """Talk to the bot in the terminal."""
    sender_id = sender or f"terminal-{uuid.uuid4().hex[:8]}"
    load = loader(settings)
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from bot.channels.plain import chat_plain

        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # a pipe may bring anything
        chat_plain(load, sender_id, sys.stdin, click.echo)
        return
    from bot.channels.endings import run
    from bot.channels.notices import Notices
    from bot.channels.terminal import ChatApp

    log_to_file(settings)
    window = ChatApp(load, sender_id)
    logging.getLogger("bot").addHandler(Notices(window.warn))
    raise SystemExit(run(window))


def loader(settings: Settings) -> Load:
    """Give what makes the bot that a channel serves."""

    def load(report: Callable[[str], None]) -> Bot:
        from threadpoolctl import threadpool_limits

        from bot.app import App

        bot = App(settings, report).manager
        threadpool_limits(1, "blas")  # beside the encoder's threads, more only wait for each other
        return bot

    return load


def log_to_file(settings: Settings) -> None:
    """Keep the screen for the chat."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        file = logging.FileHandler(settings.home / "nocturne.log", encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"Nothing can be written to {settings.home}: {error}. Check its rights, "
            "or name another one: `nocturne --home DIR chat`."
        ) from error
    logging.basicConfig(
        handlers=[file],
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        level=logging.WARNING,
        force=True,
    )


@click.command()
@click.option("--collisions", is_flag=True, help="List the utterances that two skills share.")
@click.pass_obj
def skills(settings: Settings, collisions: bool) -> None:
    """List the skills found: ready, untrained or broken, and why."""
    from bot.models import ModelRegistry
    from bot.registry import SkillRegistry

    registry = SkillRegistry(settings, ModelRegistry(settings.models))
    registry.load()
    if collisions:
        from bot.collisions import near, report
        from bot.encoder import Encoder

        encoder = Encoder.load(settings.encoder, None, settings.device, settings.precision)
        found = near(registry.utterances(), registry.owners, encoder.encode)
        click.echo("\n".join(report(found)) or "No two skills share an utterance.")
        return
    for status in registry.statuses():
        click.echo(
            f"{status.name:<16}{status.state:<11}{status.detail or ', '.join(status.intents)}"
        )


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print Rasa's shape of a parse.")
@click.pass_obj
def parse(settings: Settings, text: str, as_json: bool) -> None:
    """Show what is understood of TEXT."""
    from bot.app import App
    from bot.events import user_event
    from bot.types import Message

    turn = App(settings).interpreter.understand(Message("parse", text))
    if as_json:
        click.echo(json.dumps(user_event(turn)["parse_data"], ensure_ascii=False, indent=2))
        return
    for intent in turn.ranking[:5]:
        click.echo(f"{intent.confidence:6.1%}  {intent.name}")
    for entity in turn.entities:
        click.echo(f"        {entity.type} = {entity.value}  [{entity.start}:{entity.end}]")


@click.command()
@click.argument("learner", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print all that is known of each version.")
@click.pass_obj
def versions(settings: Settings, learner: str | None, as_json: bool) -> None:
    """List the versions of each model; the one in service is marked."""
    from bot.models import ModelRegistry

    registry = ModelRegistry(settings.models)
    for name in [learner] if learner else registry.learners():
        current = registry.current(name)
        for version in registry.versions(name):
            if as_json:
                click.echo(json.dumps(asdict(version), default=str))
                continue
            mark = "*" if current and version.name == current.name else " "
            metrics = version.info.get("metrics") or {}
            figures = "  ".join(f"{key} {value:.4g}" for key, value in metrics.items())
            click.echo(f"{mark} {name:<14}{version.name}  {version.created}  {figures}")


@click.command()
@click.argument("learner")
@click.argument("version")
@click.pass_obj
def promote(settings: Settings, learner: str, version: str) -> None:
    """Put a version into service; running bots take it at their next turn."""
    from bot.models import ModelRegistry

    ModelRegistry(settings.models).promote(learner, version)
    click.echo(f"{learner}: {version} is in service.")


@click.command()
@click.argument("learner")
@click.pass_obj
def rollback(settings: Settings, learner: str) -> None:
    """Put the version back into service that was there before."""
    from bot.models import ModelRegistry

    version = ModelRegistry(settings.models).roll_back(learner)
    click.echo(f"{learner}: {version.name} is in service again.")


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Say what is installed, which device is used, which models there are, and what is missing."""
    from bot.doctor import examine

    findings = list(examine(settings, os.environ))
    for finding in findings:
        click.echo(f"{'ok ' if finding.well else 'NO '} {finding.what:<18}{finding.detail}")
    if not all(finding.well for finding in findings):
        raise SystemExit(1)
