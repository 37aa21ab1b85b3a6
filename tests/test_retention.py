"""Retention: what is older than its days is gone, and what is not stays."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot import Example
from bot.app import App
from bot.config import Settings
from bot.database import Store, open_store
from bot.feedback import FeedbackStore
from bot.picture_store import DAY
from bot.retention import retain
from bot.tracker import SNAPSHOT_EVERY, TrackerStore

NOW = 1_700_000_000.0
OLD, NEW = NOW - 31 * DAY, NOW - 29 * DAY


def say(store: Store, sender_id: str, time: float, texts: Sequence[str]) -> None:
    said = [{"event": "user", "text": text} for text in texts]
    slot = {"event": "slot", "name": texts[0], "value": 1}
    TrackerStore(store, lambda: time).append(sender_id, [*said, slot])


@pytest.fixture
def month(settings: Settings) -> Settings:
    return replace(settings, conversation_days=30.0)


@pytest.fixture
def store(month: Settings) -> Store:
    return open_store(month.database)


def test_what_is_old_is_gone_and_what_is_remembered_of_it(month: Settings, store: Store) -> None:
    say(store, "ana", OLD, ["an old story"] * SNAPSHOT_EVERY)
    say(store, "ana", NEW, ["a new story"])
    say(store, "ben", OLD, ["an old story"])

    retain(month, store, NOW)

    tracker = TrackerStore(store)
    assert tracker.load("ana").history == (("a new story", ""),)
    assert tracker.load("ana").slots == {"a new story": 1}
    assert tracker.events("ben") == []
    files = [file for file in month.home.iterdir() if b"old story" in file.read_bytes()]
    assert files == []


def test_lessons_that_wait_go_and_what_was_learnt_stays(month: Settings, store: Store) -> None:
    say(store, "ana", OLD, ["story"])
    feedback = FeedbackStore(store, lambda: OLD)
    for text in ("waits", "aside", "learnt"):
        feedback.add("intent", Example(text, "story"), "button", "ana", 2)
    feedback.set_aside(feedback.waiting("intent")[1:2], "why not")
    feedback.mark_learnt(feedback.waiting("intent")[1:], "v0001")

    retain(month, store, NOW)

    assert [each.example.input for each in feedback.learnt("intent")] == ["learnt"]
    assert [each.event_id for each in feedback.learnt("intent")] == [0]
    assert feedback.waiting("intent") == feedback.aside("intent") == []


def test_without_the_setting_everything_stays(settings: Settings) -> None:
    store = open_store(settings.database)
    say(store, "ana", 1.0, ["an old story"])

    retain(settings, store, NOW)

    assert settings.conversation_days == math.inf
    assert len(TrackerStore(store).events("ana")) == 3


def test_a_bot_that_starts_deletes_what_is_old(
    month: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(store, "ana", OLD, ["an old story"])
    monkeypatch.setattr(App, "manager_on", lambda self, store: store.close())

    App(month).manager  # noqa: B018 - making it is what is tested

    assert TrackerStore(store).events("ana") == []


def test_retention_goes_on_while_somebody_reads(
    month: Settings, store: Store, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    say(store, "ana", OLD, ["an old story"])
    reader = open_store(month.database)
    reader.db.execute("begin")
    reader.db.execute("select * from events").fetchone()
    store.db.execute("PRAGMA busy_timeout = 50")

    retain(month, store, NOW)

    assert "may still be in its files" in caplog.text
    assert TrackerStore(store).events("ana") == []
