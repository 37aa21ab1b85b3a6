"""Simple ways to rank items for people, which a model has to beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from lightfm import LightFM
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack, vstack

Fitted = Callable[[NDArray[np.intp]], NDArray[np.float32]]
"""Scores all items for each of some rows of the matrix that it was fitted on."""
Histories = Mapping[str, Mapping[str, float]]
BLOCK = 1024
"""Items at a time while neighbours are looked for."""


def interactions(histories: Histories, items: Sequence[str]) -> csr_matrix:
    """Write who wants what as a matrix of ones, people in rows and the named items in columns.

    What was refused is not wanted, and has no one.
    """
    columns = {item: column for column, item in enumerate(items)}
    pairs = [
        (row, columns[item])
        for row, history in enumerate(histories.values())
        for item, weight in history.items()
        if weight > 0 and item in columns
    ]
    rows, chosen = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    shape = (len(histories), len(items))
    return csr_matrix((np.ones(len(pairs), np.float32), (rows, chosen)), shape=shape)


def baselines(matrix: csr_matrix, features: csr_matrix | None) -> Iterator[tuple[str, Fitted]]:
    """Fit, one after the other, those that every model has to beat."""
    yield "popularity", popularity(matrix)
    if matrix.nnz:  # there is nothing to learn otherwise
        yield "neighbours", neighbours(matrix)
        learnt = np.asarray(matrix.sum(axis=0)).ravel() > 0
        yield "lightfm", lightfm(matrix, None if features is None else hybrid(features, learnt))


def popularity(matrix: csr_matrix) -> Fitted:
    """Rank by how many people have an item."""
    having = np.asarray(matrix.sum(axis=0), dtype=np.float32).ravel()
    return lambda rows: np.tile(having, (len(rows), 1))


def neighbours(matrix: csr_matrix, k: int = 100) -> Fitted:
    """Rank by cosine to what a person has, of each item's k nearest alone."""
    norms = np.sqrt(np.asarray(matrix.power(2).sum(axis=0)).ravel())
    units = (matrix @ diags(1 / np.maximum(norms, 1e-12))).tocsc()
    starts = range(0, matrix.shape[1], BLOCK)
    nearest = [_nearest(units[:, start : start + BLOCK].T @ units, start, k) for start in starts]
    likeness = vstack(nearest).T.tocsr()
    return lambda rows: _dense(matrix[rows] @ likeness)


def _nearest(cosines: csr_matrix, start: int, k: int) -> csr_matrix:
    """Keep of each row the k highest, without the item itself."""
    cosines = cosines.tolil()
    cosines.setdiag(0, k=start)
    cosines = cosines.tocsr()
    cosines.eliminate_zeros()
    for row in range(cosines.shape[0]):
        values = cosines.data[cosines.indptr[row] : cosines.indptr[row + 1]]
        if len(values) > k:
            values[np.argpartition(-values, k)[k:]] = 0
    cosines.eliminate_zeros()
    return cosines


def ease(matrix: csr_matrix, ridge: float = 500.0) -> Fitted:
    """Rank by a linear model of items from items (Steck 2019); dense in the items squared."""
    inverse = np.linalg.inv(_dense(matrix.T @ matrix) + ridge * np.eye(matrix.shape[1]))
    weights = (-inverse / np.diag(inverse)).astype(np.float32)
    np.fill_diagonal(weights, 0)
    return lambda rows: np.asarray(matrix[rows] @ weights, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class LightFMSettings:
    """How LightFM (Kula 2015) learns."""

    components: int = 64
    loss: str = "warp"
    rate: float = 0.05
    epochs: int = 20


def lightfm(
    matrix: csr_matrix,
    features: csr_matrix | None = None,
    settings: LightFMSettings = LightFMSettings(),
    seed: int = 0,
) -> Fitted:
    """Rank by LightFM; with features of items, by its hybrid of both."""
    model = LightFM(
        no_components=settings.components,
        loss=settings.loss,
        learning_rate=settings.rate,
        random_state=seed,
    )
    model.fit(matrix.tocoo(), item_features=features, epochs=settings.epochs, num_threads=1)
    item_biases, items = model.get_item_representations(features)
    _, people = model.get_user_representations()
    return lambda rows: np.asarray(people[rows] @ items.T + item_biases, dtype=np.float32)


def hybrid(features: csr_matrix, learnt: NDArray[np.bool_]) -> csr_matrix:
    """Give each learnt item a feature of its own beside the others, each row summing up to 1.

    An item that nobody has gets none: its embedding would be noise.
    """
    both = hstack([diags(learnt.astype(np.float32)), features]).tocsr()
    sums = np.asarray(abs(both).sum(axis=1)).ravel()
    return (diags(1 / np.maximum(sums, 1e-12)) @ both).tocsr().astype(np.float32)


def _dense(matrix: csr_matrix) -> NDArray[np.float32]:
    return np.asarray(matrix.todense(), dtype=np.float32)
