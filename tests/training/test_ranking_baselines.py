"""The baselines of ranking, on matrices small enough to see what is right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.ranking_baselines import (
    Fitted,
    ease,
    hybrid,
    interactions,
    lightfm,
    neighbours,
    popularity,
)

GROUPS = csr_matrix(
    np.array([[1, 1, 1, 0, 0, 0]] * 8 + [[0, 0, 0, 1, 1, 1]] * 8 + [[1, 1, 0, 0, 0, 0]], float)
)
LAST = np.array([16])


@pytest.mark.parametrize("fit", [neighbours, ease, lightfm], ids=lambda fit: fit.__name__)
def test_what_people_alike_have_is_ranked_before_the_rest(fit: object) -> None:
    assert callable(fit)
    score: Fitted = fit(GROUPS)
    (row,) = score(LAST)
    assert row[2] > row[3:].max()


def test_popularity_is_the_same_for_everybody() -> None:
    assert popularity(GROUPS)(np.array([0, 9])).tolist() == [[9, 9, 8, 8, 8, 8]] * 2


def test_only_the_nearest_neighbours_of_an_item_count() -> None:
    matrix = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [0, 0, 1]], float))
    assert neighbours(matrix, k=1)(np.array([1]))[0][2] == pytest.approx(1 / 6**0.5)
    assert neighbours(matrix, k=1)(np.array([3]))[0].tolist() == [0, 0, 0]


def test_the_same_seed_gives_the_same_lightfm() -> None:
    assert (lightfm(GROUPS, seed=3)(LAST) == lightfm(GROUPS, seed=3)(LAST)).all()


def test_the_hybrid_finds_an_item_that_nobody_has_by_its_features() -> None:
    matrix = csr_matrix(GROUPS.toarray() * [1, 1, 0, 1, 1, 0])
    features = csr_matrix(np.array([[1, 0]] * 3 + [[0, 1]] * 3, float))
    learnt = np.asarray(matrix.sum(axis=0)).ravel() > 0
    (row,) = lightfm(matrix, hybrid(features, learnt))(LAST)
    assert row[2] > row[5]


def test_an_item_without_features_that_nobody_has_is_no_error() -> None:
    assert hybrid(csr_matrix((2, 1)), np.array([True, False])).toarray().tolist() == [
        [1, 0, 0],
        [0, 0, 0],
    ]


def test_refusals_and_items_that_are_not_named_are_no_interactions() -> None:
    histories = {"ann": {"a": 1.0, "b": 0.0, "gone": 1.0}, "bob": {}}
    assert interactions(histories, ["a", "b"]).toarray().tolist() == [[1, 0], [0, 0]]
    assert interactions({}, ["a"]).shape == (0, 1)
