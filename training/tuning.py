"""Fine-tunes an encoder for utterances: LoRA, with intents and entities learnt together."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bot.encoder import Tokens
from bot.intent import IntentModel
from bot.spans import Kind, learnt_steps, tags_of, words_of
from training.checkpoint import Checkpoint
from training.loop import Plan, train
from training.lora import Lora, merge, trainable, with_lora
from training.progress import Progress
from training.recipe import Recipe
from training.utterances import Utterance

TEMPERATURE = 0.1
"""Of the contrastive loss, as in Khosla et al. 2020."""
TOGETHER = 2
"""Utterances of an intent that are put into a batch together, to be drawn to each other."""
CHUNK = 16
"""Utterances that go through the encoder at once; they are of like length."""
IGNORED = -100
"""The tag of tokens that none is learnt for."""


class Tuning:
    """A model's encoder and heads while they learn."""

    def __init__(self, model: IntentModel, recipe: Recipe, seed: int) -> None:
        """Start from a model that knows all intents and kinds of entities to come."""
        self.recipe = recipe
        self._start = model
        lora = Lora(recipe.rank, recipe.rank, frozen=recipe.frozen)
        self._encoder = with_lora(model.encoder, lora)
        device = self._encoder.device
        prototypes = model.heads.prototypes[:, : model.encoder.dim]
        self._rows = nn.Parameter(prototypes.clone().to(device))
        self._tag_weight = nn.Parameter(model.heads.tag_weight.clone().to(device))
        self._tag_bias = nn.Parameter(model.heads.tag_bias.clone().to(device))
        self._tag_steps = model.heads.tag_steps.numpy()
        self._random = random.Random(seed)

    def run(
        self,
        utterances: Sequence[Utterance],
        epochs: int,
        progress: Progress,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        """Go over the utterances, each of which has one of the model's intents."""
        lesson = _Lesson.of(self._start, utterances)
        rows = ([tag for tag in tags.tolist() if tag != IGNORED] for tags in lesson.tags)
        self._tag_steps = learnt_steps((row for row in rows if row), self._tag_steps)
        batches = _batches(lesson.targets.tolist(), self.recipe.batch, self._random)
        steps = epochs * math.ceil(len(utterances) / self.recipe.batch)
        heads = [self._rows, self._tag_weight, self._tag_bias]
        groups = [
            {"params": trainable(self._encoder), "lr": self.recipe.rate, "weight_decay": 0.0},
            {"params": heads, "lr": self.recipe.head_rate, "weight_decay": 0.0},
        ]

        def loss_of(rows: Sequence[int]) -> Tensor:
            return self._loss(lesson, rows)

        self._encoder.module.train()
        plan = Plan(steps, "Learning intents")
        train(groups, batches, loss_of, plan, progress=progress, checkpoint=checkpoint)
        self._encoder.module.eval()

    def model(self) -> IntentModel:
        """Make the model to answer with; its intents' head is still that of the start."""
        heads = replace(
            self._start.heads,
            tag_weight=self._tag_weight.detach().cpu().clone(),
            tag_bias=self._tag_bias.detach().cpu().clone(),
            tag_steps=torch.from_numpy(self._tag_steps),
        )
        return replace(self._start, encoder=merge(self._encoder), heads=heads)

    def _loss(self, lesson: _Lesson, rows: Sequence[int]) -> Tensor:
        rows = sorted(rows, key=lambda row: len(lesson.tokens[row].ids))
        embeddings, tagging = [], []
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            hidden = self._encoder.forward([lesson.tokens[row] for row in chunk])
            embeddings.append(self._encoder.pool(hidden))
            if lesson.tags:
                wanted = [lesson.tags[row] for row in chunk]
                tagging.append(self._tag_loss(hidden.last, wanted))
        found = torch.cat(embeddings)
        targets = lesson.targets[rows].to(found.device)
        logits = self.recipe.scale * found @ F.normalize(self._rows, dim=-1).T
        losses = F.cross_entropy(logits, targets, reduction="none")
        loss = (losses * lesson.weights[rows].to(found.device)).mean()
        if self.recipe.contrast:
            loss = loss + self.recipe.contrast * contrastive_loss(found, targets)
        return loss + torch.stack(tagging).mean() if tagging else loss

    def _tag_loss(self, hidden: Tensor, tags: Sequence[Tensor]) -> Tensor:
        wanted = nn.utils.rnn.pad_sequence(list(tags), True, IGNORED)
        padding = hidden.shape[1] - wanted.shape[1]
        wanted = F.pad(wanted, (0, padding), value=IGNORED).to(hidden.device)
        scores = (hidden.float() @ self._tag_weight.T + self._tag_bias).flatten(0, 1)
        losses = F.cross_entropy(scores, wanted.flatten(), ignore_index=IGNORED, reduction="sum")
        return losses / (wanted != IGNORED).sum().clamp(min=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """Utterances as tensors."""

    tokens: list[Tokens]
    targets: Tensor
    weights: Tensor
    tags: list[Tensor]

    @classmethod
    def of(cls, model: IntentModel, utterances: Sequence[Utterance]) -> _Lesson:
        """Cut utterances into tokens, and find the place of their intents and tags."""
        tokens = model.encoder.tokenize([each.text for each in utterances])
        places = {name: place for place, name in enumerate(model.intents)}
        targets = torch.tensor([places[each.intent] for each in utterances])
        weights = torch.tensor([each.weight for each in utterances])
        pairs = zip(utterances, tokens, strict=True)
        tags = [_tags(each, found, model.kinds) for each, found in pairs] if model.kinds else []
        return cls(tokens, targets, weights / weights.mean(), tags)


def contrastive_loss(embeddings: Tensor, targets: Tensor) -> Tensor:
    """Draw utterances of an intent together and the rest apart: Khosla et al. 2020, "out" loss."""
    alone = torch.eye(len(targets), dtype=torch.bool, device=embeddings.device)
    same = (targets[:, None] == targets[None]) & ~alone
    likeness = (embeddings @ embeddings.T / TEMPERATURE).masked_fill(alone, -1e9).log_softmax(-1)
    chosen = same.any(1)
    if not chosen.any():
        return embeddings.sum() * 0
    return -((likeness * same).sum(1)[chosen] / same.sum(1)[chosen]).mean()


def _batches(targets: Sequence[int], size: int, random: random.Random) -> Iterator[list[int]]:
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
