"""Whole dialogues with the real bot: the packaged encoder, the bundled skills and data."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.app import App
from bot.config import Settings
from bot.encoder import Encoder
from bot.manager import DialogueManager
from bot.models import ModelRegistry
from bot.types import Message, Outcome
from skills.faq.model import FaqModel

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yml"))
DIALOGUES = [dialogue for file in FILES for dialogue in YAML(typ="safe").load(file)]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> DialogueManager:
    """The bot before any training: intents and answers by likeness alone."""
    settings = replace(Settings(), home=tmp_path_factory.mktemp("home"), device="cpu")
    models = ModelRegistry(settings.models)
    untrained = FaqModel.untrained(Encoder.load(settings.encoder))
    models.promote("faq", models.add("faq", untrained.save, {}).name)
    return App(settings).manager


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["dialogue"])
def test_a_dialogue_goes_as_written(bot: DialogueManager, dialogue: dict[str, Any]) -> None:
    outcome: Outcome | None = None
    for turn in dialogue["turns"]:
        text = turn.get("user") or payload(outcome, turn["press"])
        outcome = bot.handle(Message(dialogue["dialogue"], text))

        assert differences(turn, outcome) == [], f"at {text!r}: {outcome}"


def payload(outcome: Outcome | None, title: str) -> str:
    assert outcome is not None
    buttons = [button for reply in outcome.replies for button in reply.buttons]
    return next(button.payload for button in buttons if button.title == title)


def differences(wanted: dict[str, Any], outcome: Outcome) -> list[str]:
    first, last = outcome.replies[0], outcome.replies[-1]
    titles = [button.title for reply in outcome.replies for button in reply.buttons]
    slots = wanted.get("slots", {}).items()
    return [
        *([f"skill {outcome.skill}"] if wanted.get("skill") != outcome.skill else []),
        *(f"not said: {word}" for word in wanted.get("says", []) if word not in first.text),
        *(f"not asked again: {word}" for word in wanted.get("again", []) if word not in last.text),
        *(f"no button: {title}" for title in wanted.get("buttons", []) if title not in titles),
        *(f"slot {name}" for name, value in slots if outcome.slots.get(name) != value),
    ]
