"""Other ways to say the same, made of what there is: what a model of the FAQ learns from."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from skills.faq.answers import Answer
from skills.faq.recipe import Recipe

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[。！？])")
MARKUP = re.compile(r"[*_`#>|]+|\]\([^)]*\)|[\[\]]")
SHORTEST = 15
"""Characters below which a sentence says too little on its own."""
LONGEST = 200
"""Characters of a sentence that are used: what comes later costs more than it teaches."""


@dataclass(frozen=True, slots=True)
class Views:
    """Gives ways to ask for an answer: a question varied, or a sentence of the answer."""

    recipe: Recipe
    sentences: Sequence[Sequence[str]]
    """Of each answer."""
    questions: Sequence[int]
    """How many each answer has."""
    draw: random.Random

    def view(self, text: str, place: int) -> str:
        """Vary a question to the answer at a place, or take a sentence of its answer instead."""
        drop = self.recipe.drop if self.questions[place] < 2 else self.recipe.drop / 2
        if self.draw.random() < self.recipe.sentences:
            text = self.draw.choice(self.sentences[place])
        return varied(text, drop, self.draw)


def sentences_of(answer: Answer) -> list[str]:
    """Cut an answer's text into sentences, without Markdown; at least one, if need be all of it."""
    text = MARKUP.sub("", answer.answer)
    parts = [part.strip()[:LONGEST] for part in SENTENCE_END.split(text)]
    return [part for part in parts if len(part) >= SHORTEST] or [text[:LONGEST]]


def varied(text: str, drop: float, draw: random.Random) -> str:
    """Say it like somebody in a hurry: with words left out, without capitals, misspelt."""
    words = text.split(" ")
    if len(words) > 2:
        text = " ".join([word for word in words if draw.random() >= drop] or words)
    if draw.random() < 0.3:
        text = text.lower().rstrip("?.!")
    return _mistyped(text, draw) if draw.random() < 0.3 else text


def _mistyped(text: str, draw: random.Random) -> str:
    if len(text) < 6:
        return text
    place = draw.randrange(1, len(text) - 2)
    before, letter, following, after = (
        text[:place],
        text[place],
        text[place + 1],
        text[place + 2 :],
    )
    slips: Sequence[str] = (following, following + letter, letter + letter + following)
    return before + draw.choice(slips) + after
