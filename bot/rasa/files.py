"""The YAML files of a Rasa project, by what they hold rather than by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import DataError

DOMAIN = "domain.yml"
DATA, TESTS = "data", "tests"


def is_project(folder: Path) -> bool:
    """Whether a folder holds a Rasa project."""
    return (folder / DOMAIN).is_file() or (folder / "domain").is_dir()


def domain_files(folder: Path) -> list[Path]:
    """List the files that make up the domain."""
    single = folder / DOMAIN
    return [single] if single.is_file() else yaml_files(folder / "domain")


def yaml_files(folder: Path) -> list[Path]:
    """List the YAML files below a folder, in order."""
    return sorted(file for ending in ("yml", "yaml") for file in folder.rglob(f"*.{ending}"))


def mapping_in(file: Path) -> Mapping[str, Any]:
    """Read a file whose document is a mapping; YAML 1.2 has it that `yes` is a text."""
    try:
        found = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{file} is not valid YAML: {error}. Correct it.") from error
    if not isinstance(found or {}, dict):
        raise DataError(f"{file} should hold keys such as 'version' and 'stories'. Correct it.")
    return found or {}


def items_in(files: list[Path], key: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Give all items under a key of files, each with its file."""
    for file in files:
        items = mapping_in(file).get(key) or []
        if not isinstance(items, list):
            raise DataError(f"{file}: '{key}' should be a list. Begin each of its items with '- '.")
        for item in items:
            if not isinstance(item, dict):
                raise DataError(f"{file}: an item of '{key}' should be a mapping, not {item!r}.")
            yield file, item
