"""Two versions on the same examples: what was lost, what was won, and whether that is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import fmean

from training.record import Case
from training.trainer import Judgement


@dataclass(frozen=True, slots=True)
class Paired:
    """How an old and a new version met the same examples."""

    count: int
    lost: int
    """Examples that the new version meets worse."""
    won: int
    before: float
    """Mean score of the old version, 0 to 1; the accuracy, where examples are right or wrong."""
    after: float

    @classmethod
    def of(cls, cases: Sequence[Case]) -> Paired:
        """Compare; where there was no version before, nothing was right."""
        pairs = [(score_of(case.old), case.new.score) for case in cases]
        before, after = (fmean(scores) for scores in zip(*pairs, strict=True)) if pairs else (0, 0)
        lost, won = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
        return cls(len(pairs), lost, won, before, after)

    @property
    def loss(self) -> float:
        """By how much the mean score fell; below 0 if it rose."""
        return self.before - self.after

    @property
    def p(self) -> float:
        """How likely so many are lost if both versions are equally good.

        The exact one-sided sign test on the examples that differ; on right and wrong, McNemar's.
        """
        changed = self.lost + self.won
        return sum(comb(changed, k) for k in range(self.lost, changed + 1)) / (1 << changed)


def score_of(judgement: Judgement | None) -> float:
    """Score a judgement; 0 where there was no version to judge."""
    return judgement.score if judgement else 0.0
