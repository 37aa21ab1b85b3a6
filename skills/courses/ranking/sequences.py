"""Sequences: which items people go on to after others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

Floats = NDArray[np.float32]
LAGS = 12
"""How far apart in a history an item may follow another."""
FOLLOWING = 200
"""Items that are remembered to follow an item."""
FADING = 0.7
"""What following counts with each item more between the two. Chosen on validation data."""


def followed(x: csr_matrix, popular: Floats) -> csr_matrix:
    """Count how often an item, in columns, came after another, the nearer the more.

    The rows of `x` are histories in order of time; what is `popular` counts less.
    """
    rows = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    total = csr_matrix((x.shape[1],) * 2, dtype=np.float32)
    for lag in range(1, LAGS + 1):
        same = rows[lag:] == rows[:-lag]
        pairs = x.indices[:-lag][same], x.indices[lag:][same]
        values = np.full(int(same.sum()), FADING ** (lag - 1), np.float32)
        total += csr_matrix((values, pairs), shape=total.shape)
    scale = diags((popular**-0.5).astype(np.float32))
    return strongest((scale @ total @ scale).tocsr().astype(np.float32), FOLLOWING)


def strongest(matrix: csr_matrix, most: int) -> csr_matrix:
    """Keep the greatest values of each row, at least `most` of them where some are equal."""
    for row in np.flatnonzero(np.diff(matrix.indptr) > most):
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        values[values < np.partition(values, -most)[-most]] = 0
    matrix.eliminate_zeros()
    return matrix
