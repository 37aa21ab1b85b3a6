"""Lessons: what the net that fuses the views is shown of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What the net sees of people, and what they wanted."""

    inputs: Floats
    """(people, inputs, courses)."""
    lengths: Floats
    open_: NDArray[np.bool_]
    wanted: NDArray[np.bool_]

    @property
    def parts(self) -> tuple[NDArray[Any], ...]:
        """All of it, in order."""
        return self.inputs, self.lengths, self.open_, self.wanted

    @classmethod
    def joined(cls, several: Sequence[Lessons]) -> Lessons:
        """Put people below each other."""
        columns = zip(*(each.parts for each in several), strict=True)
        return cls(*map(np.concatenate, columns))

    def rows(self, rows: slice) -> Lessons:
        """Take some people."""
        return Lessons(*(each[rows] for each in self.parts))
