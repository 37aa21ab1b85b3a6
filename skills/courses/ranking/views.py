"""Views: ways to score courses from a history alone, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_matrix, diags, vstack
from scipy.sparse.linalg import LinearOperator, eigsh

from skills.courses.ranking.sequences import followed, strongest

Floats = NDArray[np.float32]
DENSE = 5_000
"""Items up to which a view may hold a number for each two of them."""
BLOCK = 1_000
NAMES = ("linear", "light", "factors", "neighbours", "spectrum", "next", "popularity")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the views are fitted."""

    ridge: float = 500.0
    """Of the linear view (EASE, Steck 2019), for an item of the mean popularity."""
    growth: float = 0.25
    """The power of popularity with which the ridge grows."""
    correction: float = 0.2
    """The power of popularity by which scores are divided."""
    spectrum: int = 64
    """Eigenvectors of the normalised Gram matrix."""
    power: float = 0.4
    """The power of popularity by which that is normalised."""
    unobserved: float = 0.3
    """Weight of what did not happen, for the factors (iALS, Rendle et al. 2022)."""
    decay: float = 0.003
    rank: int = 64
    sweeps: int = 6
    nearest: int = 50


@dataclass(frozen=True, eq=False)
class Views:
    """What was fitted; `linear` and `light` are empty where there are too many items."""

    counts: Floats
    """How many people have each item."""
    linear: Floats
    light: Floats
    factors: Floats
    near: csr_matrix
    after: csr_matrix
    """How often an item, in columns, followed another."""
    left: Floats
    right: Floats

    @property
    def size(self) -> int:
        """How many items there are."""
        return len(self.counts)

    @cached_property
    def gram(self) -> Floats:
        """Of the factors, which every history is solved with."""
        return np.asarray(self.factors.T @ self.factors, np.float32)


def fit_views(
    x: csr_matrix, recipe: Recipe, seed: int = 0, start: Floats | None = None, sweeps: int = 0
) -> Views:
    """Fit all views on who has what, each row in order of time.

    `start` are the items' factors from before, to go on from.
    """
    counts = np.asarray(x.sum(axis=0), dtype=np.float32).ravel()
    popular = counts + 1
    lengths = np.maximum(np.asarray(x.sum(axis=1)).ravel(), 1e-6) ** -0.5
    shared = diags(lengths / lengths.mean()) @ x
    linear = light = np.empty((0, 0), np.float32)
    if x.shape[1] <= DENSE:
        linear = _linear(_dense(x.T @ x), popular, recipe.ridge, recipe.growth)
        linear *= popular[None] ** -recipe.correction
        light = _linear(_dense(x.T @ shared), popular, recipe.ridge / 2, 0.0)
        light *= popular[None] ** (-recipe.correction / 2)
    left, right = _spectrum(x, popular, recipe, seed)
    factors = fit_factors(x, recipe, seed, start, sweeps)
    near, after = _near(x, popular, recipe.nearest), followed(x, popular)
    return Views(counts, linear, light, factors, near, after, left, right)


def raw_scores(views: Views, x: csr_matrix, recipe: Recipe) -> Floats:
    """Score all items by each view: (views, people, items)."""
    dense = [x @ each if each.size else None for each in (views.linear, views.light)]
    found = (
        *dense,
        folded_in(x, views.factors, recipe, views.gram) @ views.factors.T,
        _dense(x @ views.near),
        (x @ views.left) @ views.right.T,
        _dense(x @ views.after),
        np.log(views.counts + 5)[None],
    )
    out = np.zeros((len(NAMES), x.shape[0], views.size), np.float32)
    for place, each in enumerate(found):
        if each is not None:
            out[place] = each
    return out


def folded_in(x: csr_matrix, factors: Floats, recipe: Recipe, gram: Floats | None = None) -> Floats:
    """Solve the factors of people from their histories; what is below 0 pushes away."""
    rank = factors.shape[1]
    people = np.zeros((x.shape[0], rank), np.float32)
    gram = factors.T @ factors if gram is None else gram
    base = np.float32(recipe.unobserved) * gram
    for row in range(x.shape[0]):
        part = slice(x.indptr[row], x.indptr[row + 1])
        values = x.data[part]
        if not len(values):
            continue
        having = factors[x.indices[part]]
        left = base + having.T @ (having * np.abs(values)[:, None])
        weight = np.abs(values).sum() + recipe.unobserved * len(factors)
        left.flat[:: rank + 1] += np.float32(recipe.decay * weight)
        people[row] = lapack.sposv(left, having.T @ values)[1]
    return people


def fit_factors(
    x: csr_matrix, recipe: Recipe, seed: int, start: Floats | None, sweeps: int
) -> Floats:
    """Fit the items' factors by alternating least squares."""
    rank = min(recipe.rank, max(1, min(x.shape) - 1))
    random = np.random.default_rng(seed)
    items = random.standard_normal((x.shape[1], rank)).astype(np.float32) * 0.1 / rank**0.5
    if start is not None and start.shape[1] == rank:
        items[: len(start)] = start
    turned = x.T.tocsr()
    for _ in range(sweeps or recipe.sweeps):
        items = folded_in(turned, folded_in(x, items, recipe), recipe)
    return np.asarray(items, np.float32)


def _linear(gram: Floats, popular: Floats, ridge: float, growth: float) -> Floats:
    gram.flat[:: len(gram) + 1] += ridge * (popular / popular.mean()) ** growth
    upper, _ = lapack.spotrf(gram, lower=False)
    inverse, _ = lapack.spotri(upper, lower=False)
    inverse = np.triu(inverse) + np.triu(inverse, 1).T
    weights = np.asarray(-inverse / np.diag(inverse)[None], dtype=np.float32)
    np.fill_diagonal(weights, 0)
    return weights


def _spectrum(x: csr_matrix, popular: Floats, recipe: Recipe, seed: int) -> tuple[Floats, Floats]:
    k = min(recipe.spectrum, min(x.shape) - 2)
    if k < 1 or not x.nnz:
        return (np.zeros((x.shape[1], 1), np.float32),) * 2
    scale = (popular**-recipe.power).astype(np.float32)
    normal = (x @ diags(scale)).tocsr().astype(np.float32)
    turned = normal.T.tocsr()
    gram = LinearOperator((x.shape[1],) * 2, matvec=lambda v: turned @ (normal @ v), dtype="f4")
    first = np.random.default_rng(seed).random(x.shape[1]).astype(np.float32)
    _, vectors = eigsh(gram, k=k, v0=first, tol=1e-3)
    left = np.asarray(scale[:, None] * vectors, dtype=np.float32)
    return left, np.asarray(vectors / scale[:, None], dtype=np.float32)


def _near(x: csr_matrix, popular: Floats, nearest: int) -> csr_matrix:
    units = (x @ diags(popular**-0.5)).tocsc().astype(np.float32)
    turned = units.T.tocsr()
    blocks = []
    for start in range(0, x.shape[1], BLOCK):
        block = (turned[start : start + BLOCK] @ units).tocsr()
        itself = np.repeat(np.arange(block.shape[0]) + start, np.diff(block.indptr))
        block.data[block.indices == itself] = 0
        blocks.append(strongest(block, nearest))
    return vstack(blocks).T.tocsr()


def _dense(matrix: csr_matrix) -> Floats:
    return np.asarray(matrix.todense(), dtype=np.float32)
