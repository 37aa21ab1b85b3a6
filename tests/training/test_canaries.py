"""Canary dialogues: what a candidate no longer manages is said, and only that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import DataError
from training.canaries import failures, newly_failing


@pytest.fixture
def canaries(settings: Settings) -> Path:
    folder = settings.data / "canaries"
    folder.mkdir(parents=True)
    return folder


def test_without_canaries_nothing_fails_and_no_bot_is_made(settings: Settings) -> None:
    assert failures(settings) == {}


def test_a_malformed_canary_is_an_error_that_names_the_file(
    settings: Settings, canaries: Path
) -> None:
    (canaries / "bad.yml").write_text("- dialog: a")

    with pytest.raises(DataError, match=r"bad\.yml, line 1: Unknown key 'dialog'"):
        failures(settings)


def test_only_what_passed_before_can_newly_fail() -> None:
    before = {"a: greeting": "at “hi”: faq answers, not chitchat"}
    after = {**before, "a: refund": "at “money”: fallback answers, not faq"}

    assert newly_failing(before, after) == ["a: refund, at “money”: fallback answers, not faq."]
    assert newly_failing(after, before) == []


def test_a_candidate_is_played_in_place_of_what_serves(
    settings: Settings,
    canaries: Path,
    make_skill: Callable[..., Path],
    tmp_path: Path,
) -> None:
    make_skill("number", NUMBER, say_number=["say the number", "which number"])
    (canaries / "numbers.yml").write_text(
        "- dialogue: two\n  turns:\n  - user: /say_number\n    skill: number\n    says: [two]\n"
    )
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "number.txt").write_text(name)

    assert failures(settings, {"number": tmp_path / "two"}) == {}
    assert failures(settings, {"number": tmp_path / "one"}) == {
        "numbers: two": "at “/say_number”: not said: “two”"
    }


NUMBER = """
from bot import Reply, Skill

class Word:
    def __init__(self, text):
        self.text = text

    @classmethod
    def load(cls, path, device="cpu"):
        return cls((path / "number.txt").read_text())

class Number(Skill[Word]):
    model_type = Word

    def run(self, turn, context):
        return Reply(self.model.text)
"""
