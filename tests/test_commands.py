"""The command `nocturne`, as people and scripts use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from threadpoolctl import threadpool_info, threadpool_limits

from bot.__main__ import main
from bot.commands import loader
from bot.config import Settings
from bot.models import ModelRegistry

HEAVY = ("torch", "transformers", "textual", "rasa_sdk", "sqlite_utils")


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *arguments])


def add(home: Path, learner: str, text: str) -> str:
    registry = ModelRegistry(home / "models")
    save = lambda path: (path / "model.txt").write_text(text)  # noqa: E731
    version = registry.add(learner, save, {"metrics": {"accuracy": 0.5}})
    registry.promote(learner, version.name)
    return version.name


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from bot.__main__ import main\n"
        "print(CliRunner().invoke(main, ['--help']).output)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout

    for command in ("chat", "skills", "parse", "fit", "evaluate", "versions", "promote"):
        assert f"\n  {command} " in shown
    for command in ("rollback", "doctor", "bench"):
        assert f"\n  {command} " in shown
    assert shown.endswith("[]\n")


def test_versions_marks_the_one_in_service(tmp_path: Path) -> None:
    add(tmp_path, "intent", "one")
    add(tmp_path, "intent", "two")
    lines = run(tmp_path, "versions").output.splitlines()

    assert [line[:22].split() for line in lines] == [["intent", "v0001"], ["*", "intent", "v0002"]]
    assert "accuracy 0.5" in lines[0]


def test_versions_as_json_are_an_object_a_line(tmp_path: Path) -> None:
    add(tmp_path, "intent", "one")
    (line,) = run(tmp_path, "versions", "intent", "--json").output.splitlines()

    assert json.loads(line)["name"] == "v0001"


def test_promote_and_rollback_change_what_serves(tmp_path: Path) -> None:
    add(tmp_path, "intent", "one")
    add(tmp_path, "intent", "two")

    assert "v0001 is in service again" in run(tmp_path, "rollback", "intent").output
    assert "v0002 is in service" in run(tmp_path, "promote", "intent", "v0002").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("promote", "intent", "v0009"), "'intent' has no version 'v0009'. Run `nocturne fit"),
        (("rollback", "intent"), "was in service"),
        (("fit", "nonsense"), "There is no learner 'nonsense'. Learners are: intent, "),
        (("evaluate", "intent", "--examples", "missing.jsonl"), "missing.jsonl"),
    ],
    ids=["unknown version", "nothing before", "unknown learner", "missing file"],
)
def test_a_mistake_is_said_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run(tmp_path, *arguments)

    assert result.exit_code in (1, 2)
    assert message in result.output
    assert "Traceback" not in result.output


def test_an_unknown_setting_is_said_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nocturne.toml").write_text("hoem = 'x'")

    assert "Unknown setting 'hoem'" in run(tmp_path, "versions").output


def test_doctor_says_what_is_missing_and_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOCTURNE_ENCODER", "no-such-encoder")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    result = run(tmp_path, "doctor")

    assert result.exit_code == 1
    assert "NO  encoder" in result.output
    assert "pip install no-such-encoder" in result.output
    assert "nocturne fit intent" in result.output


def test_a_bot_that_serves_does_its_small_sums_on_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.App.manager", "the bot")
    with threadpool_limits(2, "blas"):
        loader(Settings(home=tmp_path))(print)
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]

    assert pools
    assert all(pool["num_threads"] == 1 for pool in pools)
