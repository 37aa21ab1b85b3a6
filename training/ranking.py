"""RankingTrainer: trains what ranks items for people, and scores it beside simple baselines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.types import Example
from training.ranked import COUNTS, Score, figures, judged
from training.ranking_baselines import Fitted, baselines, interactions
from training.trainer import Judgement, ModelT, Trainer

Histories = Mapping[str, Mapping[str, float]]
"""What each person did with items: by id, how much each is wanted; 0 is refused."""


class RankingTrainer(Trainer[ModelT]):
    """An example says how much a person, its input, wants an item, its target.

    Scored is the order of all items for a person without those the person is known to have had or
    refused. An item that the model does not rank, as it is retired or unknown, is in no figure of
    `evaluate`; `judge` counts it as not found.
    """

    metric: ClassVar[str] = "ndcg_at_10"
    many_targets: ClassVar[bool] = True
    """A person wants many items, and that is no contradiction."""

    @abstractmethod
    def items(self, model: ModelT) -> Sequence[str]:
        """Name what the model ranks, new items too: the columns of `scores`."""

    @abstractmethod
    def people(self, model: ModelT) -> Sequence[str]:
        """Name everybody of whom the model has learnt something."""

    @abstractmethod
    def known(self, model: ModelT, person: str) -> Mapping[str, float]:
        """Say what the model has learnt of a person; nothing of somebody unknown."""

    @abstractmethod
    def scores(self, model: ModelT, people: Sequence[str]) -> NDArray[np.float32]:
        """Score all items for each of some people, logits; somebody unknown has no history."""

    @abstractmethod
    def answering(self, model: ModelT) -> Callable[[Mapping[str, float]], NDArray[np.float32]]:
        """Make all ready that depends on no person, and give what then scores one history."""

    def features(self, model: ModelT) -> csr_matrix | None:  # noqa: ARG002 - for those who override
        """Say what is known of the items, one a row: for a hybrid baseline, and for diversity.

        Without it, items are alike as far as the same people have them.
        """
        return None

    def candidates(self, examples: Sequence[Example]) -> list[str]:
        """Name what the rivals rank: what `items` names of a model fitted on these examples."""
        return list(dict.fromkeys(each.target for each in examples))

    def evaluate(self, model: ModelT, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score the model, and in the same way baselines that learnt what the model has learnt."""
        items = list(self.items(model))
        wanted = wanted_of(self.canonical(examples))
        known = {person: self.known(model, person) for person in (*wanted, *self.people(model))}
        matrix = interactions(known, items)
        features = self.features(model)
        scorers = {"": self._score(model), **_by_person(baselines(matrix, features), known)}
        return {
            f"{name}_{figure}" if name else figure: value
            for name, score in scorers.items()
            for figure, value in figures(score, items, known, wanted, matrix, features).items()
            if not name or figure not in COUNTS
        }

    def judge(self, model: ModelT, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each example what stands first, and how near the top the item of the example is.

        The score is the NDCG@10 of that item alone, or what is left to 1 where it was refused.
        """
        examples = self.canonical(examples)
        known = {each.input: self.known(model, each.input) for each in examples}
        items = list(self.items(model))
        return judged(self._score(model), items, known, examples, self.answering(model))

    def rivals(
        self, known: Sequence[Example], held: Sequence[Example]
    ) -> Mapping[str, Sequence[float]]:
        """Score examples by baselines that have learnt `known`, as `judge` would score them."""
        known, held = self.canonical(known), self.canonical(held)
        items = self.candidates([*known, *held])
        histories: dict[str, dict[str, float]] = {each.input: {} for each in held}
        for each in known:
            histories.setdefault(each.input, {})[each.target] = each.weight
        scorers = _by_person(baselines(interactions(histories, items), None), histories)
        return {
            name: [each.score for each in judged(score, items, histories, held)]
            for name, score in scorers.items()
        }

    def _score(self, model: ModelT) -> Score:
        return lambda people: self.scores(model, people)


def wanted_of(examples: Sequence[Example]) -> dict[str, frozenset[str]]:
    """Gather what each person wants; what was refused is not wanted."""
    wanted: dict[str, set[str]] = {}
    for each in examples:
        if each.weight > 0:
            wanted.setdefault(each.input, set()).add(each.target)
    return {person: frozenset(items) for person, items in wanted.items()}


def _by_person(fitted: Iterator[tuple[str, Fitted]], people: Histories) -> dict[str, Score]:
    rows = {person: row for row, person in enumerate(people)}

    def named(score: Fitted) -> Score:
        return lambda chosen: score(np.array([rows[each] for each in chosen], dtype=int))

    return {name: named(score) for name, score in fitted}
