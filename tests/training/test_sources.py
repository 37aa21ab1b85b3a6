"""A night goes on from what a version was fitted from, wherever that lies."""

from __future__ import annotations

from pathlib import Path

from bot.examples import write_examples
from bot.types import Example
from tests.training.colours import Colours
from training.fitting import fit_learner

OWN = {"black coal": "dark", "white snow": "bright"}


def fitted(colours: Colours, file: Path) -> None:
    write_examples(file, [Example(*each) for each in OWN.items()])
    fit_learner(colours.name, colours.settings, file)


def test_what_was_named_is_read_again_each_night(colours: Colours, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    fitted(colours, file)
    assert colours.night().outcome == "nothing new"

    write_examples(file, [Example(*each) for each in {**OWN, "grey fog": "dark"}.items()])
    colours.write({"grey fog": "dark"}, "eval.jsonl")
    assert (colours.night().outcome, colours.says("grey")) == ("promoted", "dark")

    write_examples(file, [Example(*each) for each in {**OWN, "grey fog": "dull"}.items()])
    colours.write({"grey fog": "dull"}, "eval.jsonl")
    assert (colours.night().outcome, colours.says("grey")) == ("promoted", "dull")


def test_a_source_that_is_gone_is_named_and_nothing_changes(
    colours: Colours, tmp_path: Path
) -> None:
    file = tmp_path / "own.jsonl"
    fitted(colours, file)
    file.unlink()
    record = colours.night()

    assert record.outcome == "failed"
    assert f"v0001 was fitted from {file}, which is not there" in record.reasons[0]
    assert colours.says("black") == "dark"


def test_a_fit_from_the_learners_own_data_leads_back_to_it(
    colours: Colours, tmp_path: Path
) -> None:
    fitted(colours, tmp_path / "own.jsonl")
    fit_learner(colours.name, colours.settings)
    (tmp_path / "own.jsonl").unlink()

    assert colours.night().outcome == "nothing new"
    assert colours.says("red") == "warm"
