"""Class balance: what an example counts by how many its class has."""

import pytest

from bot.types import Example
from training.balance import class_weights, weighted

TARGETS = ["a"] * 8 + ["b"] * 2


@pytest.mark.parametrize(
    ("balance", "ratio"), [(0.0, 1.0), (0.5, 2.0), (1.0, 4.0)], ids=["none", "half", "full"]
)
def test_the_rare_class_counts_more_and_the_mean_stays(balance: float, ratio: float) -> None:
    weights = class_weights(TARGETS, balance)

    assert weights["b"] / weights["a"] == pytest.approx(ratio)
    assert sum(weights[each] for each in TARGETS) == pytest.approx(len(TARGETS))


def test_without_balance_every_weight_is_exactly_one() -> None:
    assert set(class_weights(TARGETS, 0.0).values()) == {1.0}
    assert class_weights([], 1.0) == {}


def test_an_example_keeps_its_own_weight_beside_that_of_its_class() -> None:
    assert weighted([Example("x", "b", 0.5), Example("y", "c")], {"b": 2.0}) == [
        Example("x", "b", 1.0),
        Example("y", "c"),
    ]
