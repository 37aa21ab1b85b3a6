"""Metrics, against values worked out by hand."""

from __future__ import annotations

import pytest

from training.metrics import (
    accuracy,
    auroc,
    expected_calibration_error,
    hit_at,
    macro_f1,
    mean_reciprocal_rank,
    span_f1,
)


def test_accuracy_is_the_part_that_is_right() -> None:
    assert accuracy(["a", "b", "b", "a"], ["a", "b", "a", "a"]) == 0.75
    assert accuracy([], []) == 0.0


def test_macro_f1_counts_a_rare_class_like_any_other() -> None:
    # "common": precision 3/4, recall 1, F1 6/7; "rare": none found, F1 0
    found = macro_f1(["common"] * 4, ["common"] * 3 + ["rare"])
    assert found == pytest.approx((6 / 7 + 0) / 2)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.1, 0.2, 0.8, 0.9], 1.0),
        ([0.9, 0.8, 0.2, 0.1], 0.0),
        ([0.5] * 4, 0.5),
        ([0.1, 0.8, 0.3, 0.9], 0.75),
    ],
    ids=["apart", "upside down", "ties", "one pair wrong"],
)
def test_auroc_is_the_chance_that_a_positive_scores_higher(
    scores: list[float], expected: float
) -> None:
    assert auroc(scores, [False, False, True, True]) == expected


def test_auroc_is_one_half_where_a_side_is_missing() -> None:
    assert auroc([0.3, 0.4], [True, True]) == 0.5


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = [0.9] * 10
    assert expected_calibration_error(sure, [True] * 9 + [False]) == pytest.approx(0.0)
    assert expected_calibration_error(sure, [False] * 10) == pytest.approx(0.9)
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert expected_calibration_error([], []) == 0.0


def test_a_span_counts_only_with_its_type_and_both_ends_right() -> None:
    wanted = [{("city", 3, 9), ("date", 12, 18)}, set()]
    found = [{("city", 3, 9), ("date", 12, 17)}, {("city", 0, 2)}]
    # 1 hit, 3 found, 2 wanted: precision 1/3, recall 1/2
    assert span_f1(found, wanted) == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))
    assert span_f1(wanted, wanted) == 1.0
    assert span_f1([set()], [set()]) == 0.0


def test_ranking_metrics_look_at_the_place_of_the_first_wanted_id() -> None:
    rankings = [["a", "b", "c"], ["b", "c", "a"], ["c", "b"]]
    wanted = [frozenset("a"), frozenset("ac"), frozenset("z")]
    assert hit_at(1, rankings, wanted) == pytest.approx(1 / 3)
    assert hit_at(2, rankings, wanted) == pytest.approx(2 / 3)
    assert mean_reciprocal_rank(rankings, wanted) == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_predictions_that_are_missing_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        accuracy(["a"], ["a", "b"])
