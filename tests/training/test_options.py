"""Settings of training: what can be set for a learner, and what a wrong one is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.config import Settings, read_settings
from bot.errors import SettingsError
from training.learners import trainer_of
from training.option_commands import training_options
from training.options import FULL_RATE, Options, options_of, with_options
from training.recipe import Recipe


def test_a_table_of_the_settings_file_reaches_the_learner_it_names(tmp_path: Path) -> None:
    (tmp_path / "nocturne.toml").write_text("[training.intent]\nepochs = 3\nfreeze = 'head'\n")
    settings = read_settings(tmp_path, {})

    assert trainer_of("intent", settings).options == Options(epochs=3, freeze="head")
    assert trainer_of("faq", settings).options == Options()


def test_what_is_set_for_once_goes_over_the_file() -> None:
    settings = Settings(training={"intent": {"epochs": 3, "clip": 2}})

    found = options_of(with_options(settings, "intent", {"epochs": 5}), "intent")
    assert found == Options(epochs=5, clip=2.0)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"epoch": 3}, r"Unknown setting 'epoch' in \[training\.intent\]\. Known settings: accu"),
        ({"epochs": 0}, "'epochs' in .* should be a whole number from 1 to 10000, not 0"),
        ({"epochs": 1.5}, "should be a whole number"),
        ({"rate": "high"}, "should be a number from 1e-08 to 1, not 'high'"),
        ({"dropout": float("nan")}, "not nan"),
        ({"balance": True}, "not True"),
        ({"freeze": "most"}, "'freeze' in .* is 'most'; it can be head, lora, all"),
        ({"schedule": 3}, "it can be linear, cosine"),
        ({"patience": 2}, "set `validation` too"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_can_be(table: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        options_of(Settings(training={"intent": table}), "intent")


@pytest.mark.parametrize("text", ["training = 3", "[training]\nintent = 3"])
def test_what_is_no_table_is_told_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "nocturne.toml").write_text(text)

    with pytest.raises(SettingsError, match=r"should be tables such as \[training\.intent\]"):
        read_settings(tmp_path, {})


def test_what_is_not_set_stays_as_the_learner_derived_it() -> None:
    derived = Recipe(epochs=4, frozen=3)

    assert Options().applied(derived) == derived
    assert Options(batch=8).applied(derived) == replace(derived, batch=8)
    assert Options(freeze="all").applied(derived).rate == FULL_RATE
    assert Options(freeze="all", rate=0.01).applied(derived).rate == 0.01


def test_only_a_validation_part_makes_training_stop_early() -> None:
    assert Options().plan(100, 10, "").evaluate_every == 0
    watched = Options(validation=0.2, patience=2, accumulate=3).plan(100, 10, "")
    assert (watched.steps, watched.evaluate_every, watched.patience) == (34, 4, 2)


def test_settings_on_the_command_line_are_read_as_in_the_file() -> None:
    @click.command()
    @training_options
    def echo(chosen: dict[str, Any]) -> None:
        click.echo(repr(chosen))

    pairs = ("--set", "rate=1e-3", "--set", "schedule=cosine", "--freeze", "all")
    assert CliRunner().invoke(echo, pairs).output == (
        "{'rate': 0.001, 'schedule': 'cosine', 'freeze': 'all'}\n"
    )


def test_a_setting_without_a_value_is_told_so() -> None:
    result = CliRunner().invoke(main, ["fit", "intent", "--set", "rate"])

    assert result.exit_code == 1
    assert "write --set rate=VALUE" in result.output


def test_an_unknown_setting_on_the_command_line_stops_before_anything_is_learnt() -> None:
    result = CliRunner().invoke(main, ["fit", "intent", "--set", "rat=1"])

    assert result.exit_code == 1
    assert "Unknown setting 'rat' in [training.intent]" in result.output
