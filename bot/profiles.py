"""What profiles usually hold, and how they are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME, LEVEL, LANGUAGE, INTERESTS = "name", "level", "language", "interests"
"""The usual keys: three texts, the language by its English name, and a list of texts."""


def described(profile: Mapping[str, Any]) -> dict[str, str]:
    """Put what is known into words, by titles: of lists the items, of mappings the values."""
    return {_title(key): in_words(value) for key, value in profile.items()}


def in_words(value: Any) -> str:
    """Put one value of a profile into words."""
    if isinstance(value, Mapping):
        value = list(value.values())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _title(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]
