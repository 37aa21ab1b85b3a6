"""Figures for ranked lists, each against a value worked out by hand."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.ranking_metrics import (
    among_negatives,
    best,
    coverage_at,
    diversity_at,
    ndcg_at,
    novelty_at,
    place_of,
    recall_at,
)

SCORES = np.array([0.1, 0.9, 0.5, 0.7])


def test_the_best_items_come_first_and_known_ones_are_left_out() -> None:
    assert best(SCORES, {1}, 2) == [3, 2]


def test_no_more_items_are_ranked_than_are_unknown() -> None:
    assert best(SCORES, [0, 1, 2], 20) == [3]
    assert best(SCORES, range(4), 20) == []


def test_choosing_the_best_leaves_the_scores_as_they_were() -> None:
    best(SCORES, [1], 2)
    assert SCORES[1] == 0.9


def test_a_wanted_item_stands_among_its_negatives_by_its_score() -> None:
    assert among_negatives(SCORES, 2, [0, 1, 3]) == [1, 3, 2, 0]


def test_a_tie_with_a_negative_counts_against_the_wanted_item() -> None:
    assert among_negatives(np.zeros(4), 2, [0, 1, 3])[-1] == 2


def test_a_wanted_item_among_its_own_negatives_counts_once() -> None:
    assert among_negatives(SCORES, 2, [0, 2, 1, 3]) == [1, 3, 2, 0]


def test_recall_is_the_part_of_the_wanted_items_that_was_found() -> None:
    rankings, wanted = [[1, 2, 3], [4, 5, 6]], [frozenset({2, 9}), frozenset({6})]
    assert recall_at(2, rankings, wanted) == pytest.approx(0.25)


def test_ndcg_discounts_by_place_and_is_one_for_an_ideal_list() -> None:
    assert ndcg_at(10, [[5, 6, 7]], [frozenset({5, 6})]) == pytest.approx(1.0)
    assert ndcg_at(10, [[7, 5]], [frozenset({5})]) == pytest.approx(1 / log2(3))


def test_ndcg_is_one_when_more_is_wanted_than_fits_and_all_places_are_right() -> None:
    assert ndcg_at(2, [[1, 2]], [frozenset({1, 2, 3})]) == pytest.approx(1.0)


def test_users_who_want_nothing_are_left_out() -> None:
    rankings, wanted = [[1], [2]], [frozenset({1}), frozenset[int]()]
    assert recall_at(1, rankings, wanted) == 1.0
    assert ndcg_at(1, rankings, wanted) == pytest.approx(1.0)


def test_coverage_counts_an_item_once_however_often_it_is_shown() -> None:
    assert coverage_at(2, [[1, 2, 3], [2, 1]], items=4) == 0.5


def test_rare_items_are_more_novel_than_those_everybody_has() -> None:
    shares = {1: 1.0, 2: 0.25}
    assert novelty_at(1, [[1]], shares) == 0.0
    assert novelty_at(2, [[1, 2]], shares) == pytest.approx(1.0)
    assert novelty_at(2, [[2, 3]], shares) == pytest.approx(2.0)


def test_a_list_of_like_items_has_no_diversity() -> None:
    features = csr_matrix(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]))
    assert diversity_at(2, [[0, 1]], features) == pytest.approx(0.0)
    assert diversity_at(3, [[0, 1, 2], [0]], features) == pytest.approx(2 / 3)


def test_the_place_of_an_item_counts_what_is_not_known_and_ties_against_it() -> None:
    assert place_of(SCORES, 2, {1}) == 2
    assert place_of(np.zeros(4), 2, {0}) == 3


def test_figures_of_no_lists_are_zero() -> None:
    assert recall_at(5, [], []) == ndcg_at(5, [], []) == novelty_at(5, [], {}) == 0.0
    assert coverage_at(5, [], 0) == diversity_at(5, [], csr_matrix((0, 0))) == 0.0
