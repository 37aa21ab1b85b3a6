"""A throw-away recommender for tests of the night: of what a person has not, the most wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.database import open_store
from bot.examples import write_examples
from bot.feedback import OBSERVED, FeedbackStore
from bot.pseudonyms import pseudonyms_of
from bot.types import Example
from tests.training.colours import Colours
from training.learners import model_of

SKILL = """
import json
from bot import Reply, Skill

class Wishes:
    def __init__(self, of):
        self.of = of

    @classmethod
    def load(cls, path, device="cpu"):
        return cls(json.loads((path / "wishes.json").read_text()))

    def save(self, path):
        (path / "wishes.json").write_text(json.dumps(self.of))

    def ranking(self, person, but=None):
        wanted = {}
        for wishes in self.of.values():
            for book, weight in wishes.items():
                wanted[book] = wanted.get(book, 0) + weight
        known = set(self.of.get(person, {})) - {but}
        return sorted(set(wanted) - known, key=lambda book: (-wanted[book], book))

class Shelf(Skill[Wishes]):
    model_type = Wishes

    def run(self, turn, context):
        return Reply(self.model.ranking(context.person)[0])
"""

TRAIN = """
import json
from bot.examples import read_examples
from skills.shelf import Wishes
from training.trainer import Judgement, Trainer

class ShelfTrainer(Trainer[Wishes]):
    metric = "mrr"
    many_targets = True

    def examples(self):
        return read_examples(self.data / "examples.jsonl")

    def targets(self, files):
        return (self.data / "books.txt").read_text().split()

    def fit(self, examples, seed=0):
        of = {}
        for each in examples:
            of.setdefault(each.input, {})[each.target] = each.weight
        return Wishes(of)

    def update(self, model, new, old, seed=0):
        return self.fit([*old, *new], seed)

    def evaluate(self, model, examples):
        return {"mrr": sum(j.score for j in self.judge(model, examples)) / len(examples)}

    def judge(self, model, examples):
        return [self._judged(model, each) for each in examples]

    def _judged(self, model, example):
        if example.weight == 0:
            given = model.ranking(example.input)[:1]
            return Judgement("".join(given), 0.9, float(example.target not in given))
        ranking = model.ranking(example.input, but=example.target)
        found = example.target in ranking
        score = 1 / (1 + ranking.index(example.target)) if found else 0.0
        return Judgement("".join(ranking[:1]), 0.9, score)

    def rivals(self, known, held):
        file = self.data / "rivals.json"
        found = json.loads(file.read_text()) if file.is_file() else {}
        return {name: [score] * len(held) for name, score in found.items()}
"""

BOOKS = ("dune", "emma", "ulysses")
EXAMPLES = [Example("ana", "dune"), Example("ana", "emma"), Example("ben", "dune")]
HELD_OUT = [Example("cleo", "dune"), Example("dan", "dune")]


class Shelf(Colours):
    """The learner as a person sees it: people do things, and are recommended books."""

    def write_wishes(self, examples: list[Example], file: str = "examples.jsonl") -> None:
        """Edit a file of data."""
        self.data.mkdir(parents=True, exist_ok=True)
        write_examples(self.data / file, examples)

    def write_books(self, *books: str) -> None:
        """Edit the catalogue."""
        (self.data / "books.txt").write_text("\n".join(books))

    def write_rivals(self, **scores: float) -> None:
        """Let baselines have a mean score."""
        (self.data / "rivals.json").write_text(json.dumps(scores))

    def person(self, sender: str) -> str:
        """Give a person's pseudonym."""
        return pseudonyms_of(self.settings).of(sender)

    def did(self, sender: str, book: str, weight: float = 1.0, source: str = OBSERVED) -> None:
        """Do something in the chat."""
        with closing(open_store(self.settings.database)) as store:
            feedback = FeedbackStore(store)
            example = Example(self.person(sender), book, weight)
            feedback.add(self.name, example, source, sender, 1)

    def wishes(self, sender: str) -> Mapping[str, float]:
        """Say what the version in service knows of a person."""
        found: Mapping[str, float] = self._model().of.get(self.person(sender), {})
        return found

    def recommends(self, sender: str) -> list[str]:
        """Say what the version in service recommends, best first."""
        ranking: list[str] = self._model().ranking(self.person(sender))
        return ranking

    def _model(self) -> Any:
        return model_of(self.name, self.settings)


def write_shelf(settings: Settings, make_skill: Callable[..., Path]) -> Shelf:
    """Write the skill, its catalogue, its examples and its held-out examples."""
    (make_skill("shelf", SKILL) / "train.py").write_text(TRAIN, encoding="utf-8")
    shelf = Shelf(settings, "shelf")
    shelf.write_wishes(EXAMPLES)
    shelf.write_wishes(HELD_OUT, "eval.jsonl")
    shelf.write_books(*BOOKS)
    return shelf
