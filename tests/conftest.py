"""What every test gets: no network but loopback, and settings of an empty home."""

import socket
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.config import PROJECT, Settings
from bot.skill import AnySkill

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test wanted to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what has changed be seen at once and waited for, however slow the machine is."""
    monkeypatch.setattr("bot.reloading.PATIENCE", 60.0)
    monkeypatch.setattr("bot.reloading.LOOK", 0.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty home, no data and no skills."""
    (tmp_path / "skills").mkdir()
    return Settings(
        home=tmp_path / "home",
        data=tmp_path / "data",
        skills=(tmp_path / "skills",),
        device="cpu",
        precision="float32",
    )


@pytest.fixture(scope="session")
def tiny_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the bundled skills and data, with networks that are quick and know nothing.

    Pictures are painted, and films: the academy's photographs are made when they are wanted.
    Dialogues to learn from are left out, since they are many.
    """
    from tests.films import write_tiny_films  # noqa: PLC0415
    from tests.tiny_encoder import write_tiny_encoder  # noqa: PLC0415 - brings torch
    from tests.tiny_vision import write_tiny_pictures, write_tiny_vision  # noqa: PLC0415

    data = tmp_path_factory.mktemp("data")
    for each in (PROJECT / "data").iterdir():
        if each.name not in ("image_check", "dialogues"):
            (data / each.name).symlink_to(each)
    write_tiny_pictures(data / "image_check")
    write_tiny_films(data / "video")
    return Settings(
        home=tmp_path_factory.mktemp("home"),
        data=data,
        encoder=str(write_tiny_encoder(tmp_path_factory.mktemp("tiny"))),
        vision=str(write_tiny_vision(tmp_path_factory.mktemp("vision"))),
        device="cpu",
        precision="float32",
    )


@pytest.fixture(scope="session")
def fitted(tiny_settings: Settings) -> Callable[[str], AnySkill]:
    """Every skill found, by name; what it learns from is read and fitted once."""
    from training.testing import fitted_skill  # noqa: PLC0415 - brings torch

    return cache(lambda name: fitted_skill(name, tiny_settings))


@pytest.fixture
def make_skill(tmp_path: Path) -> Callable[..., Path]:
    """Write a skill's folder: its code, and the examples of its intents."""

    def make(name: str, code: str, folder: str = "skills", **intents: Sequence[str]) -> Path:
        home = tmp_path / folder / name
        home.mkdir(parents=True)
        (home / "__init__.py").write_text(code, encoding="utf-8")
        lines = ['version: "3.1"', "nlu:"] if intents else []
        for intent, examples in intents.items():
            lines += [
                f"- intent: {intent}",
                "  examples: |",
                *(f"    - {text}" for text in examples),
            ]
        if lines:
            (home / "nlu.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return home

    return make


ECHO = """
from bot import Reply, Skill

class {kind}(Skill[None]):
    def run(self, turn, context):
        return Reply("{text}")
"""


@pytest.fixture
def echo_code() -> Callable[[str, str], str]:
    """The code of a skill that always says the same."""
    return lambda kind, text: ECHO.format(kind=kind, text=text)
