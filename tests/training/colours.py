"""A throw-away learner for tests of the night: it goes by an input's first word, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.database import open_store
from bot.examples import write_examples
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.types import Example
from training.learners import model_of
from training.nightly import run_night
from training.record import Record

SKILL = """
import json
from bot import Reply, Skill

class Words:
    def __init__(self, known):
        self.known = known

    @classmethod
    def load(cls, path, device="cpu"):
        return cls(json.loads((path / "words.json").read_text()))

    def save(self, path):
        (path / "words.json").write_text(json.dumps(self.known))

class Colours(Skill[Words]):
    model_type = Words

    def run(self, turn, context):
        found = self.model.known.get(turn.message.text.split()[0])
        return Reply(found) if found else None
"""

TRAIN = """
from bot.examples import read_examples
from skills.{name} import Words
from training.trainer import Judgement, Trainer

class ColoursTrainer(Trainer[Words]):
    def examples(self):
        return read_examples(self.data / "examples.jsonl")

    def fit(self, examples, seed=0):
        known = {{}}
        for number, each in enumerate(examples, 1):
            known[each.input.split()[0]] = each.target
            self.progress("Learning colours", number, len(examples))
        return Words(known)

    def update(self, model, new, old, seed=0):
        return self.fit([*old, *new], seed)

    def evaluate(self, model, examples):
        return {{"accuracy": sum(j.score for j in self.judge(model, examples)) / len(examples)}}

    def judge(self, model, examples):
        found = [model.known.get(each.input.split()[0], "") for each in examples]
        pairs = zip(found, examples, strict=True)
        return [Judgement(f, float(f != ""), float(f == e.target)) for f, e in pairs]
"""

EXAMPLES = {"red apple": "warm", "orange peel": "warm", "blue sky": "cold", "green leaf": "cold"}
HELD_OUT = {"red rose": "warm", "red brick": "warm", "red wine": "warm", "blue sea": "cold"}


@dataclass(frozen=True, slots=True)
class Colours:
    """The learner as a person sees it: with files, lessons, nights and what it says."""

    settings: Settings
    name: str = "colours"

    @property
    def data(self) -> Path:
        return self.settings.data / self.name

    @property
    def models(self) -> ModelRegistry:
        return ModelRegistry(self.settings.models)

    @property
    def current(self) -> str | None:
        version = self.models.current(self.name)
        return version.name if version else None

    def write(self, examples: Mapping[str, str], file: str = "examples.jsonl") -> None:
        """Edit a file of data."""
        self.data.mkdir(parents=True, exist_ok=True)
        write_examples(self.data / file, [Example(*each) for each in examples.items()])

    def teach(self, text: str, target: str, sender: str = "ana") -> None:
        """Press a button that teaches something."""
        with closing(open_store(self.settings.database)) as store:
            FeedbackStore(store).add(self.name, Example(text, target), "button", sender, 1)

    def lessons(self) -> dict[str, str]:
        """Say by its text what became of each lesson: `waits`, its version, or why not."""
        with closing(open_store(self.settings.database)) as store:
            feedback = FeedbackStore(store)
            found = {each.example.input: "waits" for each in feedback.waiting(self.name)}
            found |= {each.example.input: "held" for each in feedback.held(self.name)}
            for each in (*feedback.learnt(self.name), *feedback.aside(self.name)):
                found[each.example.input] = each.aside or each.learnt_in or ""
            return found

    def night(self, **options: Any) -> Record:
        """Live through a night of this learner alone."""
        (record,) = run_night(self.settings, [self.name], **options)
        return record

    def says(self, text: str) -> str | None:
        """What the model in service answers."""
        known: Mapping[str, str] = vars(model_of(self.name, self.settings))["known"]
        return known.get(text.split(maxsplit=1)[0])


def write_colours(
    settings: Settings, make_skill: Callable[..., Path], name: str = "colours"
) -> Colours:
    """Write the skill, its examples and its held-out examples."""
    folder = make_skill(name, SKILL)
    (folder / "train.py").write_text(TRAIN.format(name=name), encoding="utf-8")
    colours = Colours(settings, name)
    colours.write(EXAMPLES)
    colours.write(HELD_OUT, "eval.jsonl")
    return colours
