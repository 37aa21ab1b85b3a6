"""The dialogues that measure understanding: enough of them, of a fair length, a third held out."""

from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "conversations"
DEVELOPMENT, HELD_OUT = (
    sorted((FOLDER / name).glob("*.yml")) for name in ("development", "held_out")
)
FILES = (*DEVELOPMENT, *HELD_OUT)
DIALOGUES = 120
SHORTEST, LONGEST = 6, 20
"""Turns of a dialogue."""


def dialogues(file: Path) -> list[dict[str, list[object]]]:
    return list(YAML(typ="safe").load(file))


def test_there_are_enough_dialogues_and_a_third_is_held_out() -> None:
    shown, held_out = (sum(len(dialogues(f)) for f in part) for part in (DEVELOPMENT, HELD_OUT))

    assert shown + held_out >= DIALOGUES
    assert held_out * 3 >= shown + held_out


def test_no_two_dialogues_have_the_same_name() -> None:
    names = Counter(str(each["dialogue"]) for file in FILES for each in dialogues(file))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_says_what_it_is_for_and_its_dialogues_are_of_a_fair_length(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# ")
    lengths = {str(each["dialogue"]): len(each["turns"]) for each in dialogues(file)}

    assert {n: long for n, long in lengths.items() if not SHORTEST <= long <= LONGEST} == {}
