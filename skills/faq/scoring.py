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
DOUBT = 0.01
"""Probability that is left where the classifier of intents has none: it knows no new answers."""
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
    evidence: float = 5.0
    """Log-odds that the score speaks for a question being the FAQ's, by its distance to `close`."""
    evidence_margin: float = 4.0
    """Log-odds that the margin to the next hit adds. Both are chosen on validation data."""
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

    def claim(self, hits: Sequence[Hit], share: float, outside: float) -> float:
        """Give the probability that words with these hits are a question for the FAQ.

        It is for it or for nobody, with these probabilities by the classifier of intents; what was
        found is further evidence, for the one or the other.
        """
        if not hits:
            return 0.0
        score, margin = features(hits)
        prior = min(max(share / max(share + outside, DOUBT), DOUBT), 1 - DOUBT)
        odds = self.evidence * (score - self.close) + self.evidence_margin * margin
        return 1 / (1 + math.exp(-odds) * (1 - prior) / prior)

    def verdict(self, hits: Sequence[Hit]) -> Verdict:
        """Say what to do about a question with these hits."""
        if not hits or hits[0].score < self.close:
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
