"""The command `nocturne review`, on a home with a log and no models."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import Intent, Message, Reply, Turn
from bot.app import App
from bot.config import Settings
from bot.database import open_store
from bot.events import listen_event, reply_events, user_event
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.review.backlog import Backlog
from bot.review.command import review
from bot.tracker import TrackerStore
from bot.types import Parse


@pytest.fixture
def home(
    settings: Settings, make_skill: Callable[..., Path], echo_code: Callable[[str, str], str]
) -> Settings:
    """Two turns that nobody answered, understood by version v0001."""
    make_skill("prices", echo_code("Prices", "Ten euros."), price=["how much is it"])
    tracker = TrackerStore(open_store(settings.database))
    for text in ("hm", "well"):
        turn = Turn(Message("ana", text), (Intent("price", 0.9),))
        said = [user_event(turn, "v0001"), *reply_events("fallback", Reply("Pardon?"))]
        tracker.append("ana", [*said, listen_event()])
    return settings


def run(settings: Settings, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(review, arguments, input=typed, obj=settings)


def test_a_pipe_decides_and_the_lessons_wait_for_the_night(home: Settings) -> None:
    result = run(home, typed="c\no\n")
    waiting = FeedbackStore(open_store(home.database)).waiting("intent")

    assert (result.exit_code, result.output.count("no skill answered it")) == (0, 2)
    assert {(each.example.input, each.example.target) for each in waiting} == {
        ("well", "price"),
        ("hm", "out_of_scope"),
    }
    assert "Nothing waits for review." in run(home).output


def test_export_and_import_say_what_they_did(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "waiting.jsonl"
    assert (
        f"2 turns wait for review; they stand in {file}." in run(home, "--export", str(file)).output
    )
    file.write_text(file.read_text().replace("null", '"price"', 1))
    taken = run(home, "--import", str(file)).output

    assert "1 labels taken, 0 known before, 1 left empty." in taken


def test_export_and_import_exclude_each_other(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.yml").touch()
    result = run(home, "--export", "b.yml", "--import", str(tmp_path / "a.yml"))

    assert "one at a time" in result.output


class Parsing(App):
    """Understands as a version would that is not there."""

    def versions(self) -> dict[str, str]:
        return {"intent": "v0002"}

    def parse(self, texts: object) -> list[Parse]:
        assert isinstance(texts, list)
        return [Parse((Intent("out_of_scope", 0.9),), ()) for _ in texts]


def test_the_version_in_service_reads_only_what_another_one_understood(home: Settings) -> None:
    backlog = Backlog(Parsing(home), open_store(home.database))
    told: list[str] = []
    before = backlog.parsed_again(told.append)
    ModelRegistry(home.models).add("intent", lambda path: (path / "model.txt").touch(), {})
    (first, _) = backlog.parsed_again(told.append)

    assert told == ["Reading 2 texts again: 0"]
    assert len(before) == 2
    assert "the version now in service understands out_of_scope 90%" in [
        doubt.reason for doubt in first.doubts
    ]


def test_a_version_that_cannot_read_costs_only_its_word(
    home: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (home.models / "intent").mkdir(parents=True)
    version = ModelRegistry(home.models).add("intent", lambda path: (path / "x").touch(), {})
    ModelRegistry(home.models).promote("intent", version.name)
    backlog = Backlog(App(home), open_store(home.database))

    assert backlog.parsed_again(lambda _: None) == backlog.items() != []
    assert "cannot be loaded" in caplog.text
