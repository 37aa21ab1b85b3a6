"""What is noted of a version beside its weights, so that it can be made again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any

from bot.config import PROJECT, Settings
from bot.encoder import choose_device
from bot.types import Example
from bot.versions import Version
from training.data import fingerprint

LIBRARIES = ("torch", "transformers", "tokenizers", "peft", "numpy")
PACKAGES = ("bot", "skills", "training")


def info_of(
    settings: Settings, examples: Sequence[Example], seed: int, metrics: Mapping[str, float]
) -> dict[str, Any]:
    """Note what a model was made from; the registry adds parent, time and Nocturne's version."""
    return {
        "examples": len(examples),
        "data": fingerprint(examples),
        "settings": {
            "encoder": settings.encoder,
            "vision": settings.vision,
            "device": choose_device(settings.device),
            "precision": settings.precision,
            "seed": seed,
            "training": {name: dict(table) for name, table in settings.training.items()},
        },
        "code": _code(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "metrics": dict(metrics),
    }


def is_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two models were made of the same and in the same way, but for chance."""
    return _made_of(one) == _made_of(other)


def _made_of(info: Mapping[str, Any]) -> tuple[Any, ...]:
    settings = {name: value for name, value in info["settings"].items() if name != "seed"}
    return info["data"], info["code"], settings


def learnt_at_once(versions: Sequence[Version]) -> int:
    """Count what the newest version, or one that it goes on from, has learnt in one run."""
    info = versions[-1].info if versions else {}
    return int(info.get("at_once", info.get("examples", 0)))


def _code() -> str:
    """Fingerprint Nocturne's own source, which may differ from what was released."""
    files = (file for name in PACKAGES for file in (PROJECT / name).rglob("*.py"))
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(PROJECT).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
