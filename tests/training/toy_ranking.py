"""A trainer that ranks by a table of scores, for the tests of what is built on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.skill import SkillModel
from bot.types import Example
from training.ranking import RankingTrainer


@dataclass(frozen=True)
class Toy(SkillModel):
    """Scores of items, the same for everybody, and what people did."""

    scored: Mapping[str, float]
    histories: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        raise NotImplementedError

    def save(self, path: Path) -> None:
        raise NotImplementedError


class ToyTrainer(RankingTrainer[Toy]):
    """Scores an item by how many people have it, its own catalogue being a file of courses."""

    def examples(self) -> list[Example]:
        return []

    def fit(self, examples: Sequence[Example], seed: int = 0) -> Toy:
        lines = (self.data / "courses.jsonl").read_text(encoding="utf-8").splitlines()
        scored = {str(json.loads(line)["id"]): 0.0 for line in lines}
        histories: dict[str, dict[str, float]] = {}
        for each in examples:
            scored[each.target] += 1
            person = self.pseudonyms.of(each.input)
            histories.setdefault(person, {})[each.target] = each.weight
        return Toy(scored, histories)

    def update(
        self, model: Toy, new: Sequence[Example], old: Sequence[Example], seed: int = 0
    ) -> Toy:
        return self.fit([*old, *new], seed)

    def items(self, model: Toy) -> Sequence[str]:
        return list(model.scored)

    def people(self, model: Toy) -> Sequence[str]:
        return list(model.histories)

    def known(self, model: Toy, person: str) -> Mapping[str, float]:
        return model.histories.get(self.pseudonyms.of(person), {})

    def scores(self, model: Toy, people: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array(list(model.scored.values()), dtype=np.float32), (len(people), 1))

    def answering(self, model: Toy) -> Callable[[Mapping[str, float]], NDArray[np.float32]]:
        return lambda history: self.scores(model, [""])[0] - len(history)
