"""A saved model: a folder with the learner's own files and a `version.json` that describes them."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from bot.errors import ModelError

FORMAT = 1
"""Goes up when an older Nocturne could not read what a newer one writes."""
DESCRIPTION = "version.json"


@dataclass(frozen=True, slots=True)
class Version:
    """One model of a learner, where it is, and what is known of its making."""

    learner: str
    name: str
    path: Path
    parent: str | None = None
    """The version that was in service when this one was made."""
    created: str = ""
    """When, in UTC, as ISO 8601 has it."""
    nocturne: str = ""
    """The Nocturne that made it."""
    info: Mapping[str, Any] = field(default_factory=dict)
    """What its maker noted: seed, metrics, fingerprint of the data and the like."""
    checksums: Mapping[str, str] = field(default_factory=dict)
    """File name to SHA-256."""
    problem: str | None = None
    """Why the description cannot be used; `check` raises it."""


def describe(version: Version) -> None:
    """Write the description of a version into its folder, and see the folder onto the disk."""
    files = [file for file in sorted(version.path.rglob("*")) if file.is_file()]
    names = [file.relative_to(version.path).as_posix() for file in files]
    description = {
        "format": FORMAT,
        "learner": version.learner,
        "parent": version.parent,
        "created": version.created,
        "nocturne": installed_version(),
        "info": dict(version.info),
        "checksums": {name: _checksum(file) for name, file in zip(names, files, strict=True)},
    }
    text = json.dumps(description, indent=2, ensure_ascii=False, default=str)
    (version.path / DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    rights = stat.S_IMODE((version.path / DESCRIPTION).stat().st_mode)
    for file in files:
        file.chmod(rights)  # safetensors lets none but the owner read what it writes
    for path in (*version.path.rglob("*"), version.path):
        flush(path)


def version_in(path: Path) -> Version:
    """Read what a version's folder says of itself; what is wrong with that stands in `problem`."""
    unread = Version(learner=path.parent.name, name=path.name, path=path)
    try:
        description = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
        if description["format"] > FORMAT:
            newer = f"was made by a newer Nocturne ({description.get('nocturne')}): upgrade yours"
            return replace(unread, problem=newer)
        return replace(
            unread,
            parent=description["parent"],
            created=str(description["created"]),
            nocturne=str(description["nocturne"]),
            info=dict(description["info"]),
            checksums=dict(description["checksums"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        return replace(unread, problem=f"is damaged ({DESCRIPTION} cannot be read: {error})")


def check(version: Version) -> None:
    """Raise ModelError unless every file of the version is as it was saved."""
    try:
        problem = version.problem or next(_damages(version), None)
    except OSError as error:
        problem = f"cannot be read ({error})"
    if problem:
        raise unusable(version, problem)


def unusable(version: Version, problem: str) -> ModelError:
    """Make the error of a version that cannot serve: what is wrong, and what to do."""
    remedy = f"`nocturne fit {version.learner}`"
    if len(list(version.path.parent.glob("v*"))) > 1:
        remedy = f"`nocturne rollback {version.learner}` or {remedy}"
    return ModelError(f"Version {version.name} of '{version.learner}' {problem}. Run {remedy}.")


def flush(path: Path) -> None:
    """See a file, or the names in a folder, safely onto the disk, so that a power cut spares it."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def installed_version() -> str:
    """Give the version of Nocturne that is installed; empty where it runs from bare source."""
    try:
        return metadata.version("nocturne")
    except metadata.PackageNotFoundError:
        return ""


def _damages(version: Version) -> Iterator[str]:
    for name, checksum in version.checksums.items():
        file = version.path / name
        if not file.is_file():
            yield f"is damaged ({name} is missing)"
        elif _checksum(file) != checksum:
            yield f"is damaged ({name} is not as it was saved)"


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
