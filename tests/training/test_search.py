"""The search for settings: what it tries, what it never sees, and that it goes on."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.errors import DataError
from tests.training.colours import Colours
from training.option_commands import shown, tune
from training.search import Found, search

SCORED = 'return {"accuracy": sum('
BY_EPOCHS = """with (self.data / "fits").open("a") as fits:
            fits.write(f"{self.options.epochs} {len(examples)}\\n")
        if self.options.epochs:
            return {"accuracy": 1 - abs(self.options.epochs - 4) / 100}
        return {"accuracy": 0.9}
"""


@pytest.fixture
def learner(colours: Colours) -> Colours:
    """A learner that is best with four epochs; it notes how often it was scored."""
    file = Path(colours.settings.skills[0]) / colours.name / "train.py"
    text = file.read_text(encoding="utf-8")
    before, rest = text.split(SCORED)
    file.write_text(before + BY_EPOCHS + rest[rest.index("\n") :], encoding="utf-8")
    colours.write({f"red {number}": "warm" for number in range(40)})
    return colours


def fits(learner: Colours) -> list[str]:
    file = learner.data / "fits"
    return file.read_text().splitlines() if file.is_file() else []


def test_the_best_settings_are_found_beside_the_score_of_now(learner: Colours) -> None:
    found = search(learner.name, learner.settings, trials=15)

    assert found.default == 0.9
    assert found.score > 0.96
    assert found.trials == 15
    assert abs(found.best["epochs"] - 4) <= 3
    assert learner.current is None


def test_a_search_goes_on_where_it_was(learner: Colours) -> None:
    search(learner.name, learner.settings, trials=3)
    made = fits(learner)
    assert search(learner.name, learner.settings, trials=3).trials == 3
    assert fits(learner) == made
    assert search(learner.name, learner.settings, trials=5).trials == 5
    assert len(fits(learner)) == len(made) + 4


def test_what_the_settings_of_now_score_is_shown_before_anything_is_tried(learner: Colours) -> None:
    told: list[str] = []

    def note(task: str, done: int, total: int, metric: str = "") -> None:
        told.append(f"{task} {done}/{total} {metric}".rstrip())

    search(learner.name, learner.settings, trials=1, progress=note)
    assert told[:4] == [
        "Scoring the settings of now 0/2",
        "Scoring the settings of now 1/2",
        "Scoring the settings of now 2/2 accuracy 0.9",
        "Trying settings 0/1",
    ]


def test_time_that_is_over_begins_no_trial(learner: Colours) -> None:
    found = search(learner.name, learner.settings, trials=5, minutes=0)

    assert (found.trials, found.score, found.best) == (0, 0.9, {})


def test_what_is_set_is_not_searched(learner: Colours) -> None:
    settings = replace(learner.settings, training={learner.name: {"epochs": 2}})

    found = search(learner.name, settings, trials=2)
    assert {line.split()[0] for line in fits(learner)} == {"2"}
    assert found.default == found.score == pytest.approx(0.98)


def test_scores_are_taken_on_the_validation_file_and_never_on_the_final_one(
    learner: Colours,
) -> None:
    learner.write({"blue 1": "cold", "blue 2": "cold"}, "valid.jsonl")
    assert search(learner.name, learner.settings, trials=1).examples == 2

    (learner.data / "valid.jsonl").unlink()
    (learner.data / "eval.jsonl").write_text("cannot be read")
    assert 2 < search(learner.name, learner.settings, trials=1).examples < 20


def test_too_few_examples_to_compare_on_are_told_so(learner: Colours) -> None:
    learner.write({"red 1": "warm"})

    with pytest.raises(DataError, match="too few examples to compare settings of 'colours'"):
        search(learner.name, learner.settings, trials=1)


def test_what_was_found_can_be_pasted() -> None:
    found = Found("mrr", {"rate": 1e-05, "schedule": "cosine", "epochs": 3}, 0.9, 0.8, 7, 50)
    text = "\n".join(shown("faq", found))

    assert tomllib.loads(text) == {"training": {"faq": dict(found.best)}}
    assert "mrr 0.9; with the settings of now 0.8" in text
    assert tomllib.loads("\n".join(shown("faq", replace(found, score=0.8)))) == {}


def test_a_missing_optuna_is_said_with_the_remedy(
    learner: Colours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "training.search")
    monkeypatch.setitem(sys.modules, "optuna", None)
    result = CliRunner().invoke(tune, [learner.name], obj=learner.settings)

    assert result.exit_code == 1
    assert "pip install 'nocturne[tune]'" in result.output
