"""Courses as operators and learners meet them: a night, and an edited catalogue, for real."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot import Context
from bot.config import Settings
from bot.database import open_store
from bot.feedback import OBSERVED, FeedbackStore
from bot.models import ModelRegistry
from bot.pseudonyms import pseudonyms_of
from bot.registry import SkillRegistry
from bot.testing import turn
from bot.types import Example
from training.fitting import fit_learner
from training.learners import model_of, trainer_of
from training.nightly import run_night

TOPICS = ("baking", "chess", "guitar")
SIZE = 6


def course(topic: str, number: int, title: str = "") -> dict[str, object]:
    return {
        "id": f"{topic}_{number}",
        "title": title or f"{topic.capitalize()} {number}",
        "description": f"All about {topic}.",
        "topics": [topic],
        "level": "beginner",
        "hours": 10,
        "price": 20,
        "language": "English",
    }


def write_courses(folder: Path, *more: dict[str, object]) -> None:
    found = [course(topic, number) for topic in TOPICS for number in range(SIZE)]
    (folder / "courses.yml").write_text(json.dumps([*found, *more]), encoding="utf-8")


def write_enrolments(folder: Path) -> None:
    """Learners keep to a topic, and take four of its courses."""
    random, lines = Random(0), ["user,item,kind,rating,timestamp"]
    for learner in range(60):
        topic = TOPICS[learner % len(TOPICS)]
        numbers = random.sample(range(SIZE), 4)
        lines += [
            f"u{learner},{topic}_{number},enrolled,,2024-01-{day + 1:02}"
            for day, number in enumerate(numbers)
        ]
    (folder / "enrolments.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def settings(tiny_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the courses are fitted, beside a catalogue of its own."""
    folder = tmp_path_factory.mktemp("academy")
    data = folder / "data" / "courses"
    data.mkdir(parents=True)
    write_courses(data)
    write_enrolments(data)
    settings = replace(tiny_settings, home=folder / "home", data=folder / "data")
    fit_learner("courses", settings)
    return settings


@pytest.fixture
def kept(settings: Settings) -> Iterator[Settings]:
    """The same, with the catalogue put back afterwards."""
    yield settings
    write_courses(settings.data / "courses")


def place(settings: Settings, history: dict[str, float], id: str) -> int:
    """Where a course stands among all for a history, by the version in service."""
    trainer = trainer_of("courses", settings)
    scores = trainer.answering(model_of("courses", settings))(history)  # type: ignore[attr-defined] # it ranks
    ids = trainer.items(None)  # type: ignore[attr-defined]
    return int((scores > scores[ids.index(id)]).sum())


def test_a_new_course_in_the_file_is_recommended_by_the_running_bot_before_any_night(
    kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reloading.PATIENCE", 60.0)
    registry = SkillRegistry(kept, ModelRegistry(kept.models))
    registry.load()
    baker = Context(person="p:0123456789abcdef", slots={"courses_known": ["baking_0", "baking_1"]})
    wish = turn("what should I learn next?", "find_course")
    before = registry.skills()["courses"].run(wish, baker)
    write_courses(kept.data / "courses", course("baking", 99, "Sourdough for Everyone"))
    after = registry.skills()["courses"].run(wish, baker)

    assert before
    assert after
    assert "Sourdough" not in before.text
    assert "Sourdough" in after.text


def test_a_night_after_enrolments_recommends_what_they_led_to(settings: Settings) -> None:
    chess_player = {"chess_0": 1.0, "chess_1": 1.0}
    before = {id: place(settings, chess_player, id) for id in ("guitar_5", "baking_5")}
    with closing(open_store(settings.database)) as store:
        feedback, person = FeedbackStore(store), pseudonyms_of(settings)
        for number in range(20):
            sender = f"new{number}"
            for id in ("chess_0", "chess_1", "guitar_5"):
                feedback.add("courses", Example(person.of(sender), id), OBSERVED, sender, 1)
    (record,) = run_night(settings, ["courses"])
    after = {id: place(settings, chess_player, id) for id in before}

    assert record.outcome == "promoted", record.reasons
    assert after["guitar_5"] < before["guitar_5"]
    assert after["guitar_5"] < after["baking_5"]
