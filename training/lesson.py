"""Utterances as the encoder learns them: tensors, variants and the order they come in."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bot.encoder import Tokens
from bot.intent import IntentModel
from bot.spans import Kind, tags_of, words_of
from training.augmentation import augmented
from training.utterances import Utterance

TOGETHER = 2
"""Utterances of an intent that are put into a batch together, to be drawn to each other."""
IGNORED = -100
"""The tag of tokens that none is learnt for."""
VARIANTS = 4
"""Ways to write each utterance that are made, where texts are augmented."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Utterances as tensors."""

    tokens: list[Tokens]
    targets: Tensor
    weights: Tensor
    tags: list[Tensor]

    @classmethod
    def of(cls, model: IntentModel, utterances: Sequence[Utterance]) -> Lesson:
        """Cut utterances into tokens, and find the place of their intents and tags."""
        tokens = model.encoder.tokenize([each.text for each in utterances])
        places = {name: place for place, name in enumerate(model.intents)}
        targets = torch.tensor([places[each.intent] for each in utterances])
        weights = torch.tensor([each.weight for each in utterances])
        pairs = zip(utterances, tokens, strict=True)
        tags = [_tags(each, found, model.kinds) for each, found in pairs] if model.kinds else []
        return cls(tokens, targets, weights / weights.mean(), tags)


def variants_of(utterances: Sequence[Utterance], draw: random.Random) -> list[Utterance]:
    """Write each utterance otherwise, some times over: first all of them once, then again."""
    return [_augmented(each, draw) for _ in range(VARIANTS) for each in utterances]


def _augmented(utterance: Utterance, draw: random.Random) -> Utterance:
    text, entities = augmented(utterance.text, utterance.entities, draw)
    return replace(utterance, text=text, entities=entities)


def varied(
    batches: Iterator[list[int]], count: int, share: float, draw: random.Random
) -> Iterator[list[int]]:
    """Put variants in the place of a share of the rows; they come after the `count` utterances."""
    for rows in batches:
        yield [
            row + count * draw.randint(1, VARIANTS) if draw.random() < share else row
            for row in rows
        ]


def batches_of(targets: Sequence[int], size: int, random: random.Random) -> Iterator[list[int]]:
    """Give rows for ever, each epoch in another order, with some of an intent side by side."""
    members: dict[int, list[int]] = defaultdict(list)
    for row, target in enumerate(targets):
        members[target].append(row)
    while True:
        groups: list[list[int]] = []
        for rows in members.values():
            random.shuffle(rows)
            groups += [rows[at : at + TOGETHER] for at in range(0, len(rows), TOGETHER)]
        random.shuffle(groups)
        order = [row for group in groups for row in group]
        yield from (order[at : at + size] for at in range(0, len(order), size))


def _tags(utterance: Utterance, tokens: Tokens, kinds: Sequence[Kind]) -> Tensor:
    tags = torch.full((len(tokens.ids),), IGNORED)
    if utterance.is_annotated:
        words = words_of(utterance.text, tokens.offsets)
        wanted = tags_of(words, utterance.entities, kinds)
        tags[[word.first for word in words]] = torch.tensor(wanted, dtype=torch.long)
    return tags
