"""The skills in service, their models, and what keeps one out."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Self

import pytest

from bot.config import Settings
from bot.errors import ModelError
from bot.models import ModelRegistry
from bot.registry import SkillRegistry, UntrainedError, load_model
from bot.testing import turn
from bot.types import Context, Reply
from bot.untrained import SORRY, with_untrained

Make = Callable[..., Path]
Code = Callable[[str, str], str]

READS_DATA = """
from bot import Reply, Skill
from bot.errors import DataError

class {kind}(Skill[None]):
    def __init__(self, model, data):
        super().__init__(model, data)
        self.text = (data / "text.txt").read_text()
        if not self.text:
            raise DataError("text.txt is empty. Write something into it.")

    def run(self, turn, context):
        return Reply(self.text)
"""

LEARNS = """
import json
from bot import Reply, Skill

class Number:
    def __init__(self, value):
        self.value = value

    @classmethod
    def load(cls, path, device="cpu"):
        return cls(json.loads((path / "number.json").read_text()))

    def save(self, path):
        (path / "number.json").write_text(json.dumps(self.value))

class {kind}(Skill[Number]):
    model_type = Number

    def run(self, turn, context):
        return Reply(str(self.model.value))
"""


class Number:
    def __init__(self, value: int) -> None:
        self.value = value

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        return cls(json.loads((path / "number.json").read_text()))

    def save(self, path: Path) -> None:
        (path / "number.json").write_text(json.dumps(self.value))


@pytest.fixture
def models(settings: Settings) -> ModelRegistry:
    return ModelRegistry(settings.models)


def serve(models: ModelRegistry, learner: str, value: int) -> str:
    version = models.add(learner, Number(value).save, {})
    models.promote(learner, version.name)
    return version.name


def texts(registry: SkillRegistry) -> dict[str, str]:
    skills = registry.skills()
    replies = {name: skill.run(turn("", "any"), Context()) for name, skill in skills.items()}
    return {name: reply.text for name, reply in replies.items() if reply}


def test_a_broken_skill_stops_no_other(
    settings: Settings, models: ModelRegistry, make_skill: Make, echo_code: Code
) -> None:
    make_skill("bad_code", "import no_such_module")
    make_skill("bad_nlu", echo_code("BadNlu", "!"), ask=["[open]{bad}"])
    make_skill("good", echo_code("Good", "Well."))
    registry = SkillRegistry(settings, models)
    registry.load()

    assert texts(registry) == {"good": "Well."}
    states = {status.name: status.state for status in registry.statuses()}
    assert states == {"bad_code": "broken", "bad_nlu": "broken", "good": "ready"}


def test_a_skill_without_its_model_is_untrained_and_says_what_to_do(
    settings: Settings, models: ModelRegistry, make_skill: Make
) -> None:
    make_skill("learner_one", LEARNS.format(kind="One"))
    registry = SkillRegistry(settings, models)
    registry.load()
    (status,) = registry.statuses()

    assert (status.state, registry.skills()) == ("untrained", {})
    assert "nocturne fit learner_one" in status.detail


def test_what_is_meant_for_an_untrained_skill_is_told_the_command(
    settings: Settings, models: ModelRegistry, make_skill: Make
) -> None:
    make_skill("learner_six", LEARNS.format(kind="Six"), count=["count to ten"])
    hint = '    untrained = "Run `make numbers`."\n\n    def run('
    make_skill(
        "learner_seven", LEARNS.format(kind="Seven").replace("    def run(", hint), add=["1"]
    )
    registry = SkillRegistry(settings, models)
    registry.load()
    skills = with_untrained(registry)

    said = {
        name: [skill.run(turn("", intent), Context()) for intent in ("count", "add", "other")]
        for name, skill in skills().items()
    }
    assert said == {
        "learner_six": [Reply(f"{SORRY} {registry.status('learner_six').detail}"), None, None],
        "learner_seven": [None, Reply(f"{SORRY} Run `make numbers`."), None],
    }

    serve(models, "learner_six", 6)
    assert skills()["learner_six"].run(turn("", "count"), Context()) == Reply("6")


def test_a_promoted_version_serves_at_the_next_turn_and_so_does_a_rollback(
    settings: Settings, models: ModelRegistry, make_skill: Make
) -> None:
    make_skill("learner_two", LEARNS.format(kind="Two"))
    serve(models, "learner_two", 1)
    registry = SkillRegistry(settings, models)
    registry.load()
    assert texts(registry) == {"learner_two": "1"}

    serve(models, "learner_two", 2)
    assert texts(registry) == {"learner_two": "2"}
    models.roll_back("learner_two")
    assert texts(registry) == {"learner_two": "1"}


def test_while_a_promoted_version_is_loaded_the_one_before_answers_every_turn(
    settings: Settings,
    models: ModelRegistry,
    make_skill: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_skill("learner_slow", LEARNS.format(kind="Slow"))
    serve(models, "learner_slow", 1)
    registry = SkillRegistry(settings, models)
    registry.load()
    may_go = Event()

    def slow(*args: Any) -> Any:
        may_go.wait(60)
        return load_model(*args)

    monkeypatch.setattr("bot.reloading.PATIENCE", 0.0)
    monkeypatch.setattr("bot.registry.load_model", slow)
    serve(models, "learner_slow", 2)

    assert [texts(registry)["learner_slow"] for _ in range(9)] == ["1"] * 9
    may_go.set()
    while texts(registry)["learner_slow"] != "2":
        pass


def test_edited_data_serve_at_the_next_turn_and_a_mistake_keeps_the_old_ones(
    settings: Settings, models: ModelRegistry, make_skill: Make
) -> None:
    make_skill("reader", READS_DATA.format(kind="Reader"))
    file = settings.data / "reader" / "text.txt"
    file.parent.mkdir(parents=True)
    file.write_text("old")
    registry = SkillRegistry(settings, models)
    registry.load()
    assert texts(registry) == {"reader": "old"}

    file.write_text("newer")
    assert texts(registry) == {"reader": "newer"}
    file.write_text("")
    assert texts(registry) == {"reader": "newer"}
    assert registry.statuses()[0].detail == "text.txt is empty. Write something into it."
    file.write_text("mended")
    assert texts(registry) == {"reader": "mended"}


def test_a_package_brings_its_own_data_and_the_operators_win(
    settings: Settings, models: ModelRegistry, make_skill: Make
) -> None:
    shipped = make_skill("bringer", READS_DATA.format(kind="Bringer")) / "data"
    shipped.mkdir()
    (shipped / "text.txt").write_text("shipped")
    registry = SkillRegistry(settings, models)
    registry.load()
    assert texts(registry) == {"bringer": "shipped"}

    own = settings.data / "bringer"
    own.mkdir(parents=True)
    (own / "text.txt").write_text("own")
    assert texts(registry) == {"bringer": "own"}


def test_a_damaged_model_gives_way_to_the_one_before(
    models: ModelRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    serve(models, "one", 1)
    name = serve(models, "one", 2)
    (models.root / "one" / name / "number.json").write_text("3")

    assert load_model(models, "one", Number, "cpu").model.value == 1
    assert "v0002 of 'one' is damaged" in caplog.text


def test_a_garbled_pointer_gives_the_newest_version(
    models: ModelRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    serve(models, "one", 1)
    serve(models, "one", 2)
    (models.root / "one" / "current").write_text("\x00\x00")

    assert load_model(models, "one", Number, "cpu").model.value == 2
    assert "current should name a version" in caplog.text


def test_a_model_that_cannot_be_loaded_gives_way_to_the_one_before(
    models: ModelRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    serve(models, "one", 1)
    unreadable = models.add("one", lambda path: None, {})
    models.promote("one", unreadable.name)

    assert load_model(models, "one", Number, "cpu").model.value == 1
    assert "v0002 of 'one' cannot be loaded (FileNotFoundError" in caplog.text


@pytest.mark.parametrize("error", [KeyError("format"), ValueError("odd"), RuntimeError("shape")])
def test_whatever_a_model_raises_the_error_names_version_and_remedy(
    models: ModelRegistry, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(path: Path, device: str) -> Number:
        raise error

    serve(models, "one", 1)
    monkeypatch.setattr(Number, "load", fail)

    remedy = r"v0001 of 'one' cannot be loaded .* Run `nocturne fit one`"
    with pytest.raises(ModelError, match=remedy):
        load_model(models, "one", Number, "cpu")


def test_when_every_version_is_damaged_the_one_in_service_is_named(models: ModelRegistry) -> None:
    name = serve(models, "one", 1)
    (models.root / "one" / name / "number.json").unlink()

    with pytest.raises(ModelError, match="v0001 of 'one' is damaged"):
        load_model(models, "one", Number, "cpu")


def test_a_candidate_answers_in_place_of_the_version_in_service(
    settings: Settings, models: ModelRegistry, make_skill: Make, tmp_path: Path
) -> None:
    make_skill("learner_three", LEARNS.format(kind="Three"))
    serve(models, "learner_three", 1)
    candidate = tmp_path / "candidate"
    candidate.mkdir()
    Number(2).save(candidate)
    trial = ModelRegistry(models.root, candidates={"learner_three": candidate})
    registry = SkillRegistry(settings, trial)
    registry.load()

    assert texts(registry) == {"learner_three": "2"}
    assert registry.versions() == {"learner_three": "candidate"}
    assert load_model(models, "learner_three", Number, "cpu").version == "v0001"


def test_a_candidate_that_cannot_be_loaded_is_said(models: ModelRegistry, tmp_path: Path) -> None:
    trial = ModelRegistry(models.root, candidates={"one": tmp_path})

    with pytest.raises(ModelError, match="of 'one' cannot be loaded"):
        load_model(trial, "one", Number, "cpu")


def test_a_version_nobody_promoted_serves_nobody(models: ModelRegistry) -> None:
    models.add("one", Number(1).save, {})

    with pytest.raises(UntrainedError, match="nocturne promote one v0001"):
        load_model(models, "one", Number, "cpu")
