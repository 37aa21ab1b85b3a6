"""Whole dialogues with the real bot: the packaged encoder, the bundled skills and data."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.config import Settings
from bot.dialogues.dialogue import Dialogue
from bot.dialogues.playing import failure, introducing
from bot.dialogues.reading import read_dialogues
from bot.encoder import Encoder
from bot.manager import DialogueManager
from bot.models import ModelRegistry
from bot.types import Message
from skills.faq.model import FaqModel

FOLDERS = (Path(__file__).parent / "conversations", Settings().data / "canaries")
FILES = sorted(file for folder in FOLDERS for file in folder.glob("*.yml"))
DIALOGUES = [dialogue for file in FILES for dialogue in read_dialogues(file)]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> DialogueManager:
    """The bot before any training: intents and answers by likeness alone."""
    settings = replace(Settings(), home=tmp_path_factory.mktemp("home"), device="cpu")
    models = ModelRegistry(settings.models)
    untrained = FaqModel.untrained(Encoder.load(settings.encoder))
    models.promote("faq", models.add("faq", untrained.save, {}).name)
    return App(settings).manager


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_a_dialogue_goes_as_written(bot: DialogueManager, dialogue: Dialogue) -> None:
    assert failure(bot.handle, dialogue, dialogue.name, introducing(bot)) is None


def test_a_damaged_model_of_intents_without_an_older_one_leaves_likeness_to_the_examples(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(Settings(), home=tmp_path, device="cpu")
    models = ModelRegistry(settings.models)
    save = lambda path: (path / "heads.safetensors").write_text("whole")  # noqa: E731
    version = models.add("intent", save, {})
    models.promote("intent", version.name)
    (version.path / "heads.safetensors").write_text("cut")

    outcome = App(settings).manager.handle(Message("ada", "hello"))

    assert outcome.skill == "chitchat"
    assert "heads.safetensors is not as it was saved" in caplog.text
