"""Drift of what comes in, against what was learnt."""

import math
from datetime import date

import numpy as np
import pytest

from bot.database import Store
from bot.events import user_event
from bot.tracker import TrackerStore
from bot.types import OUT_OF_SCOPE, Intent, Message, Turn
from training.drift import Day, Heard, days, divergence, heard

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [
        ([0.5, 0.5], [0.5, 0.5], 0.0),
        ([1.0, 0.0], [0.0, 1.0], 1.0),
        ([1.0, 0.0], [0.5, 0.5], 1.5 - 0.75 * math.log2(3)),
    ],
)
def test_divergence_is_jensen_and_shannons(
    one: list[float], other: list[float], bits: float
) -> None:
    assert divergence(np.array(one), np.array(other)) == pytest.approx(bits + 0.0)
    assert divergence(np.array(other), np.array(one)) == pytest.approx(bits + 0.0)


def test_a_day_sums_up_its_utterances_with_what_is_out_of_scope_apart() -> None:
    said = [
        Heard(SECOND, "hours", 1.0),
        Heard(FIRST, "hours", 0.5),
        Heard(FIRST, OUT_OF_SCOPE, 0.75),
    ]

    first, second = days(said, {"hours": 10, OUT_OF_SCOPE: 500})

    assert first == Day(FIRST, 2, 0.625, 0.5, 0.0, 0.0)
    assert second == Day(SECOND, 1, 1.0, 0.0, 0.0, 0.0)


def test_intents_that_were_not_learnt_diverge_beyond_chance() -> None:
    learnt = {"hours": 10, "fees": 10}
    (as_learnt,) = days([Heard(FIRST, "hours", 1), Heard(FIRST, "fees", 1)] * 50, learnt)
    (other,) = days([Heard(FIRST, "jokes", 1)] * 100, learnt)

    assert as_learnt.divergence == pytest.approx(0)
    assert as_learnt.divergence < as_learnt.by_chance < other.divergence
    assert other.divergence == pytest.approx(1)


def test_the_fewer_utterances_the_more_is_chance() -> None:
    learnt = dict.fromkeys("abcdefgh", 10)
    (few,) = days([Heard(FIRST, "a", 1)] * 5, learnt)
    (many,) = days([Heard(FIRST, "a", 1)] * 500, learnt)

    assert few.by_chance > 5 * many.by_chance


def test_without_anything_in_scope_or_learnt_there_is_no_divergence() -> None:
    (outside,) = days([Heard(FIRST, OUT_OF_SCOPE, 1)], {"hours": 1})
    (unlearnt,) = days([Heard(FIRST, "hours", 1)], {})

    assert math.isnan(outside.divergence)
    assert math.isnan(unlearnt.divergence)
    assert days([], {"hours": 1}) == []


def test_what_was_written_is_heard_and_what_was_pressed_or_shown_is_not() -> None:
    store = Store.in_memory()
    clock = iter((9.0, 10.0, 86_400.0, 86_401.0, 86_402.0, 86_403.0)).__next__
    tracker = TrackerStore(store, clock)
    for text in ("old", "when?", "/hours", " "):
        turn = Turn(Message("ann", text), (Intent("hours", 0.75), Intent("fees", 0.25)))
        tracker.append("ann", [user_event(turn)])

    assert heard(store, since=86_400.0) == [Heard(date(1970, 1, 2), "hours", 0.75)]
