"""What tests of the night get: a learner that learns in milliseconds."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from tests.training.colours import Colours, write_colours


@pytest.fixture
def make_colours(
    settings: Settings, make_skill: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Colours]:
    """Write a throw-away learner of a name; looking through installed packages takes longest."""
    monkeypatch.setattr("bot.plugins.entry_points", lambda group: [])
    monkeypatch.setattr("training.provenance._code", lambda: "")

    def make(name: str) -> Colours:
        for module in (f"skills.{name}", f"skills.{name}.train"):
            monkeypatch.delitem(sys.modules, module, raising=False)  # another test's folder
        return write_colours(settings, make_skill, name)

    return make


@pytest.fixture
def colours(make_colours: Callable[[str], Colours]) -> Colours:
    """A learner whom nobody has trained yet."""
    return make_colours("colours")


@pytest.fixture
def trained(colours: Colours) -> Colours:
    """The learner after its first night."""
    colours.night()
    return colours
