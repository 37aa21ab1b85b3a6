"""The trainer of the intent model: what it learns, how it goes on, what it holds to be true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bot.config import Settings
from bot.examples import write_examples
from bot.intent import IntentModel
from bot.types import OUT_OF_SCOPE, Example
from tests.tiny_encoder import write_tiny_encoder
from training.checkpoint import Checkpoint
from training.gate import gate
from training.intake import Intake
from training.intent import FEWEST_TUNED, IntentTrainer
from training.judging import evidence_of
from training.options import Options
from training.tonight import Tonight

CITIES = ("rome", "paris", "oslo", "lima", "cairo", "delhi")
FLIGHTS = [Example(f"fly me to [{city}](city) please", "flight") for city in CITIES]
WEATHER = [Example(f"{word} it rain today?", "weather") for word in ("will", "does", "can", "may")]
THANKS = [Example(text, "thanks") for text in ("thank you", "thanks a lot", "many thanks", "thx")]
OUTSIDE = [Example(text, OUT_OF_SCOPE) for text in ("zzz 99 zzz", "?!?!")]
EXAMPLES = [*FLIGHTS, *WEATHER, *THANKS, *OUTSIDE]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"))
    return Settings(encoder=str(folder), device="cpu", precision="float32")


@pytest.fixture(scope="module")
def trainer(settings: Settings) -> IntentTrainer:
    return IntentTrainer(settings, Path("nowhere"))


@pytest.fixture(scope="module")
def model(trainer: IntentTrainer) -> IntentModel:
    return trainer.fit(EXAMPLES)


def same(first: IntentModel, second: IntentModel) -> bool:
    texts = [example.input for example in EXAMPLES]
    return first.parse(texts) == second.parse(texts)


def test_what_was_taught_is_known_afterwards(trainer: IntentTrainer, model: IntentModel) -> None:
    assert model.intents == ("flight", "thanks", "weather")
    assert model.kinds == (("city", None, None),)
    ranked = [parse.ranking for parse in model.parse([example.input for example in THANKS])]
    best = [
        max((i for i in each if i.name != OUT_OF_SCOPE), key=lambda i: i.confidence)
        for each in ranked
    ]
    assert [intent.name for intent in best].count("thanks") >= 3


def test_the_same_seed_makes_the_same_model(trainer: IntentTrainer, model: IntentModel) -> None:
    assert same(trainer.fit(EXAMPLES), model)
    assert not same(trainer.fit(EXAMPLES, seed=1), model)


def test_fitting_leaves_the_state_of_other_random_draws_alone(trainer: IntentTrainer) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    trainer.fit(EXAMPLES[:6])
    assert torch.equal(torch.rand(1), expected)


def test_a_saved_model_is_the_same_after_loading(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert same(IntentModel.load(tmp_path), model)


def test_an_update_adds_intents_and_leaves_the_old_model_as_it_was(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    before = model.parse(["good bye"])
    jokes = [Example(text, "joke") for text in ("a joke", "jokes!", "joke me", "more jokes")]
    updated = trainer.update(model, jokes, EXAMPLES)
    assert updated.intents == (*model.intents, "joke")
    assert updated.kinds == model.kinds
    assert model.parse(["good bye"]) == before


def test_intents_without_utterances_are_forgotten(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    kept = [each for each in EXAMPLES if each.target != "thanks"]
    updated = trainer.update(model, [], kept)
    assert updated.intents == tuple(name for name in model.intents if name != "thanks")
    assert len(updated.heads.weight) == len(updated.intents)
    assert updated.heads.memory_intents.max() == len(updated.intents) - 1


def test_a_few_new_utterances_leave_the_encoder_as_it_was(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    jokes = [Example(text, "joke") for text in ("a joke", "jokes!", "joke me", "more jokes")]
    updated = trainer.update(model, jokes, EXAMPLES)
    assert updated.encoder.fingerprint == model.encoder.fingerprint
    assert len(updated.heads.memory) > len(model.heads.memory)


CHOSEN = {
    "head": Options(freeze="head"),
    "all": Options(freeze="all", rate=1e-3, weight_decay=0.01),
    "augmented": Options(augment=0.5, balance=1.0),
    "watched": Options(validation=0.3, patience=1, epochs=3, accumulate=2, schedule="cosine"),
}


@pytest.mark.parametrize("options", CHOSEN.values(), ids=CHOSEN)
def test_what_an_operator_sets_is_followed_and_can_be_gone_on_from(
    settings: Settings, model: IntentModel, options: Options, tmp_path: Path
) -> None:
    trainer = IntentTrainer(settings, Path("nowhere"), options=options)
    fitted = trainer.fit(EXAMPLES)
    jokes = [Example(f"joke number {number}", "joke") for number in range(5)]
    more = [Example(f"thanks number {number}", "thanks") for number in range(2 * FEWEST_TUNED)]
    updated = trainer.update(fitted, [*jokes, *more], EXAMPLES)
    updated.save(tmp_path)

    assert not same(fitted, model)
    assert same(trainer.fit(EXAMPLES), fitted)
    assert same(IntentModel.load(tmp_path), updated)
    assert (fitted.encoder.adapter is None) == (options.freeze == "head")
    assert "joke" in updated.intents


def test_training_stops_when_the_validation_part_gets_no_better(settings: Settings) -> None:
    told: list[str] = []

    def note(task: str, done: int, total: int, metric: str = "") -> None:
        told.append(metric)

    options = Options(validation=0.5, patience=1, rate=0.5, epochs=50)
    IntentTrainer(settings, Path("nowhere"), note, options=options).fit(EXAMPLES)
    assert any(metric.startswith("stopped early") for metric in told)


def test_new_intents_alone_leave_the_encoder_as_it_was(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    jokes = [Example(f"joke number {number}", "joke") for number in range(2 * FEWEST_TUNED)]
    more = [Example(f"thanks number {number}", "thanks") for number in range(2 * FEWEST_TUNED)]
    encoder = model.encoder.fingerprint

    assert trainer.update(model, jokes, EXAMPLES).encoder.fingerprint == encoder
    assert trainer.update(model, more, EXAMPLES).encoder.fingerprint != encoder


class Careful(IntentTrainer):
    """Writes a checkpoint at every step."""

    def checkpoint(self, name: str, key: str) -> Checkpoint:
        assert self.work is not None
        return Checkpoint(self.work / name, key, seconds=0)


def test_a_killed_update_goes_on_to_the_same_end(
    settings: Settings, model: IntentModel, tmp_path: Path
) -> None:
    new = [Example(f"many thanks number {number}", "thanks") for number in range(2 * FEWEST_TUNED)]

    def stop(task: str, done: int, total: int, metric: str = "") -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    undisturbed = Careful(settings, tmp_path, work=tmp_path / "one").update(model, new, EXAMPLES)
    with pytest.raises(KeyboardInterrupt):
        Careful(settings, tmp_path, stop, tmp_path / "other").update(model, new, EXAMPLES)
    resumed = Careful(settings, tmp_path, work=tmp_path / "other").update(model, new, EXAMPLES)

    assert same(resumed, undisturbed)


def test_each_utterance_is_judged_by_the_intent_found(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    (right,) = trainer.judge(model, [Example("good bye", "goodbye")])
    (wrong,) = trainer.judge(model, [Example("good bye", "thanks")])

    assert (right.predicted, right.confidence) == (wrong.predicted, wrong.confidence)
    assert right.score == float(right.predicted == "goodbye")
    assert wrong.score == float(wrong.predicted == "thanks")


def test_examples_of_no_intent_make_a_model_that_knows_none(trainer: IntentTrainer) -> None:
    assert trainer.fit(OUTSIDE).intents == ()


@pytest.mark.parametrize("count", [1, 2, 5], ids=["one", "two", "five"])
def test_a_single_intent_can_be_fitted(trainer: IntentTrainer, count: int) -> None:
    fitted = trainer.fit(FLIGHTS[:count])
    assert fitted.parse(["fly me to rome please"])[0].ranking


def test_examples_without_weight_are_not_learnt(trainer: IntentTrainer) -> None:
    ignored = [replace(example, weight=0.0) for example in THANKS]
    assert trainer.fit([*FLIGHTS, *WEATHER, *ignored]).intents == ("flight", "weather")


def test_the_scores_name_every_figure_and_count(trainer: IntentTrainer, model: IntentModel) -> None:
    scores = trainer.evaluate(model, EXAMPLES)
    assert set(scores) == {
        "accuracy",
        "macro_f1",
        "in_scope_accuracy",
        "out_of_scope_recall",
        "out_of_scope_auroc",
        "expected_calibration_error",
        "entity_f1",
        "n",
        "n_in_scope",
        "n_out_of_scope",
        "n_entities",
    }
    assert (scores["n"], scores["n_in_scope"], scores["n_out_of_scope"]) == (16, 14, 2)
    assert scores["n_entities"] == 6


def test_an_utterance_that_is_rejected_counts_as_wrong(settings: Settings) -> None:
    trainer = IntentTrainer(settings, Path("nowhere"))
    nothing = trainer.fit(OUTSIDE)
    scores = trainer.evaluate(nothing, EXAMPLES)
    assert scores["in_scope_accuracy"] == 0.0
    assert scores["out_of_scope_recall"] == 1.0
    assert scores["accuracy"] == 2 / 16


def test_entities_are_not_scored_where_there_are_none(
    trainer: IntentTrainer, model: IntentModel
) -> None:
    assert "entity_f1" not in trainer.evaluate(model, THANKS)


def test_held_out_files_are_not_among_the_examples(settings: Settings, tmp_path: Path) -> None:
    write_examples(tmp_path / "intents.jsonl", THANKS)
    write_examples(tmp_path / "eval.jsonl", WEATHER)
    trainer = IntentTrainer(replace(settings, skills=()), tmp_path)
    assert trainer.examples() == THANKS


def test_the_packaged_encoder_learns_intents_entities_and_rejection() -> None:
    """The one test of the whole on real weights: what was never said is understood."""
    trainer = IntentTrainer(Settings(device="cpu"), Path("nowhere"))
    flights = [
        Example(f"{start} [{city}](city)", "flight")
        for city in CITIES
        for start in ("fly me to", "i need a flight to", "a ticket to")
    ]
    weather = [
        Example(f"{start} in [{city}](city)", "weather")
        for city in CITIES
        for start in ("what is the weather", "will it rain", "how cold is it")
    ]
    refunds = [
        Example(f"{start} {what}", "refund")
        for start in ("i want my money back for", "please refund", "how do i return")
        for what in ("the shoes", "my order", "this phone", "the ticket")
    ]
    model = trainer.fit([*flights, *weather, *refunds])
    book, rain, odd = model.parse(
        ["book a plane to madrid", "is it going to rain in berlin", "who painted the mona lisa"]
    )
    assert book.ranking[0].name == "flight"
    assert [(entity.type, entity.value) for entity in book.entities] == [("city", "madrid")]
    assert rain.ranking[0].name == "weather"
    assert [(entity.type, entity.value) for entity in rain.entities] == [("city", "berlin")]
    assert odd.ranking[0].name == OUT_OF_SCOPE
    refuses_to_lose_entities(trainer, model, [*flights, *weather])


def refuses_to_lose_entities(
    trainer: IntentTrainer, model: IntentModel, known: list[Example]
) -> None:
    """The gate, as the night asks it: nothing but the entities is worse."""
    cities = ("madrid", "berlin", "vienna", "tokyo", "dublin", "athens", "prague", "lisbon")
    held = tuple(Example(f"book a plane to [{city}](city)", "flight") for city in cities)
    tonight = Tonight((), tuple(known), (), (), held, (), Intake())
    blind = replace(model, kinds=())
    evidence = evidence_of(trainer, tonight, model, blind, ())
    decision = gate(evidence)

    assert sum(case.old is not None and case.old.annotated == case.input for case in evidence.fixed)
    assert not any("](city)" in (case.new.annotated or "") for case in evidence.fixed)
    assert "held-out utterances by their entities" in decision.reasons[0]
