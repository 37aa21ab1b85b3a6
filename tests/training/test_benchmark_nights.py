"""Nights on published data: what is summed up, and that they run as real ones do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from bot.config import Settings
from tests.tiny_encoder import write_tiny_encoder
from training.benchmark_nights import NightsBenchmark, bench_nights, summary
from training.simulation import NightResult

TIMED = ("seconds", "memory", "megabytes")
"""What differs from run to run; versions note how long they took, in more digits or fewer."""


def night(number: int, accuracy: float, **values: Any) -> NightResult:
    about = {"wrong": 0.0, "outcome": "promoted", "of_intents": {}, "seconds": 10.0, **values}
    about = {"drift": 0.0, "versions": number, "megabytes": 1.0, "memory": 100.0, **about}
    return NightResult(number, 100 * number, reasons=(), counts={}, accuracy=accuracy, **about)


def test_growth_is_compared_with_learning_all_at_once() -> None:
    nights = [night(1, 0.8), night(2, 0.93)]
    found = summary("growth", nights, {"accuracy_at_once": 0.94, "seconds_at_once": 100.0})
    assert found["below"] == pytest.approx(0.01)
    assert found["cost"] == pytest.approx(0.1)


def test_forgetting_is_what_old_intents_have_lost_since_their_best() -> None:
    nights = [
        night(1, 0.9, of_intents={"a": 0.9}),
        night(2, 0.9, of_intents={"a": 1.0, "b": 0.8}),
        night(3, 0.9, of_intents={"a": 0.7, "b": 0.8, "c": 0.1}),
    ]
    assert summary("intents", nights, {})["forgetting"] == pytest.approx((0.3 + 0.0) / 2)


@pytest.mark.parametrize(("fall", "count"), [(0.004, 0), (0.006, 1)])
def test_a_night_is_worse_from_half_a_point_on(fall: float, count: int) -> None:
    nights = [night(1, 0.9), night(2, 0.9 - fall), night(3, 0.95)]
    assert summary("growth", nights, {})["worse"] == count


@pytest.mark.parametrize(("outcome", "share"), [("rejected", 1.0), ("promoted", 0.0)])
def test_the_night_of_mostly_wrong_labels_should_be_rejected(outcome: str, share: float) -> None:
    nights = [night(1, 0.9, outcome="rejected"), night(2, 0.9, wrong=0.6, outcome=outcome)]
    assert summary("noise", nights, {})["worst_rejected"] == share


def test_endurance_compares_the_end_with_the_middle() -> None:
    nights = [night(each, 0.9, megabytes=float(each), drift=each / 100) for each in range(1, 5)]
    found = summary("endurance", nights, {})
    assert found["megabytes_against_half"] == pytest.approx(4 / 3)
    assert found["drift"] == pytest.approx(0.04)


Bench = Callable[[str], NightsBenchmark]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Run a benchmark of three nights on three intents whose letters set them apart."""
    folder = tmp_path_factory.mktemp("dataset")
    encoder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"))
    settings = Settings(encoder=str(encoder), device="cpu", precision="float32")
    for part, count in (("train", 20), ("test", 5)):
        with (folder / f"{part}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("text", "category"))
            rows.writerows((f"{x * 3} {x} {part} {n}", x) for n in range(count) for x in "axq")
    return lambda kind: bench_nights(folder, kind, settings, nights=3)


@pytest.fixture(scope="module")
def grown(bench: Bench) -> NightsBenchmark:
    """What comes of the nights of growth."""
    return bench("growth")


def test_the_same_seed_gives_the_same_nights(bench: Bench, grown: NightsBenchmark) -> None:
    first, again = ([asdict(each) for each in run.nights] for run in (grown, bench("growth")))
    for each in (*first, *again):
        assert all(each.pop(name) >= 0 for name in TIMED)
    assert first == again


def test_nights_learn_files_and_lessons_and_save_what_they_have_learnt(
    grown: NightsBenchmark,
) -> None:
    nights = grown.nights
    assert [each.night for each in nights] == [1, 2, 3]
    assert nights[0].outcome == "promoted"
    given = nights[1].counts["new"] + nights[1].counts["aside"]
    assert given == nights[1].examples - nights[0].examples > nights[1].counts["aside"]
    assert nights[-1].versions > 1
    assert max(each.drift for each in nights) == 0
    assert 0 <= grown.figures["accuracy_at_once"] <= 1


def test_new_intents_are_scored_once_they_have_arrived(bench: Bench) -> None:
    known = [set(each.of_intents) for each in bench("intents").nights]
    assert [len(names) for names in known] == [1, 2, 3]
