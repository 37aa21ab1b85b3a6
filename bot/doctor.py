"""What is installed, which device is used, which models there are, what is missing."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from bot.config import Settings
from bot.database import open_store
from bot.errors import BotError
from bot.models import ModelRegistry
from bot.registry import SkillRegistry
from bot.service.checks import state_of, weaknesses
from bot.service.options import check_exposure, credentials_from, options_from

PACKAGES = (
    "torch",
    "transformers",
    "peft",
    "pillow",
    "prometheus-client",
    "rasa-sdk",
    "sanic",
    "sqlite-utils",
    "textual",
    "tokenizers",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; where it isn't well, the detail says what to do."""

    what: str
    well: bool
    detail: str


def examine(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything the bot needs, the quick things first."""
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version())
    yield from (_package(name) for name in PACKAGES)
    yield Finding("home", True, str(settings.home.resolve()))
    yield _database(settings)
    yield from _device(settings)
    yield from _models(settings)
    yield from _service(settings, environ)
    offline = environ.get("HF_HUB_OFFLINE") == "1"
    yield Finding("model hub", True, "not asked" if offline else "asked only for hub names")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, f"missing: run `pip install {name}`")


def _database(settings: Settings) -> Finding:
    file = settings.database
    if not file.exists():
        return Finding("database", True, f"{file} will be made at the first chat")
    try:
        store = open_store(file, settings.database_key)
        with store.transaction() as db:
            turns = db.table("events").count_where("type = 'user'")
        store.close()
    except BotError as error:
        return Finding("database", False, str(error))
    how = ", encrypted" if settings.database_key else ""
    return Finding("database", True, f"{file}: {turns} messages{how}")


def _device(settings: Settings) -> Iterator[Finding]:
    if importlib.util.find_spec("torch") is None:
        return
    from bot.encoder import Encoder, choose_device  # noqa: PLC0415 - needs torch to be there

    device = choose_device(settings.device)
    yield Finding("device", True, device)
    try:
        encoder = Encoder.load(settings.encoder, device=device, precision=settings.precision)
    except BotError as error:
        yield Finding("encoder", False, str(error))
        return
    yield Finding("encoder", True, f"{settings.encoder}: {encoder.dim} dimensions")


def _models(settings: Settings) -> Iterator[Finding]:
    models = ModelRegistry(settings.models)
    try:
        current = models.current("intent")
        registry = SkillRegistry(settings, models)
    except BotError as error:
        yield Finding("skills", False, str(error))
        return
    missing = "untrained, understands by likeness to the examples: run `nocturne fit intent`"
    yield Finding("intent", current is not None, current.name if current else missing)
    registry.load()
    for status in registry.statuses():
        detail = status.detail or ", ".join(status.intents)
        yield Finding(f"skill {status.name}", status.state == "ready", detail)


def _service(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        options, credentials = options_from(settings.serve), credentials_from(environ)
        check_exposure(options, credentials)
    except BotError as error:
        yield Finding("service", False, str(error))
        return
    where = f"{options.host}, port {options.port}"
    yield Finding("service", True, f"{where}: {state_of(options)}")
    yield from (Finding(name, False, detail) for name, detail in weaknesses(options, credentials))
    page = "a page is set up" if credentials.has_messenger else "no page: its secrets are not set"
    yield Finding("messenger", True, page)
