"""What sets two versions apart: figures side by side, and where they say different things."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.config import Settings
from bot.errors import BotError, DataError, ModelError
from bot.models import ModelRegistry
from training.commands import diff, evaluate
from training.differences import differences

SKILL = """
import json
from bot import Reply, Skill

class Translations:
    def __init__(self, known):
        self.known = known

    @classmethod
    def load(cls, path, device="cpu"):
        return cls(json.loads((path / "known.json").read_text()))

    def save(self, path):
        (path / "known.json").write_text(json.dumps(self.known))

class Translator(Skill[Translations]):
    model_type = Translations

    def run(self, turn, context):
        return None
"""

TRAIN = """
from skills.translator import Translations
from training.trainer import Judgement, Trainer

class TranslatorTrainer(Trainer[Translations]):
    def examples(self):
        return []

    def fit(self, examples, seed=0):
        return Translations({})

    def update(self, model, new, old, seed=0):
        return model

    def evaluate(self, model, examples):
        return {"accuracy": sum(j.score for j in self.judge(model, examples)) / len(examples)}

    def judge(self, model, examples):
        said = [model.known.get(each.input, "") for each in examples]
        return [Judgement(s, 0.5, float(s == e.target)) for s, e in zip(said, examples)]
"""

OLD = {"eins": "one", "zwei": "two", "drei": "tree", "vier": "for", "fünf": "five"}
NEW = {"eins": "one", "zwei": "too", "drei": "three", "vier": "fore", "fünf": "five"}
RIGHT = {"eins": "one", "zwei": "two", "drei": "three", "vier": "four", "fünf": "five"}


@pytest.fixture
def translator(settings: Settings, make_skill: Callable[..., Path]) -> Settings:
    """Settings with a learner that has two versions and held-out examples."""
    folder = make_skill("translator", SKILL)
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    held = settings.data / "translator" / "eval.jsonl"
    held.parent.mkdir(parents=True)
    lines = (json.dumps({"input": text, "target": target}) for text, target in RIGHT.items())
    held.write_text("\n".join(lines), encoding="utf-8")
    models = ModelRegistry(settings.models)
    for known in (OLD, NEW):
        models.add("translator", _saving(known), {})
    return settings


def _saving(known: Mapping[str, str]) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        (path / "known.json").write_text(json.dumps(known), encoding="utf-8")

    return save


def test_only_what_is_said_differently_is_listed_lost_ones_first(translator: Settings) -> None:
    found = differences("translator", translator, "v0001", "v0002")

    assert found.metrics == {"accuracy": (0.6, 0.6)}
    assert (found.overall.lost, found.overall.won, found.overall.count) == (1, 1, 5)
    assert [case.input for case in found.cases] == ["zwei", "vier", "drei"]


def test_versions_can_be_compared_on_a_file(translator: Settings, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text('{"input": "drei", "target": "three"}\n', encoding="utf-8")

    found = differences("translator", translator, "v0002", "v0001", file)
    assert found.metrics == {"accuracy": (1.0, 0.0)}


@pytest.mark.parametrize(
    ("learner", "version", "reason"),
    [
        ("translator", "v0009", "has no version 'v0009'"),
        ("nobody", "v0001", "There is no learner 'nobody'"),
    ],
)
def test_what_cannot_be_compared_is_said(
    translator: Settings, learner: str, version: str, reason: str
) -> None:
    with pytest.raises(BotError, match=reason):
        differences(learner, translator, "v0001", version)


def test_a_damaged_version_is_not_compared(translator: Settings) -> None:
    (translator.models / "translator" / "v0002" / "known.json").write_text("{}")

    with pytest.raises(ModelError, match="v0002 of 'translator' is damaged"):
        differences("translator", translator, "v0001", "v0002")


def test_without_held_out_examples_the_remedy_is_said(translator: Settings) -> None:
    (translator.data / "translator" / "eval.jsonl").unlink()

    with pytest.raises(DataError, match="--examples"):
        differences("translator", translator, "v0001", "v0002")


def test_the_command_shows_figures_side_by_side_and_each_difference(translator: Settings) -> None:
    run = CliRunner().invoke(diff, ["translator", "v0001", "v0002"], obj=translator)

    lines = run.output.splitlines()
    assert lines[0].split() == ["translator", "v0001", "v0002"]
    assert lines[1].split() == ["accuracy", "0.6", "0.6"]
    assert lines[3].startswith("3 of 5 examples differ; from v0001 to v0002, 1 are lost and 1 won")
    assert lines[4:] == [
        "lost  zwei  [two]",
        "      v0001: two (50%)   v0002: too (50%)",
        "both  vier  [four]",
        "      v0001: for (50%)   v0002: fore (50%)",
        "won   drei  [three]",
        "      v0001: tree (50%)   v0002: three (50%)",
    ]


def test_the_command_prints_one_json_object(translator: Settings) -> None:
    run = CliRunner().invoke(diff, ["translator", "v0001", "v0002", "--json"], obj=translator)
    found = json.loads(run.output)

    assert found["metrics"] == {"accuracy": [0.6, 0.6]}
    assert [case["new"]["predicted"] for case in found["cases"]] == ["too", "fore", "three"]


def test_an_evaluation_can_be_looked_at_as_a_page(translator: Settings, tmp_path: Path) -> None:
    ModelRegistry(translator.models).promote("translator", "v0002")
    file = tmp_path / "page.html"
    run = CliRunner().invoke(evaluate, ["translator", "--report", str(file)], obj=translator)

    assert run.output.split() == ["accuracy", "0.6"]
    page = file.read_text(encoding="utf-8")
    assert "Evaluation of translator" in page
    assert "Calibration" in page
    assert page.count("<svg") == 2
    assert "fore" in page
