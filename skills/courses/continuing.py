"""Goes on with the net after a day: what people did next, told by views that had not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from skills.courses.catalogue.course import Course
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.past import Past
from skills.courses.tuning import HELD, Lessons, divided, part_of, showing

FEWEST = 200
"""People with something new, without whom the net stays as it is."""
PEOPLE = 600
"""People that it is shown at most."""


def of_the_day(
    before: CoursesModel, after: CoursesModel, courses: Sequence[Course], seed: int
) -> Lessons | None:
    """Show what people did since `before`, beside what they had done; None if they are few.

    The views are those of `before`, which have not seen it, so that none has to be fitted for this.
    """
    size, random = len(before.ids), np.random.default_rng(seed)
    given, held = _parted(before.past, after.past, (size, len(after.ids)), random)
    if given.shape[0] < FEWEST:
        return None
    rows = random.permutation(given.shape[0])[:PEOPLE]
    model = replace(
        after,
        ids=after.ids[:size],
        keys=after.keys[:size],
        traits=after.traits.rows(np.arange(size)),
        views=before.views,
    )
    return Lessons.joined(list(showing(model, courses[:size], given[rows], held[rows], random)))


def _parted(
    before: Past, after: Past, sizes: tuple[int, int], random: np.random.Generator
) -> tuple[csr_matrix, csr_matrix]:
    """Part histories into what was known and what is new; of somebody new, as in a fit."""
    size, wider = sizes
    x, old = after.matrix(wider)[:, :size].tocsr(), before.matrix(size)
    was = np.array([before.rows.get(person, -1) for person in after.people], np.int64)
    is_known = np.isin(_pairs(x, was, size), _pairs(old, np.arange(old.shape[0]), size))
    first, later = divided(x[was < 0], HELD, random)
    given = vstack([part_of(x, is_known)[was >= 0], first]).tocsr()
    held = vstack([part_of(x, ~is_known)[was >= 0], later]).tocsr()
    rows = np.flatnonzero(np.diff(given.indptr) * np.diff(held.indptr))
    return given[rows], held[rows]


def _pairs(x: csr_matrix, rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.asarray(np.repeat(rows, np.diff(x.indptr)) * size + x.indices, np.int64)
