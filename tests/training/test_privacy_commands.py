"""The commands for what is kept of people."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import Example
from bot.__main__ import main
from bot.config import Settings
from bot.database import open_store
from bot.examples import write_examples
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.tracker import TrackerStore
from training.data import LEARNT
from training.night import NIGHTS, WORK, Night, alone, days_before, forget_nights
from training.nightly import run_night
from training.record import Case, write_cases
from training.trainer import Judgement

SAID = "book a table in Ulaanbaatar"
ANNOTATED = "book a table in [Ulaanbaatar](city)"


def run(settings: Settings, *arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(settings.home), *arguments], env=environ)


def _save(learnt: Sequence[Example], draft: Path) -> None:
    write_examples(draft / LEARNT, learnt)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Ana taught something that a version has learnt and that a night shows; Ben has not."""
    store = open_store(settings.database)
    feedback = FeedbackStore(store)
    for sender_id, text in (("ana", SAID), ("ben", "hello")):
        TrackerStore(store).append(sender_id, [{"event": "user", "text": text}])
        feedback.add("intent", Example(text, "book"), "button", sender_id, 2)
    store.close()
    models = ModelRegistry(settings.models)
    for text in (ANNOTATED, "hello"):
        models.add("intent", partial(_save, [Example(text, "book")]), {})
    for night, text in (("2026-01-01", SAID), ("2026-01-02", "hello")):
        case = Case(text, "book", None, Judgement("book", 1.0, 1.0))
        write_cases(settings.home / NIGHTS / night / "intent.tonight.jsonl", [case])
    for learner in ("intent", "faq"):
        (settings.home / WORK / learner).mkdir(parents=True)
    return settings


def test_forgetting_says_what_was_deleted_and_what_models_keep(home: Settings) -> None:
    shown = run(home, "forget", "ana")

    assert shown.exit_code == 0
    assert "Deleted of 'ana': 2 events, 1 feedback." in shown.output
    assert [night.name for night in (home.home / NIGHTS).iterdir()] == ["2026-01-02"]
    assert [work.name for work in (home.home / WORK).iterdir()] == ["faq"]
    assert "stays in v0001. `nocturne nightly intent --full` makes a version" in shown.output
    assert run(home, "forget", "ana").output == "Nothing is kept of 'ana'.\n"
    assert "2 events" in run(home, "forget", "ben").output
    assert list((home.home / NIGHTS).iterdir()) == []


def test_nobody_is_forgotten_while_a_night_is_at_work(home: Settings) -> None:
    with alone(home.home):
        shown = run(home, "forget", "ana")

    assert shown.exit_code == 1
    assert "Another night is at work" in shown.output
    assert "Deleted" in run(home, "forget", "ana").output


def test_an_export_is_json_with_everything(home: Settings) -> None:
    shown = run(home, "export-data", "ana")

    about = json.loads(shown.stdout)
    assert about["sender_id"] == "ana"
    assert about["tables"]["events"][1]["data"]["text"] == SAID
    assert about["tables"]["feedback"][0]["input"] == SAID
    assert "hello" not in shown.stdout
    assert "Nothing is kept of 'eve'" in run(home, "export-data", "eve").stderr


def test_a_database_is_encrypted_by_command(home: Settings) -> None:
    pytest.importorskip("sqlcipher3")
    assert "There is no key" in run(home, "encrypt").output

    shown = run(home, "encrypt", NOCTURNE_DATABASE_KEY="key")

    assert "encrypted" in shown.output
    files = [home.database, home.database.with_suffix(".backup")]
    assert not any(b"Ulaanbaatar" in file.read_bytes() for file in files)
    again = run(home, "encrypt", NOCTURNE_DATABASE_KEY="key")
    assert again.exit_code == 0
    assert "Ulaanbaatar" in run(home, "export-data", "ana", NOCTURNE_DATABASE_KEY="key").output
    assert "NOCTURNE_DATABASE_KEY" in run(home, "export-data", "ana").output


def test_the_night_deletes_what_is_kept_too_long(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.nightly.learners", lambda settings: ())
    (home.home / NIGHTS / "2026-01-01").rename(home.home / NIGHTS / "2999-01-01")

    list(run_night(replace(home, conversation_days=0.0)))

    assert [night.name for night in (home.home / NIGHTS).iterdir()] == ["2999-01-01"]
    assert "Nothing is kept" in run(home, "forget", "ana").output


def test_nights_of_before_the_days_that_are_kept_are_removed(tmp_path: Path) -> None:
    names = ["2026-01-01T03-30-00.000+00-00", "2026-03-01T03-30-00.000+00-00"]
    for name in names:
        (tmp_path / NIGHTS / name).mkdir(parents=True)
    night = Night("2026-03-10T03:30:00.000+00:00", 1, 0)

    forget_nights(tmp_path, 60, days_before(night, float("inf")))
    assert len(list((tmp_path / NIGHTS).iterdir())) == 2
    forget_nights(tmp_path, 60, days_before(night, 30))

    assert [path.name for path in (tmp_path / NIGHTS).iterdir()] == names[1:]
    assert days_before(night, 1e9) == ""
