"""Fine-tunes the upper parts of the network; only training imports it."""

from __future__ import annotations

import copy
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import IO

from PIL.Image import Image
from torch import Tensor, nn
from torch.nn import functional as F

from bot.vision import pooled, through
from skills.image_check.augmentation import Changes
from skills.image_check.head import Scale, membership
from skills.image_check.lower import Lower
from skills.image_check.model import ImageModel
from skills.image_check.recipe import Recipe
from training.checkpoint import Checkpoint
from training.loop import train
from training.options import Options
from training.progress import Progress

Piece = tuple[list[int], int]
"""Places of pictures, and which view of them is shown."""
PIECE = 8
"""Pictures that go through the network together: more take more memory, and are no quicker."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What the network is to learn."""

    pictures: Sequence[Callable[[], Image]]
    """What opens each."""
    targets: Tensor
    """(pictures,) places among the head's sets."""
    weights: Tensor
    changes: Changes


class Learner:
    """The upper parts while they learn, with the head that they learn for."""

    def __init__(
        self,
        start: ImageModel,
        lesson: Lesson,
        recipe: Recipe,
        seed: int,
        options: Options,
        file: IO[bytes],
    ) -> None:
        """Learn as `recipe` and `options` say; `file` holds what does not fit into memory."""
        vision, head, count = start.vision, start.head, len(lesson.targets)
        self.vision, self.lesson, self.options = vision, lesson, options
        self.recipe = recipe = replace(recipe, batch=min(recipe.batch, count))
        self.lower = Lower(vision, lesson.pictures, lesson.changes, recipe, seed, file)
        self.upper = nn.Sequential(OrderedDict(list(vision.parts.named_children())[recipe.cut :]))
        self.upper = copy.deepcopy(self.upper).requires_grad_(True)
        scale, device = start.scale, vision.device
        self.scale = Scale(scale.mean.to(device), scale.spread.to(device), scale.widths)
        self.rows = nn.Parameter(head.weight.clone().to(device))
        self.bias = nn.Parameter(head.bias.clone().to(device))
        self.members = membership(head.labels, head.sets).to(device)
        self.random = random.Random(seed)

    @property
    def pieces(self) -> int:
        """How many pieces a batch goes through the network in."""
        return -(-self.recipe.batch // PIECE)

    def run(self, progress: Progress, checkpoint: Checkpoint | None = None) -> None:
        """Train the upper parts and a head together; folded batch norms halve the time."""
        recipe = self.recipe
        epoch = -(-len(self.lesson.targets) // recipe.batch)
        groups = [
            {
                "params": list(self.upper.parameters()),
                "lr": recipe.rate,
                "weight_decay": self.options.weight_decay,
            },
            {"params": [self.rows, self.bias], "lr": recipe.head_rate, "weight_decay": 0.0},
        ]
        plan = self.options.plan(epoch * recipe.epochs, epoch, "Learning pictures")
        plan = replace(plan, accumulate=plan.accumulate * self.pieces)
        train(groups, self.batches(), self.loss, plan, progress=progress, checkpoint=checkpoint)

    def batches(self) -> Iterator[Piece]:
        """Give batches for ever, in pieces, each epoch in another order and as another view.

        All are of one size: the last of an epoch is filled up by the first of its pictures.
        """
        places, epoch, size = list(range(len(self.lesson.targets))), 0, self.recipe.batch
        while True:
            epoch += 1
            self.random.shuffle(places)
            view = epoch % self.recipe.views
            for start in range(0, len(places), size):
                batch = list(islice(cycle(places), start, start + size))
                yield from ((batch[n :: self.pieces], view) for n in range(self.pieces))

    def loss(self, piece: Piece) -> Tensor:
        """Compare what the network says of a piece with what is right; the mean is its batch's."""
        places, view = piece
        device = self.vision.device
        features = F.dropout(self.scale(self._features(places, view)), self.recipe.dropout)
        logits = features @ self.rows.T @ self.members.T + self.bias
        losses = F.cross_entropy(
            logits,
            self.lesson.targets[places].to(device),
            reduction="none",
            label_smoothing=self.recipe.smoothing,
        )
        return (
            (losses * self.lesson.weights[places].to(device)).sum()
            * self.pieces
            / self.recipe.batch
        )

    def _features(self, places: Sequence[int], view: int) -> Tensor:
        middle = self.vision.network.middle
        lower = self.lower(places, view).to(self.vision.device)
        with self.vision.mixed_precision():
            top, found = through(self.upper, lower, middle)
        is_below = middle is not None and middle < self.recipe.cut
        return pooled(top, lower if is_below else found)

    def weights(self) -> dict[str, Tensor]:
        """Take out what was learnt, rounded as it is kept."""
        learnt = self.upper.named_parameters()
        rounded = {name: value.detach().cpu().half().float() for name, value in learnt}
        return {**self.vision.weights, **rounded}
