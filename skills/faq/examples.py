"""Which questions are learnt, which are held out, and what stands in where there are too few."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import DataError
from bot.types import Example
from skills.faq.answers import Answer
from skills.faq.model import FaqModel
from skills.faq.views import varied

STAND_IN_DROP = 0.4
"""Part of the words left out of a stand-in: more than in training, so that it stays a test."""


def known(examples: Sequence[Example], answers: Sequence[Answer]) -> list[Example]:
    """Keep the examples that count and whose answer is there, once each."""
    ids = {answer.id for answer in answers}
    found = [each for each in examples if each.target in ids and each.weight > 0]
    if examples and not found:
        raise DataError(
            f"No answer has the id '{examples[0].target}', nor any other that the examples name. "
            "Use the ids of the files of answers."
        )
    return list({(each.input, each.target): each for each in found}.values())


def knowing(model: FaqModel, answers: Sequence[Answer], examples: Sequence[Example]) -> FaqModel:
    """Make a model that remembers those examples that are in no file of answers."""
    written = {(text, answer.id) for answer in answers for text in answer.questions}
    learnt = tuple(each for each in examples if (each.input, each.target) not in written)
    return replace(model, learnt=learnt)


def without(answers: Sequence[Answer], held: Sequence[Example]) -> list[Answer]:
    """Take held-out questions out of the answers; an answer's first question stays."""
    texts = {(each.target, each.input) for each in held}
    return [
        replace(each, variants=tuple(v for v in each.variants if (each.id, v) not in texts))
        for each in answers
    ]


def stand_ins(answers: Sequence[Answer], seed: int) -> list[Example]:
    """Make questions to check by where too few can be held out: the known ones, much shortened."""
    draw = random.Random(seed + 1)
    return [
        Example(varied(text, STAND_IN_DROP, draw), answer.id)
        for answer in answers
        for text in answer.questions
    ]
