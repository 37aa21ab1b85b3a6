"""The FAQ's trainer, on a tiny encoder: what it keeps, what it changes and what it scores."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import DataError
from bot.types import Example
from skills.faq import train, tuning
from skills.faq.answers import Answer, read_answers
from skills.faq.examples import knowing, stand_ins, without
from skills.faq.model import FaqModel
from skills.faq.recipe import FEWEST_TUNED, Recipe
from skills.faq.train import FaqTrainer, scores
from tests.skills.toy_encoder import toy_encoder
from tests.tiny_encoder import write_tiny_encoder
from training.options import Options

TOPICS = ("refund", "password", "invoice", "holiday", "teacher")


def entry(topic: str, variants: int) -> dict[str, object]:
    return {
        "id": topic,
        "question": f"What about the {topic}?",
        "variants": [f"{topic} {number}" for number in range(variants)],
        "answer": f"The {topic} is fine. Ask us for more about the {topic}.",
    }


def write_answers(file: Path, variants: int) -> Path:
    file.write_text(json.dumps([entry(topic, variants) for topic in TOPICS]), encoding="utf-8")
    return file


@pytest.fixture
def tiny(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(tuning, "recipe_for", lambda _: Recipe(steps=5, batch=8))
    folder = tmp_path / "encoder"
    folder.mkdir()
    return replace(settings, encoder=str(write_tiny_encoder(folder)))


@pytest.fixture
def trainer(tmp_path: Path, tiny: Settings) -> FaqTrainer:
    return FaqTrainer(tiny, write_answers(tmp_path / "answers.yml", variants=4))


def rankings(model: FaqModel, trainer: FaqTrainer) -> list[list[tuple[str, float]]]:
    found = model.rank(model.index(read_answers(trainer.data)), ["the invoice", "my holiday"], 5)
    return [[(hit.id, hit.score) for hit in hits] for hits in found]


def test_the_files_questions_are_the_examples(trainer: FaqTrainer) -> None:
    examples = trainer.examples()
    assert len(examples) == 25
    assert Example("What about the refund?", "refund") in examples
    assert Example("refund 3", "refund") in examples


def test_the_same_seed_gives_the_same_model(trainer: FaqTrainer) -> None:
    first, second = (trainer.fit(trainer.examples(), seed=3) for _ in range(2))
    assert rankings(first, trainer) == rankings(second, trainer)


@pytest.mark.parametrize("variants", [0, 4], ids=["one question each", "several questions"])
def test_tuning_never_makes_it_worse_on_the_questions_it_checks_by(
    tmp_path: Path, tiny: Settings, variants: int
) -> None:
    trainer = FaqTrainer(tiny, write_answers(tmp_path / "some.yml", variants))
    answers = read_answers(trainer.data)
    model = trainer.fit(trainer.examples())
    as_it_comes = FaqModel.untrained(trainer.base_encoder())
    check = stand_ins(answers, seed=0)
    assert scores(model, answers, check)["mrr"] >= scores(as_it_comes, answers, check)["mrr"]


def test_an_update_leaves_the_model_as_it_was_and_remembers_new_questions(
    trainer: FaqTrainer,
) -> None:
    model = trainer.fit(trainer.examples())
    before = rankings(model, trainer)
    cash = Example("gimme cash", "refund")
    updated = trainer.update(model, [cash], trainer.examples())
    assert rankings(model, trainer) == before
    assert updated.learnt == (cash,)
    assert updated.encoder.fingerprint == model.encoder.fingerprint
    assert trainer.update(updated, [], [cash, *trainer.examples()]).learnt == (cash,)


def test_an_update_with_much_that_is_new_tunes_the_encoder(trainer: FaqTrainer) -> None:
    model = trainer.fit(trainer.examples())
    new = [Example(f"cash number {number}", "refund") for number in range(FEWEST_TUNED)]
    tasks: set[str] = set()

    def note(task: str, done: int, total: int, metric: str = "") -> None:
        tasks.add(task)

    watched = FaqTrainer(trainer.settings, trainer.data, note)
    watched.update(model, new[1:], trainer.examples())
    assert not tasks
    assert len(watched.update(model, new, trainer.examples()).learnt) == FEWEST_TUNED
    assert tasks == {"Learning questions"}


CHOSEN = {
    "head": Options(freeze="head"),
    "all": Options(freeze="all", rate=1e-3, augment=0.5, balance=1.0),
    "watched": Options(validation=0.3, patience=1, epochs=2, batch=4),
}


@pytest.mark.parametrize("options", CHOSEN.values(), ids=CHOSEN)
def test_what_an_operator_sets_is_followed_and_saved(
    trainer: FaqTrainer, options: Options, tmp_path: Path
) -> None:
    chosen = FaqTrainer(trainer.settings, trainer.data, options=options)
    model = chosen.fit(chosen.examples())
    folder = tmp_path / "model"
    folder.mkdir()
    model.save(folder)

    assert rankings(FaqModel.load(folder), trainer) == rankings(model, trainer)
    assert rankings(chosen.fit(chosen.examples()), trainer) == rankings(model, trainer)
    if options.freeze == "head":
        assert model.encoder.adapter is None


def test_each_question_is_judged_by_the_answer_found_first(trainer: FaqTrainer) -> None:
    model = trainer.fit(trainer.examples())
    asked = trainer.examples()
    judged = trainer.judge(model, [*asked, Example(asked[0].input, "no such answer")])

    assert judged[-1].predicted == judged[0].predicted
    assert [each.score for each in judged] == [
        *(
            float(each.predicted == example.target)
            for each, example in zip(judged, asked, strict=False)
        ),
        0.0,
    ]
    assert all(0 <= each.confidence <= 1 for each in judged)


def test_a_fitted_model_is_the_same_after_saving_and_loading(
    trainer: FaqTrainer, tmp_path: Path
) -> None:
    model = trainer.fit(trainer.examples())
    folder = tmp_path / "model"
    folder.mkdir()
    model.save(folder)
    assert rankings(FaqModel.load(folder), trainer) == rankings(model, trainer)


def test_examples_of_unknown_answers_are_left_out_and_only_such_are_a_mistake(
    trainer: FaqTrainer,
) -> None:
    mixed = [Example("money", "refund"), Example("what", "gone"), Example("no", "refund", 0.0)]
    assert trainer.fit(mixed).learnt == (Example("money", "refund"),)
    with pytest.raises(DataError, match="No answer has the id 'gone'"):
        trainer.fit([Example("what", "gone")])


@pytest.mark.parametrize("text", [f"money {number}" for number in range(12)])
def test_one_example_is_never_held_out_so_that_nothing_is_left_to_learn(text: str) -> None:
    # Guards against a fit without end: a batch of nothing was drawn for ever.
    one = [Example(text, "refund")]
    assert train.split(one, [Answer("refund", "How?", "So.")]) == (one, [])


def test_no_examples_leave_the_model_as_it_was(trainer: FaqTrainer) -> None:
    assert trainer.fit([]).encoder.adapter is None


def test_held_out_questions_are_in_no_answer_and_the_first_question_stays() -> None:
    answer = Answer("a", "first", "text", ("second", "third"))
    (fewer,) = without([answer], [Example("first", "a"), Example("second", "a")])
    assert fewer.questions == ("first", "third")


def test_only_questions_that_no_file_has_are_remembered() -> None:
    answer = Answer("a", "first", "text", ("second",))
    examples = [Example("second", "a"), Example("third", "a")]
    assert knowing(FaqModel.untrained(toy_encoder()), [answer], examples).learnt == (examples[1],)


def test_scores_count_several_right_answers_and_the_outcomes_add_up() -> None:
    answers = [Answer("a", "red green", "x"), Answer("b", "blue", "y"), Answer("c", "grey", "z")]
    examples = [Example("blue", "a"), Example("blue", "b"), Example("red green", "b")]
    figures = scores(FaqModel.untrained(toy_encoder()), answers, examples)
    assert figures["n"] == 2
    assert figures["precision_at_1"] == 0.5
    assert figures["mrr"] == 0.75
    assert figures["hit_at_5"] == 1.0
    outcomes = [name for name in figures if name.startswith(("answered", "offered", "declined"))]
    assert sum(figures[name] for name in outcomes) == pytest.approx(1.0)
