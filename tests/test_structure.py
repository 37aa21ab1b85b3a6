"""The shape of the house: small files that say what they are for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PACKAGES = ("bot", "skills", "training")
FILES = sorted(file for package in PACKAGES for file in (PROJECT / package).rglob("*.py"))
LONGEST = 200


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_file_is_short_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))
    assert text.startswith(('"""', 'r"""'))


def test_the_dialogue_and_the_channels_run_without_torch() -> None:
    modules = "manager, registry, nlu, policy, tracker, commands, channels.terminal, channels.plain"
    names = ", ".join(f"bot.{name}" for name in modules.split(", "))
    code = f"import sys, {names}; print('torch' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    )

    assert shown.stdout == "False\n"
