"""How near is near enough: from scores to a confidence, and from that to what the skill does."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

Verdict = Literal["answer", "offer", "decline"]
OFFERS = 3
"""Answers offered at most."""
LENIENCE = 0.8
"""Part of `close` that does where the user has said that an answer is wanted. Chosen on validation
data: the answers that were missed by `close` are near, and nonsense is not."""
OUTCOMES = ("answered_right", "offered_right", "answered_wrong", "offered_wrong", "declined")


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer and how near it is to a question: from -1 to 1, as cosines are."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Scoring:
    """How similarities make a score, scores a confidence, and a confidence a verdict."""

    softness: float = 0.05
    """How much further ways to ask count beside the nearest: 0 not at all, 1 nearly alike."""
    answer_weight: float = 0.5
    """How much similarity to question and answer read together counts, beside the ways to ask."""
    score_weight: float = 5.0
    margin_weight: float = 15.0
    bias: float = -4.0
    """Log-odds that the best hit is right: bias + weighted score + weighted margin to the next."""
    sure: float = 0.5
    """Confidence from which the best hit is the answer."""
    close: float = 0.36
    """Score below which no hit is near: chatter may have margins, but it has no high scores."""
    outside: float = 0.8
    """Probability of being out of scope from which a hit has to be `alike` instead of `close`: then
    only what has nearly the words of an answer is for it, such as one that was just added."""
    alike: float = 0.65
    spread: float = 0.2
    """Distance in score from the best hit within which others are offered beside it."""

    @property
    def lenient(self) -> Self:
        """How to score words of which the user has said that the FAQ should know them."""
        return replace(self, close=LENIENCE * self.close)

    def confidence(self, hits: Sequence[Hit]) -> float:
        """Give the probability that the best hit is right, of the best two or more."""
        if not hits:
            return 0.0
        score, margin = features(hits)
        odds = self.bias + self.score_weight * score + self.margin_weight * margin
        return 1 / (1 + math.exp(-odds))

    def verdict(self, hits: Sequence[Hit], outside: float = 0.0) -> Verdict:
        """Say what to do about a question with these hits, as probably out of scope as given."""
        if not hits or hits[0].score < (self.alike if outside >= self.outside else self.close):
            return "decline"
        return "answer" if self.confidence(hits) >= self.sure else "offer"

    def near(self, hits: Sequence[Hit]) -> list[Hit]:
        """Keep the hits to offer: the best and those about as near."""
        return [hit for hit in hits[:OFFERS] if hits[0].score - hit.score <= self.spread]

    def outcome(self, hits: Sequence[Hit], right: Collection[str]) -> str:
        """Say how the skill would fare with a question whose right answers are known."""
        verdict = self.verdict(hits)
        if verdict == "decline":
            return "declined"
        shown = hits[:1] if verdict == "answer" else self.near(hits)
        fared = "right" if any(hit.id in right for hit in shown) else "wrong"
        return f"{verdict}ed_{fared}"


def features(hits: Sequence[Hit]) -> tuple[float, float]:
    """Give the score of the best hit and its margin to the second, if there is one."""
    score = hits[0].score
    return score, score - hits[1].score if len(hits) > 1 else score
