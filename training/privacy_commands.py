"""Commands for what is kept of people: `export-data`, `forget`, `encrypt`."""

# ruff: noqa: PLC0415 - each imports only what it needs, so that `--help` stays quick
from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.config import Settings
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.privacy import People
    from bot.versions import Version


@click.command("export-data")
@click.argument("sender")
@click.pass_obj
def export_data(settings: Settings, sender: str) -> None:
    """Print all that is kept of SENDER, as JSON; pictures in base64."""
    with _people(settings) as people:
        kept = people.kept_of(sender)
        about = {
            "sender_id": sender,
            "pseudonym": people.pseudonyms.of(sender),
            "exported": datetime.now(UTC).isoformat(timespec="seconds"),
            "tables": kept.rows,
            "pictures": {file.name: _base64(file.read_bytes()) for file in kept.pictures},
        }
    click.echo(json.dumps(about, ensure_ascii=False, indent=2, default=_base64))
    if not kept.counts:
        click.echo(f"Nothing is kept of '{sender}'.", err=True)


@click.command()
@click.argument("sender")
@click.pass_obj
def forget(settings: Settings, sender: str) -> None:
    """Delete all that is kept of SENDER, beyond recovery; name what models have learnt of it."""
    from training.night import alone
    from training.traces import forget_traces, versions_of

    with alone(settings.home), _people(settings) as people:  # a night has what it learns in memory
        kept = people.kept_of(sender)
        learnt = versions_of(settings, kept.inputs)
        for learner in dict.fromkeys(version.learner for version in learnt):
            click.echo(_learnt(learner, [each for each in learnt if each.learner == learner]))
        for folder in forget_traces(settings.home, kept.inputs, kept.learners):
            click.echo(f"Deleted {folder}, which held something of it.")
        counts = people.forget(sender).counts
    found = ", ".join(f"{n} {kind}" for kind, n in counts.items())
    click.echo(f"Deleted of '{sender}': {found}." if found else f"Nothing is kept of '{sender}'.")


@click.command()
@click.pass_obj
def encrypt(settings: Settings) -> None:
    """Encrypt the database, which nobody may use meanwhile, with NOCTURNE_DATABASE_KEY."""
    from bot.database import open_store
    from bot.encryption import KEY, encrypt, is_plain
    from training.night import alone

    if not settings.database_key:
        raise SettingsError(f"There is no key. Put one into the environment: {KEY}.")
    with alone(settings.home):
        if is_plain(settings.database):
            encrypt(settings.database, settings.database_key)
        with closing(open_store(settings.database, settings.database_key)) as store:
            store.back_up()
    click.echo(f"{settings.database} and its backup are encrypted. Without the key they are lost.")


@contextmanager
def _people(settings: Settings) -> Iterator[People]:
    from bot.database import open_store
    from bot.picture_store import PictureStore
    from bot.privacy import People

    with closing(open_store(settings.database, settings.database_key)) as store:
        yield People(store, PictureStore(settings.pictures, settings.picture_days))


def _learnt(learner: str, versions: list[Version]) -> str:
    names = ", ".join(version.name for version in versions)
    return (
        f"What {learner} has learnt of it stays in {names}. `nocturne nightly {learner} --full` "
        f"makes a version without it; then remove those folders in {versions[0].path.parent}."
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
