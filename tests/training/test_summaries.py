"""The numbers behind a report's plots."""

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from training.record import NOTHING_GAINED, Case, Outcome, Record
from training.summaries import (
    OTHER,
    Bin,
    Change,
    by_hand,
    confusion,
    course,
    gap,
    growth,
    newly_wrong,
    read_changes,
    rejected_in_a_row,
    reliability,
    right,
)
from training.trainer import Judgement


def night(number: int) -> str:
    return f"2026-01-{number:02d}T03:00:00+00:00"


def record(number: int, outcome: Outcome, **about: object) -> Record:
    return Record(night(number), "faq", outcome, **about)  # type: ignore[arg-type]


def case(target: str, new: str, old: str | None = None) -> Case:
    judged = [Judgement(each, 0.5, float(each == target)) for each in (old or new, new)]
    return Case(f"about {target}", target, judged[0] if old else None, judged[1])


def test_the_figure_in_service_follows_promotions_and_outlasts_nights_without_one() -> None:
    nights = [
        record(1, "promoted", version="v2", parent="v1", before={"mrr": 0.5}, after={"mrr": 0.6}),
        record(2, "failed", parent="v2"),
        record(3, "rejected", version="v3", parent="v2", before={"mrr": 0.61}, after={"mrr": 0.4}),
        record(4, "nothing new", parent="v1"),
    ]

    points = course(nights, "mrr")

    assert [each.served for each in points] == [0.6, 0.6, 0.61, 0.5]
    assert [each.offered for each in points if not math.isnan(each.offered)] == [0.6, 0.4]


def test_before_anything_is_in_service_there_is_no_figure() -> None:
    (point,) = course([record(1, "rejected", version="v1", after={"mrr": 0.4})], "mrr")

    assert math.isnan(point.served)
    assert point.offered == 0.4


@pytest.mark.parametrize(
    ("outcomes", "count"),
    [
        ([], 0),
        (["rejected", "promoted"], 0),
        (["promoted", "rejected", "nothing new", "rejected", "failed", "rejected"], 3),
        (["rejected", "rejected"], 2),
    ],
)
def test_only_a_promotion_ends_a_row_of_rejected_nights(
    outcomes: list[Outcome], count: int
) -> None:
    nights = [record(number, outcome) for number, outcome in enumerate(outcomes, 1)]

    assert rejected_in_a_row(nights) == count


def test_a_night_that_lost_nothing_and_gained_nothing_alarms_nobody() -> None:
    idle = replace(record(2, "rejected"), reasons=(NOTHING_GAINED, "On 3 examples: …"))

    assert rejected_in_a_row([record(1, "rejected"), idle, idle, record(3, "rejected")]) == 2


def test_examples_of_a_night_that_came_to_nothing_wait() -> None:
    counts = {"old": 100, "new": 9, "removed": 2, "waiting": 5, "aside": 1}

    nights = growth(
        [
            record(1, "promoted", counts=counts),
            record(2, "rejected", counts=counts),
            record(3, "failed"),
        ]
    )

    assert [(each.learnt, each.waiting, each.aside) for each in nights] == [
        (109, 5, 1),
        (102, 14, 1),
    ]


def test_changes_by_hand_are_all_but_the_promotions_of_nights(tmp_path: Path) -> None:
    file = tmp_path / "history"
    lines = ["promote v0001 2026-01-01T00:00:00+00:00", "promote v0002 2026-01-01T03:05:00+00:00"]
    lines += ["rollback v0001 2026-01-01T09:00:00+00:00", "torn"]
    file.write_text("\n".join(lines))
    times = [datetime.fromisoformat(line.split()[2]) for line in lines[:3]]

    changes = by_hand(read_changes(file), [record(1, "promoted", version="v0002")])

    assert changes == [Change("promote", "v0001", times[0]), Change("rollback", "v0001", times[2])]
    assert read_changes(tmp_path / "missing") == []


def test_reliability_bins_by_confidence_and_the_edge_of_one_is_in_the_last() -> None:
    judged = [(0.9375, 1.0), (1.0, 0.0), (0.25, 0.0), (0.25, 1.0)]

    bins = reliability(Judgement("a", confidence, score) for confidence, score in judged)

    assert bins == [Bin(0.25, 0.5, 2), Bin(0.96875, 0.5, 2)]
    assert gap(bins) == pytest.approx((0.25 + 0.46875) / 2)
    assert gap([]) == 0


def test_confusion_counts_before_and_after_among_the_classes_confused_most() -> None:
    cases = [
        *[case("a", "b", "a")] * 3,
        *[case("c", "d", "c")] * 2,
        case("a", "a", "b"),
        case("b", "b", "b"),
        case("b", "c", "b"),
        case("e", "e", "e"),
    ]

    found = confusion(cases, limit=3)

    assert found.classes == ("a", "b", "c")
    after = {("a", "b"): 3, ("a", "a"): 1, ("b", "b"): 1, ("b", "c"): 1, ("c", OTHER): 2}
    assert found.after == after
    assert found.before == {("a", "a"): 3, ("a", "b"): 1, ("b", "b"): 2, ("c", "c"): 2}
    assert found.total("a") == 4


def test_an_input_that_was_met_by_another_of_its_targets_is_no_confusion() -> None:
    found = confusion([Case("x", "a", None, Judgement("b", 0.9, 1.0))])

    assert found.classes == ()
    assert found.before is None


def test_newly_wrong_is_what_was_met_before_and_is_not_now() -> None:
    lost = case("a", "b", "a")

    assert newly_wrong([lost, case("a", "b", "b"), case("a", "b"), case("a", "a", "a")]) == [lost]


def test_a_mean_score_needs_every_example() -> None:
    good, bad = Judgement("a", 0.5, 1.0), Judgement("a", 0.5, 0.0)

    assert right([good, bad]) == 0.5
    assert right([good, None]) is None
    assert right([]) is None
