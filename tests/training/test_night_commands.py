"""`nocturne nightly`: a JSON line a learner, words for people, and exit codes for timers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.training.colours import EXAMPLES, Colours
from training.night import alone
from training.night_commands import nightly
from training.record import Record, append_record

Nightly = Callable[..., Result]


@pytest.fixture
def run(trained: Colours, monkeypatch: pytest.MonkeyPatch) -> Nightly:
    """Run the command for the learner; the page of the night has its own tests."""
    page = trained.settings.home / "report.html"
    monkeypatch.setattr("training.report.reported", lambda settings, night: page)
    return lambda *options: CliRunner().invoke(nightly, ["colours", *options], obj=trained.settings)


def test_a_night_says_a_json_line_a_learner_and_ends_well(trained: Colours, run: Nightly) -> None:
    trained.teach("teal vase", "cold")
    shown = run()
    (record,) = (json.loads(line) for line in shown.stdout.splitlines())

    assert shown.exit_code == 0
    assert (record["learner"], record["outcome"]) == ("colours", "promoted")
    assert (record["parent"], record["version"]) == ("v0001", "v0002")
    assert record["counts"]["new"] == 1
    assert record["reasons"]
    assert f"Report: {trained.settings.home}" in shown.stderr


def test_a_rejected_night_ends_well_too(trained: Colours, run: Nightly) -> None:
    trained.teach("red car", "cold")
    shown = run()

    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["outcome"] == "rejected"
    assert "ATTENTION" not in shown.stderr


def test_a_learner_that_fails_is_said_loudly(trained: Colours, run: Nightly) -> None:
    (trained.data / "examples.jsonl").write_text("{", encoding="utf-8")
    shown = run()

    assert shown.exit_code == 1
    assert json.loads(shown.stdout)["outcome"] == "failed"
    assert "FAILED colours: " in shown.stderr
    assert "examples.jsonl, line 1" in shown.stderr


def test_out_of_time_has_an_exit_code_of_its_own(trained: Colours, run: Nightly) -> None:
    trained.write({**EXAMPLES, "pink dawn": "warm"})
    late = run("--minutes", "0")

    assert (late.exit_code, json.loads(late.stdout)["outcome"]) == (3, "postponed")
    assert "goes on from here" in late.stdout
    assert (run().exit_code, trained.says("pink sea")) == (0, "warm")


def test_beside_a_running_night_it_ends_at_once_to_be_tried_later(
    trained: Colours, run: Nightly
) -> None:
    with alone(trained.settings.home):
        shown = run()

    assert (shown.exit_code, shown.stdout) == (75, "")
    assert "Another night is at work" in shown.stderr


def test_a_full_disk_is_a_message_and_no_traceback(
    trained: Colours, run: Nightly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.nightly.begin", full)
    shown = run()

    assert shown.exit_code == 1
    assert "No space left on device" in str(shown.exception)


def test_a_dry_run_says_what_would_be_learnt_and_changes_nothing(
    trained: Colours, run: Nightly
) -> None:
    trained.teach("teal vase", "cold")
    trained.teach("old thing", "gone")
    trained.write({name: target for name, target in EXAMPLES.items() if name != "green leaf"})
    shown = run("--dry-run")

    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "colours: 1 new, 3 old, 1 removed, 0 held, 1 aside, 0 waiting",
        "  + 'teal vase' means cold",
        "  - 'green leaf' means cold",
        "  ? 'old thing' means gone: There is no 'gone' any more.",
    ]
    assert trained.lessons() == {"teal vase": "waits", "old thing": "waits"}
    assert len(trained.models.versions("colours")) == 1


def test_a_dry_run_says_loudly_what_cannot_be_learnt(trained: Colours, run: Nightly) -> None:
    (trained.data / "examples.jsonl").write_text("{", encoding="utf-8")
    shown = run("--dry-run")

    assert shown.exit_code == 1
    assert "FAILED colours: " in shown.stderr
    assert "examples.jsonl, line 1" in shown.stderr


@pytest.mark.parametrize(("before", "is_said"), [(1, False), (2, True)])
def test_the_third_rejected_night_in_a_row_is_said_loudly(
    trained: Colours, run: Nightly, before: int, is_said: bool
) -> None:
    for number in range(before):
        night = f"2026-01-0{number + 1}T03:00:00+00:00"
        append_record(
            trained.settings.home / "nights.jsonl",
            Record(night, "colours", "rejected", ("Worse.",)),
        )
    trained.teach("red car", "cold")
    shown = run()

    assert ("ATTENTION colours: 3 nights in a row were rejected." in shown.stderr) == is_said
    assert shown.exit_code == 0
