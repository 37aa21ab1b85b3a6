"""Values made anew: nobody waits for them, and none is lost."""

import threading

import pytest

from bot.errors import BotError
from bot.reloading import Reloading


@pytest.fixture
def stamps() -> list[int]:
    return [0]


def test_a_value_is_made_once_for_each_stamp(stamps: list[int]) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(stamps[0])
        return stamps[0]

    value = Reloading(lambda: stamps[0], make)

    assert [value.get(), value.get()] == [0, 0]
    stamps[0] = 1
    assert [value.get(), value.get()] == [1, 1]
    assert made == [0, 1]


def test_while_a_new_value_is_made_the_old_one_serves(
    stamps: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reloading.PATIENCE", 0.0)
    may_go, has_begun, is_made = threading.Event(), threading.Event(), threading.Event()

    def make() -> int:
        if stamps[0]:
            has_begun.set()
            may_go.wait(60)
            is_made.set()
        return stamps[0]

    value = Reloading(lambda: stamps[0], make)
    value.get()
    stamps[0] = 1
    assert value.get() == 0
    assert has_begun.wait(60)
    stamps[0] = 2
    assert value.get() == 0  # one is made at a time
    may_go.set()
    assert is_made.wait(60)
    monkeypatch.setattr("bot.reloading.PATIENCE", 60.0)
    while value.get() != 2:
        pass


def test_if_making_fails_the_old_value_stays_and_the_problem_is_known(stamps: list[int]) -> None:
    def make() -> int:
        if stamps[0] == 1:
            raise BotError("It is broken. Mend it.")
        return stamps[0]

    value = Reloading(lambda: stamps[0], make)
    value.get()
    stamps[0] = 1
    assert value.get() == 0
    assert str(value.problem) == "It is broken. Mend it."
    stamps[0] = 2
    assert value.get() == 2
    assert value.problem is None


def test_one_look_at_the_stamp_is_good_for_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reloading.LOOK", 60.0)
    looks: list[int] = []
    value = Reloading(lambda: looks.append(1), lambda: "made")

    assert [value.get() for _ in range(3)] == ["made"] * 3
    assert len(looks) == 1
