"""Cold courses: what views would say of a course that nobody took, from the courses like it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skills.courses.ranking.traits import Traits

Floats = NDArray[np.float32]
LANDMARKS = 4_000
"""Courses from which others are told: the most popular."""
CELLS = 3_000_000
"""Weights at most: where many courses are cold, fewer landmarks tell of them."""
DOUBT = 20.0
"""Learners of a course from whom as much is known as from the courses like it."""
RIDGE = 0.5


def landmarks_of(counts: Floats, cold: int) -> NDArray[np.intp]:
    """Choose the courses from which so many cold ones are told."""
    taken = np.flatnonzero(counts > 0)
    most = min(LANDMARKS, CELLS // cold) if cold else 0
    return np.sort(taken[np.argsort(-counts[taken], kind="stable")[:most]])


def told(landmarks: Traits, counts: Floats, cold: Traits) -> Floats:
    """Weigh the landmarks for each cold course, by kernel ridge: (landmarks, cold)."""
    warm, new = landmarks.described, cold.described
    near, far = _distances(warm, warm), _distances(warm, new)
    scale = max(float(np.median(near)), 1e-6)
    kernel = np.exp(-near / scale)
    kernel.flat[:: len(kernel) + 1] += RIDGE * (counts + DOUBT) / counts
    return np.asarray(np.linalg.solve(kernel, np.exp(-far / scale)), np.float32)


def extended(scores: Floats, landmarks: Floats, weights: Floats, cold: NDArray[np.intp]) -> None:
    """Put into `scores` (views, people, items) what the landmarks' scores say of the cold ones."""
    mean = landmarks.mean(axis=2, keepdims=True)
    scores[:, :, cold] = mean + (landmarks - mean) @ weights


def _distances(a: Floats, b: Floats) -> Floats:
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    return np.asarray(np.maximum(squares, 0), np.float32)
