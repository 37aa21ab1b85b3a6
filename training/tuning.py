"""Fine-tunes an encoder for utterances, with intents and entities learnt together."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bot.intent import IntentModel
from bot.spans import learnt_steps
from training.checkpoint import Checkpoint
from training.lesson import IGNORED, Lesson, batches_of, variants_of, varied
from training.loop import train
from training.lora import Lora, merge, trainable
from training.options import Options
from training.passes import Passes, chunks_of
from training.progress import Progress
from training.recipe import Recipe
from training.utterances import FEWEST, Utterance, hold_out

TEMPERATURE = 0.1
"""Of the contrastive loss, as in Khosla et al. 2020."""
AS_IT_IS = Options()


class Tuning:
    """A model's encoder and heads while they learn."""

    def __init__(
        self, model: IntentModel, recipe: Recipe, seed: int, options: Options = AS_IT_IS
    ) -> None:
        """Start from a model that knows all intents and kinds of entities to come."""
        self.recipe, self.options = recipe, options
        self._start = model
        lora = Lora(recipe.rank, recipe.rank, frozen=recipe.frozen)
        self._passes = Passes(model.encoder, lora, options)
        self._encoder = self._passes.encoder
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
        options, tuned = self.options, trainable(self._encoder)
        if not tuned and not self._start.kinds:
            return
        learnt, watched = hold_out(utterances, options.validation, FEWEST)
        variants = variants_of(learnt, self._random) if options.augment else []
        lesson = Lesson.of(self._start, [*learnt, *variants])
        rows = ([tag for tag in tags.tolist() if tag != IGNORED] for tags in lesson.tags)
        self._tag_steps = learnt_steps((row for row in rows if row), self._tag_steps)
        targets = lesson.targets[: len(learnt)].tolist()
        batches = batches_of(targets, self.recipe.batch, self._random)
        if variants:
            batches = varied(batches, len(learnt), options.augment, self._random)
        epoch = math.ceil(len(learnt) / self.recipe.batch)
        heads = [self._rows, self._tag_weight, self._tag_bias]
        groups = [
            {"params": tuned, "lr": self.recipe.rate, "weight_decay": options.weight_decay},
            {"params": heads, "lr": self.recipe.head_rate, "weight_decay": 0.0},
        ]
        self._encoder.module.train()
        train(
            groups,
            batches,
            partial(self._loss, lesson),
            options.plan(epochs * epoch, epoch, "Learning intents"),
            evaluate=partial(self._score, watched) if watched else None,
            progress=progress,
            checkpoint=checkpoint,
        )
        self._encoder.module.eval()

    def model(self) -> IntentModel:
        """Make the model to answer with; its intents' head is still that of the start."""
        heads = replace(
            self._start.heads,
            tag_weight=self._tag_weight.detach().cpu().clone(),
            tag_bias=self._tag_bias.detach().cpu().clone(),
            tag_steps=torch.from_numpy(self._tag_steps),
        )
        is_tuned = bool(trainable(self._encoder))
        encoder = merge(self._encoder) if is_tuned else self._start.encoder
        return replace(self._start, encoder=encoder, heads=heads)

    def _score(self, utterances: Sequence[Utterance]) -> float:
        """Score what was learnt so far by how small the loss on further utterances is."""
        lesson = Lesson.of(self._start, utterances)
        size = self.recipe.batch
        parts = [range(len(utterances))[at : at + size] for at in range(0, len(utterances), size)]
        self._encoder.module.eval()
        with torch.no_grad():
            losses = [len(rows) * float(self._loss(lesson, rows)) for rows in parts]
        self._encoder.module.train()
        return -sum(losses) / len(utterances)

    def _loss(self, lesson: Lesson, rows: Sequence[int]) -> Tensor:
        chunks = chunks_of(rows, lesson.tokens)
        rows = [row for chunk in chunks for row in chunk]
        passed = self._passes.forward([[lesson.tokens[row] for row in part] for part in chunks])
        found = torch.cat([self._encoder.pool(hidden) for hidden in passed])
        targets = lesson.targets[rows].to(found.device)
        logits = self.recipe.scale * found @ F.normalize(self._rows, dim=-1).T
        losses = F.cross_entropy(logits, targets, reduction="none")
        loss = (losses * lesson.weights[rows].to(found.device)).mean()
        if self.recipe.contrast:
            loss = loss + self.recipe.contrast * contrastive_loss(found, targets)
        if not lesson.tags:
            return loss
        wanted = ([lesson.tags[row] for row in chunk] for chunk in chunks)
        pairs = zip(passed, wanted, strict=True)
        return loss + torch.stack([self._tag_loss(each.last, tags) for each, tags in pairs]).mean()

    def _tag_loss(self, hidden: Tensor, tags: Sequence[Tensor]) -> Tensor:
        wanted = nn.utils.rnn.pad_sequence(list(tags), True, IGNORED)
        padding = hidden.shape[1] - wanted.shape[1]
        wanted = F.pad(wanted, (0, padding), value=IGNORED).to(hidden.device)
        scores = (hidden.float() @ self._tag_weight.T + self._tag_bias).flatten(0, 1)
        losses = F.cross_entropy(scores, wanted.flatten(), ignore_index=IGNORED, reduction="sum")
        return losses / (wanted != IGNORED).sum().clamp(min=1)


def contrastive_loss(embeddings: Tensor, targets: Tensor) -> Tensor:
    """Draw utterances of an intent together and the rest apart: Khosla et al. 2020, "out" loss."""
    alone = torch.eye(len(targets), dtype=torch.bool, device=embeddings.device)
    same = (targets[:, None] == targets[None]) & ~alone
    likeness = (embeddings @ embeddings.T / TEMPERATURE).masked_fill(alone, -1e9).log_softmax(-1)
    chosen = same.any(1)
    if not chosen.any():
        return embeddings.sum() * 0
    return -((likeness * same).sum(1)[chosen] / same.sum(1)[chosen]).mean()
