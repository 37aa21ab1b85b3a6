"""Canary dialogues: conversations that a new version must still manage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.app import App
from bot.config import Settings
from bot.dialogues.playing import failure, introducing
from bot.dialogues.reading import read_dialogues

CANARIES = "canaries"
"""Their folder in the data."""

Failures = Mapping[str, str]
"""The canary dialogues that do not pass, and where each goes astray."""


def failures(settings: Settings, candidates: Mapping[str, Path] | None = None) -> Failures:
    """Play every canary dialogue to the bot, with candidates in place of what is in service."""
    files = sorted((settings.data / CANARIES).glob("*.yml"))
    dialogues = {
        f"{file.stem}: {each.name}": each for file in files for each in read_dialogues(file)
    }
    if not dialogues:
        return {}
    with App(settings, candidates=candidates).trial() as bot:
        introduce = introducing(bot)
        played = {
            name: failure(bot.handle, each, name, introduce) for name, each in dialogues.items()
        }
    return {name: fault for name, fault in played.items() if fault}


def newly_failing(before: Failures, after: Failures) -> list[str]:
    """Say in words which dialogues fail now and did not before."""
    return [f"{name}, {fault}." for name, fault in after.items() if name not in before]
