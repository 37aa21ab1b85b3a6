"""The contract of a skill: what breaks it is said, what keeps it passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

import pytest

from bot import Context, Reply, Skill, Turn
from bot.skill import AnySkill
from bot.testing import check_skill

NLU = """
nlu:
- intent: ask
  metadata: {title: Ask}
  examples: |
    - what is it
"""


@dataclass
class Note:
    """A model that says a text, and forgets what `kept` doesn't name."""

    text: str
    kept: bool = True

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        return cls(json.loads((path / "note.json").read_text(encoding="utf-8")))

    def save(self, path: Path) -> None:
        text = json.dumps(self.text if self.kept else "")
        (path / "note.json").write_text(text, encoding="utf-8")


@dataclass
class Lost(Note):
    """A model that remembers where it was saved."""

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        return cls(Path(json.loads((path / "note.json").read_text(encoding="utf-8"))).read_text())

    def save(self, path: Path) -> None:
        (path / "text").write_text(self.text, encoding="utf-8")
        (path / "note.json").write_text(json.dumps(str(path / "text")), encoding="utf-8")


class Noted(Skill[Note]):
    model_type = Note

    def run(self, turn: Turn, context: Context) -> Reply | None:
        return Reply(f"It is {self.model.text}.") if turn.message.text else None


class Misplaced(Noted):
    model_type = Lost


class Runs(Skill[None]):
    """A skill made of a function."""

    def __init__(self, run: Callable[[Any, Turn, Context], Any]) -> None:
        super().__init__(None, Path("nowhere"))
        self.answer = run
        self.seen: list[str] = []

    def run(self, turn: Turn, context: Context) -> Reply | None:
        reply: Reply | None = self.answer(self, turn, context)
        return reply


class Greedy(Runs):
    def bid(self, turn: Turn, context: Context) -> float:
        return 0.5


class Boastful(Runs):
    def bid(self, turn: Turn, context: Context) -> float:
        return 1.5


@pytest.fixture
def nlu_file(tmp_path: Path) -> Path:
    file = tmp_path / "nlu.yml"
    file.write_text(NLU, encoding="utf-8")
    return file


def answers(skill: Any, turn: Turn, context: Context) -> Reply | None:
    return Reply("So.")


def remembers(skill: Any, turn: Turn, context: Context) -> Reply:
    skill.seen.append(turn.message.text)
    return Reply("So.")


def changes_the_context(skill: Any, turn: Turn, context: Context) -> Reply:
    context.slots["seen"] = True  # type: ignore[index]
    return Reply("So.")


NUMBERS = count()

BREACHES = [
    pytest.param(Runs(lambda *_: "So."), "gave 'So.'", id="no reply"),
    pytest.param(Runs(lambda *_: Reply(" ")), "without text", id="no text"),
    pytest.param(
        Runs(lambda *_: Reply("So.", observed=("ana took sql",))),  # type: ignore[arg-type]
        "no tuple of Examples",
        id="observed no example",
    ),
    pytest.param(Runs(lambda *_: Reply(str(next(NUMBERS)))), "in two ways", id="random"),
    pytest.param(Runs(remembers), "on the skill itself", id="memory"),
    pytest.param(Runs(changes_the_context), "changes the context", id="changed context"),
    pytest.param(Runs(lambda *_: None), "declines its own button", id="declined button"),
    pytest.param(Greedy(answers), "nothing was said", id="bid for silence"),
    pytest.param(Boastful(answers), "no probability", id="bid out of bounds"),
    pytest.param(Noted(Note("red", kept=False), Path()), "saved and loaded", id="lost weight"),
    pytest.param(Noted(None, Path()), "Note.* and the model is a NoneType", id="no model"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("skill", "fault"), BREACHES)
def test_a_breach_of_the_contract_is_said(skill: AnySkill, fault: str, nlu_file: Path) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_skill(skill, nlu_file)


def test_a_model_that_is_not_whole_in_its_folder_breaks_the_contract(nlu_file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_skill(Misplaced(Lost("red"), Path()), nlu_file)


@pytest.mark.parametrize(
    "skill", [Runs(answers), Noted(Note("red"), Path())], ids=["plain", "model"]
)
def test_who_keeps_the_contract_passes(skill: AnySkill, nlu_file: Path) -> None:
    check_skill(skill, nlu_file)
