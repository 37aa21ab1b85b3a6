"""Past: what learners did, as arrays, each learner's courses in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.types import Example

REFUSED = -0.5
"""What a refusal counts in a history, where an enrolment counts 1."""
STRONGEST = 1.5
FEWEST = 3
"""Learners from whom a share can be told."""


@dataclass(frozen=True, eq=False)
class Past:
    """The histories of people, by pseudonym, over columns of courses."""

    people: tuple[str, ...]
    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, examples: Iterable[Example], columns: Mapping[str, int]) -> Past:
        """Gather examples by person, in their order; the last said of a pair counts."""
        histories: dict[str, dict[int, float]] = {}
        for each in examples:
            history = histories.setdefault(each.input, {})
            history.pop(columns[each.target], None)
            history[columns[each.target]] = each.weight
        return cls(
            tuple(histories),
            np.cumsum([0, *map(len, histories.values())], dtype=np.int64),
            np.array([each for one in histories.values() for each in one], np.int32),
            np.array([each for one in histories.values() for each in one.values()], np.float32),
        )

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The place of each person."""
        return {person: row for row, person in enumerate(self.people)}

    def of_person(self, person: str, ids: Sequence[str]) -> dict[str, float]:
        """Give the history of a person; nothing of somebody unknown."""
        row = self.rows.get(person)
        if row is None:
            return {}
        part = slice(self.starts[row], self.starts[row + 1])
        pairs = zip(self.columns[part], self.weights[part], strict=True)
        return {ids[column]: float(weight) for column, weight in pairs}

    def matrix(self, size: int) -> csr_matrix:
        """Write who wants what, each person's row in order of time, without what was refused."""
        data = np.minimum(self.weights, STRONGEST)
        shape = (len(self.people), size)
        made = csr_matrix((data, self.columns.copy(), self.starts.copy()), shape=shape)
        made.eliminate_zeros()
        return made

    def went_on(self, a: int, b: int) -> tuple[int, int] | None:
        """Count who took course `a`, and who of them took `b` after it."""
        took, later = self._places(a), self._places(b)
        if len(took) < FEWEST:
            return None
        return len(took), sum(place > took[row] for row, place in later.items() if row in took)

    def _places(self, column: int) -> dict[int, int]:
        places = np.flatnonzero((self.columns == column) & (self.weights >= 1))
        rows = np.searchsorted(self.starts, places, side="right") - 1
        return dict(zip(rows.tolist(), places.tolist(), strict=True))


def row_of(histories: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> csr_matrix:
    """Write histories as rows for the views: refusals push away, unknown courses are left out."""
    found = [
        (row, columns[id], REFUSED if weight <= 0 else min(weight, STRONGEST))
        for row, history in enumerate(histories)
        for id, weight in history.items()
        if id in columns
    ]
    rows, places, values = np.array(found, dtype=np.float64).reshape(-1, 3).T
    shape = (len(histories), len(columns))
    whole = (rows.astype(np.int32), places.astype(np.int32))
    made = csr_matrix((values.astype(np.float32), whole), shape=shape)
    made.sort_indices()
    return made
