"""Goes on with the net after a day: what people did next, told by views that had not seen it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from skills.courses.catalogue.course import Course
from skills.courses.lessons import Lessons
from skills.courses.ranking.fusion import Fusion
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.past import Past
from skills.courses.ranking.views import Floats
from skills.courses.tuning import HELD, divided, part_of, showing

FEWEST = 160
"""People with something new, without whom the net stays as it is."""
PEOPLE = 160
"""People that it is shown at most; more would cost too much of a day."""
WATCHED = 0.25
"""Part of them that it does not learn, but is judged by."""
SURE = 3.0
"""Standard errors by which it has to tell better what those did. On validation data, going on was
worth nothing as long as people were as before: then the net is to stay."""


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


def continued(before: Fusion, shown: Lessons, tune: Callable[[Lessons], Fusion]) -> Fusion:
    """Let the net go on with most of the people, and keep that if it tells what others did better.

    Better means less of the loss that it is trained by, beyond doubt; otherwise `before` is given.
    """
    watched = round(WATCHED * len(shown.lengths))
    after = tune(shown.rows(slice(watched, None)))
    others = shown.rows(slice(watched))
    gain = _losses(before, others) - _losses(after, others)
    return after if gain.mean() > SURE * gain.std() / len(gain) ** 0.5 else before


def _losses(fusion: Fusion, shown: Lessons) -> Floats:
    """Give each person's mean surprise at what was wanted, in nats."""
    found = []
    for inputs, length, is_open, wanted in zip(*shown.parts, strict=True):
        logits = np.where(is_open, fusion(inputs, float(length)), -np.inf)
        logits -= logits.max()
        found.append(np.log(np.exp(logits).sum()) - logits[wanted].mean())
    return np.array(found, np.float32)


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
