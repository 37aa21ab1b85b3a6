"""Fine-tunes the FAQ's encoder, with an anchor for each answer; only training imports it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bot.encoder import Encoder
from bot.types import Example
from skills.faq.answers import Answer
from skills.faq.model import FaqModel, centres_of
from skills.faq.recipe import STRENGTHS, recipe_for
from skills.faq.views import Views, sentences_of
from training.augmentation import augmented
from training.balance import class_weights, weighted
from training.checkpoint import Checkpoint
from training.data import hash_split
from training.loop import train
from training.lora import Lora, adapter_of, trainable
from training.options import Options
from training.passes import Passes, chunks_of
from training.progress import Progress


class Learner:
    """The encoder while it learns, and for each answer an anchor: where its questions should lie.

    Every question is compared with all anchors, so that the hardest negatives are always there.
    """

    def __init__(
        self,
        model: FaqModel,
        answers: Sequence[Answer],
        examples: Sequence[Example],
        seed: int,
        options: Options,
    ) -> None:
        places = {answer.id: place for place, answer in enumerate(answers)}
        self.start, self.options, self.random = model, options, random.Random(seed)
        kept, watched = hash_split(examples, options.validation, "watched")
        weights = class_weights((each.target for each in examples), options.balance or 0.0)
        self.rows, self.watched = (
            [(each.input, places[each.target], each.weight) for each in weighted(part, weights)]
            for part in ((kept, watched) if kept else (examples, kept))
        )
        self.recipe = options.applied(recipe_for(len(self.rows)))
        counts = np.bincount([place for _, place, _ in self.rows], minlength=len(places)).tolist()
        sentences = [sentences_of(answer) for answer in answers]
        self.views = Views(self.recipe, sentences, counts, self.random)
        lora = Lora(self.recipe.rank, self.recipe.rank, frozen=model.encoder.depth // 2)
        self.passes = Passes(model.encoder, lora, options)
        self.encoder = self.passes.encoder
        centres = torch.from_numpy(centres_of(model.index(answers), model.scoring))
        self.anchors = nn.Parameter(centres.to(model.encoder.device))

    def run(self, progress: Progress, checkpoint: Checkpoint | None = None) -> None:
        """Train encoder and anchors together."""
        recipe, options, tuned = self.recipe, self.options, trainable(self.encoder)
        if not tuned:
            return
        groups = [
            {"params": tuned, "lr": recipe.rate, "weight_decay": options.weight_decay},
            {"params": [self.anchors], "lr": recipe.anchor_rate, "weight_decay": 0.0},
        ]
        epoch = math.ceil(len(self.rows) / recipe.batch)
        steps = options.epochs * epoch if options.epochs else recipe.steps
        self.encoder.module.train()
        train(
            groups,
            self.batches(),
            self.loss,
            options.plan(steps, epoch, "Learning questions"),
            evaluate=self.score if self.watched else None,
            progress=progress,
            checkpoint=checkpoint,
        )
        self.encoder.module.eval()

    def batches(self) -> Iterator[list[tuple[str, int, float]]]:
        """Give views of the examples for ever, each epoch in another order."""
        rows, size = list(self.rows), self.recipe.batch
        while True:
            self.random.shuffle(rows)
            for start in range(0, len(rows), size):
                yield [(self.view(*row[:2]), *row[1:]) for row in rows[start : start + size]]

    def view(self, text: str, place: int) -> str:
        """Give a way to ask for the answer at a place, typed otherwise where that is wanted."""
        text = self.views.view(text, place)
        if self.options.augment and self.random.random() < self.options.augment:
            return augmented(text, (), self.random)[0]
        return text

    def score(self) -> float:
        """Score what was learnt so far by how small the loss on further questions is."""
        self.encoder.module.eval()
        with torch.no_grad():
            loss = float(self.loss(self.watched))
        self.encoder.module.train()
        return -loss

    def loss(self, batch: Sequence[tuple[str, int, float]]) -> Tensor:
        """Compare each view with all anchors: the weighted cross entropy of its own."""
        tokens = self.encoder.tokenize([text for text, _, _ in batch])
        chunks = chunks_of(range(len(batch)), tokens)
        passed = self.passes.forward([[tokens[row] for row in chunk] for chunk in chunks])
        embeddings = torch.cat([self.encoder.pool(hidden) for hidden in passed])
        rows = [batch[row] for chunk in chunks for row in chunk]
        similar = self.recipe.scale * embeddings @ F.normalize(self.anchors, dim=-1).T
        target = torch.tensor([place for _, place, _ in rows], device=similar.device)
        weights = torch.tensor([weight for _, _, weight in rows], device=similar.device)
        losses = F.cross_entropy(similar, target, reduction="none")
        return (losses * weights).mean()

    def models(self) -> Iterator[FaqModel]:
        """Give the model as it was, then with what was learnt at each strength."""
        yield self.start
        if not trainable(self.encoder):
            return
        start, adapter = self.start.encoder, adapter_of(self.encoder)
        for strength in STRENGTHS if start.adapter is None else (1.0,):
            encoder = Encoder.load(
                start.base, adapter.scaled(strength), start.device, start.precision
            )
            yield replace(self.start, encoder=encoder, cache={})
