"""How a learner that ranks items for people is scored, on rankings worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from math import log2
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.config import Settings
from bot.types import Example
from tests.training.toy_ranking import Toy, ToyTrainer

ITEMS = {f"i{n}": 20.0 - n for n in range(20)}
"""Best first."""


@pytest.fixture
def trainer(tmp_path: Path) -> ToyTrainer:
    return ToyTrainer(Settings(home=tmp_path), tmp_path)


@pytest.fixture
def model(trainer: ToyTrainer) -> Callable[..., Toy]:
    others = {"other": {"i5": 1.0, "i6": 1.0}, "another": {"i5": 1.0}}

    def made(**histories: dict[str, float]) -> Toy:
        people = {**others, **histories}
        return Toy(ITEMS, {trainer.pseudonyms.of(id): history for id, history in people.items()})

    return made


def test_what_a_person_has_or_refused_is_not_ranked(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(model(ann={"i0": 1.0, "i1": 0.0}), [Example("ann", "i2")])
    assert found["ndcg_at_10"] == found["mrr"] == found["recall_at_20"] == 1.0


def test_a_wanted_item_further_down_scores_by_its_place(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(model(), [Example("ann", "i2")])
    assert found["ndcg_at_10"] == pytest.approx(1 / log2(4))
    assert found["mrr"] == pytest.approx(1 / 3)
    assert found["hit_rate_at_10"] == 1.0


def test_mrr_counts_places_beyond_the_lists(trainer: ToyTrainer, model: Callable[..., Toy]) -> None:
    assert trainer.evaluate(model(), [Example("ann", "i19")])["mrr"] == pytest.approx(1 / 20)


def test_every_figure_stands_beside_those_of_the_baselines(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(model(), [Example("ann", "i5")])
    for figure in ("recall_at_20", "ndcg_at_20", "hit_rate_at_10", "ndcg_at_10", "mrr"):
        for name in ("", "popularity_", "neighbours_", "lightfm_"):
            assert 0.0 <= found[name + figure] <= 1.0
    for figure in ("coverage", "diversity", "novelty"):
        assert f"lightfm_{figure}" in found


def test_baselines_have_learnt_what_the_model_has_learnt(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(model(ann={"i6": 1.0}), [Example("ann", "i5")])
    assert found["popularity_ndcg_at_10"] == found["neighbours_ndcg_at_10"] == 1.0
    assert found["ndcg_at_10"] < 1.0


def test_items_that_the_model_does_not_rank_are_counted_and_left_out(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    examples = [Example("ann", "i0"), Example("ann", "retired"), Example("bob", "retired")]
    found = trainer.evaluate(model(), examples)
    assert (found["ndcg_at_10"], found["n"], found["n_not_ranked"]) == (1.0, 1, 2)


def test_a_refusal_is_not_wanted(trainer: ToyTrainer, model: Callable[..., Toy]) -> None:
    assert trainer.evaluate(model(), [Example("ann", "i0", 0.0)])["n"] == 0


def test_without_any_history_only_popularity_is_a_baseline(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(Toy(ITEMS), [Example("ann", "i0")])
    assert "popularity_mrr" in found
    assert "lightfm_mrr" not in found


def test_people_beyond_one_chunk_are_scored_alike(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    found = trainer.evaluate(model(), [Example(f"p{n}", "i1") for n in range(600)])
    assert found["n"] == 600
    assert found["mrr"] == pytest.approx(0.5)


def test_a_judgement_names_the_first_item_and_scores_the_wanted_one(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    right, third, refused, retired, beyond = trainer.judge(
        model(),
        [
            Example("ann", "i0"),
            Example("ann", "i2"),
            Example("ann", "i0", 0.0),
            Example("bob", "retired"),
            Example("bob", "i15"),
        ],
    )
    assert (right.predicted, right.score) == ("i0", 1.0)
    assert right.confidence == pytest.approx(0.632, abs=0.001)
    assert third.score == pytest.approx(0.5)
    assert refused.score == retired.score == beyond.score == 0.0


def test_what_was_learnt_is_judged_from_the_rest_of_the_history(
    trainer: ToyTrainer, model: Callable[..., Toy], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, float]] = []

    def answer(history: dict[str, float]) -> NDArray[np.float32]:
        asked.append(history)
        return np.zeros(len(ITEMS), np.float32)

    monkeypatch.setattr(trainer, "answering", lambda _: answer)
    learnt = model(ann={"i0": 1.0, "i1": 1.0})
    (found,) = trainer.judge(learnt, [Example("ann", "i1")])
    assert asked == [{"i0": 1.0}]
    assert found.score == 0.0


def test_who_has_everything_is_offered_nothing(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    (found,) = trainer.judge(model(ann=dict.fromkeys(ITEMS, 1.0)), [Example("ann", "retired")])
    assert (found.predicted, found.confidence, found.score) == ("", 0.0, 0.0)


def test_rivals_score_each_held_out_example_by_what_is_known(
    trainer: ToyTrainer, model: Callable[..., Toy]
) -> None:
    known = [Example("bob", "a"), Example("bob", "b"), Example("cy", "a"), Example("ann", "c")]
    found = trainer.rivals(known, [Example("new", "a"), Example("ann", "b")])
    assert found["popularity"] == [1.0, pytest.approx(1 / log2(3))]
    assert set(found) == {"popularity", "neighbours", "lightfm"}
