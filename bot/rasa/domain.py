"""A Rasa domain: intents, slots, forms, responses and actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import DataError
from bot.rasa.files import domain_files, mapping_in
from bot.types import OUT_OF_SCOPE

DEFAULT_INTENTS = (OUT_OF_SCOPE, "restart", "back", "session_start", "nlu_fallback")
"""Intents that Rasa has by itself; nobody declares them here."""
_LISTS = ("intents", "entities", "actions")
_TABLES = ("slots", "responses", "forms", "session_config", "config")


@dataclass(frozen=True, slots=True)
class Domain:
    """What `domain.yml` says."""

    data: Mapping[str, Any]
    """All of it, as actions get it."""

    @property
    def intents(self) -> tuple[str, ...]:
        """Intents that are the project's own."""
        names = map(name_of, self.data["intents"])
        return tuple(name for name in names if name not in DEFAULT_INTENTS)

    @property
    def actions(self) -> frozenset[str]:
        """Custom actions."""
        return frozenset(map(name_of, self.data["actions"]))

    @property
    def responses(self) -> Mapping[str, Any]:
        """Name to variations."""
        found: Mapping[str, Any] = self.data["responses"]
        return found

    @property
    def slots(self) -> Mapping[str, Mapping[str, Any]]:
        """Name to type, mappings and so on."""
        found: Mapping[str, Mapping[str, Any]] = self.data["slots"]
        return found

    @property
    def forms(self) -> Mapping[str, Any]:
        """Forms by name."""
        found: Mapping[str, Any] = self.data["forms"]
        return found

    def required(self, form: str) -> tuple[str, ...]:
        """Slots that a form asks for, in order."""
        return tuple((self.forms[form] or {}).get("required_slots") or ())

    def ignores(self, form: str, intent: str | None) -> bool:
        """Whether a message of an intent fills none of a form's slots."""
        return intent in ((self.forms[form] or {}).get("ignored_intents") or ())

    def initial(self) -> dict[str, Any]:
        """Give all slots as they are before anything is said."""
        return {name: (slot or {}).get("initial_value") for name, slot in self.slots.items()}

    def counts(self, slot: str) -> bool:
        """Whether rules and stories go by a slot."""
        about = self.slots.get(slot) or {}
        return about.get("type") != "any" and bool(about.get("influence_conversation", True))

    def feature(self, slot: str, value: Any) -> Any:
        """Give what rules and stories tell apart of a slot's value: of texts, whether it is set."""
        kind = (self.slots.get(slot) or {}).get("type")
        if value is None or kind in ("bool", "categorical", "float"):
            return value.lower() if isinstance(value, str) else value
        return bool(value) if kind == "list" else True


def read_domain(folder: Path) -> Domain:
    """Read the domain of a project, in one file or several."""
    data: dict[str, Any] = {**{key: [] for key in _LISTS}, **{key: {} for key in _TABLES}}
    for file in domain_files(folder):
        found = mapping_in(file)
        for key in _LISTS:
            data[key] += _checked(file, found, key, list)
        for key in _TABLES:
            data[key] |= _checked(file, found, key, dict)
    return Domain(data)


def name_of(item: Any) -> str:
    """Give the name of an item that is a name, or a name with something about it."""
    return str(next(iter(item))) if isinstance(item, dict) else str(item)


def _checked(file: Path, found: Mapping[str, Any], key: str, kind: type) -> Any:
    value = found.get(key) or kind()
    if not isinstance(value, kind):
        raise DataError(f"{file}: '{key}' should be a {kind.__name__}, not {value!r}. Correct it.")
    return value
