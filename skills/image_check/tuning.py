"""Fine-tunes the upper parts of the network; only training imports it."""

from __future__ import annotations

import copy
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from PIL.Image import Image
from torch import Tensor, nn
from torch.nn import functional as F

from bot.vision import Vision, normalised, pooled, squeezed, through
from skills.image_check.augmentation import Changes, augmented
from skills.image_check.head import Scale, membership
from skills.image_check.model import ImageModel
from skills.image_check.recipe import Recipe
from training.checkpoint import Checkpoint
from training.loop import train
from training.options import Options
from training.progress import Progress

Batch = tuple[list[int], int]
"""Places of pictures, and which view of them is shown."""
STEP = 16
"""Pictures that go through the lower parts together."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What the network is to learn."""

    pictures: Sequence[Callable[[], Image]]
    """What opens each."""
    targets: Tensor
    """(pictures,) places among the head's sets."""
    weights: Tensor
    changes: Changes


class Lower:
    """What the lower parts, which stay as they are, make of views of pictures.

    It is kept in memory as far as there is room, so that each view goes through them only once.
    """

    def __init__(self, vision: Vision, lesson: Lesson, recipe: Recipe, seed: int) -> None:
        self.vision, self.lesson, self.recipe, self.seed = vision, lesson, recipe, seed
        self.parts = vision.parts[: recipe.cut]
        self.kept: dict[tuple[int, int], Tensor] = {}
        self.room = recipe.room
        self.pool = ThreadPoolExecutor()  # pictures are decoded outside the interpreter's lock

    def __call__(self, places: Sequence[int], view: int) -> Tensor:
        """Give maps (pictures, channels, height, width) of a view; view 0 is the whole picture."""
        for start in range(0, len(places), STEP):
            self._fill(
                [n for n in places[start : start + STEP] if (n, view) not in self.kept], view
            )
        found = torch.stack([self.kept[n, view] for n in places]).float()
        if self.room <= 0:
            self.kept.clear()
            self.room = self.recipe.room
        return found

    def _fill(self, places: Sequence[int], view: int) -> None:
        if not places:
            return
        squares = list(self.pool.map(lambda place: self._view(place, view), places))
        with torch.inference_mode(), self.vision.mixed_precision():
            pixels = normalised(self.vision.network, squares).to(self.vision.device)
            maps = self.parts(pixels).half()
        for place, each in zip(places, maps.cpu(), strict=True):
            self.kept[place, view] = each.clone()
            self.room -= each.nbytes

    def _view(self, place: int, view: int) -> Image:
        picture, size = self.lesson.pictures[place](), self.vision.size
        if view == 0:
            return squeezed(picture, size)
        draw = random.Random(f"{self.seed} {place} {view}")
        return augmented(picture, size, self.lesson.changes, draw)


class Learner:
    """The upper parts while they learn, with the head that they learn for."""

    def __init__(
        self,
        start: ImageModel,
        lesson: Lesson,
        recipe: Recipe,
        seed: int,
        options: Options,
    ) -> None:
        vision, head = start.vision, start.head
        self.vision, self.lesson, self.recipe, self.options = vision, lesson, recipe, options
        self.lower = Lower(vision, lesson, recipe, seed)
        self.upper = nn.Sequential(OrderedDict(list(vision.parts.named_children())[recipe.cut :]))
        self.upper = copy.deepcopy(self.upper).requires_grad_(True)
        scale, device = start.scale, vision.device
        self.scale = Scale(scale.mean.to(device), scale.spread.to(device), scale.widths)
        self.rows = nn.Parameter(head.weight.clone().to(device))
        self.bias = nn.Parameter(head.bias.clone().to(device))
        self.members = membership(head.labels, head.sets).to(device)
        self.random = random.Random(seed)

    def run(self, progress: Progress, checkpoint: Checkpoint | None = None) -> None:
        """Train the upper parts and a head together; folded batch norms halve the time."""
        count, recipe = len(self.lesson.targets), self.recipe
        epoch = -(-count // recipe.batch)
        groups = [
            {
                "params": list(self.upper.parameters()),
                "lr": recipe.rate,
                "weight_decay": self.options.weight_decay,
            },
            {"params": [self.rows, self.bias], "lr": recipe.head_rate, "weight_decay": 0.0},
        ]
        plan = self.options.plan(epoch * recipe.epochs, epoch, "Learning pictures")
        train(groups, self.batches(), self.loss, plan, progress=progress, checkpoint=checkpoint)

    def batches(self) -> Iterator[Batch]:
        """Give places for ever, each epoch in another order and as another view."""
        places, epoch = list(range(len(self.lesson.targets))), 0
        while True:
            epoch += 1
            self.random.shuffle(places)
            for start in range(0, len(places), self.recipe.batch):
                yield places[start : start + self.recipe.batch], 1 + epoch % self.recipe.views

    def loss(self, batch: Batch) -> Tensor:
        """Compare what the network says of a batch with what is right."""
        places, view = batch
        device = self.vision.device
        features = F.dropout(self.scale(self._features(places, view)), self.recipe.dropout)
        logits = features @ self.rows.T @ self.members.T + self.bias
        losses = F.cross_entropy(
            logits,
            self.lesson.targets[places].to(device),
            reduction="none",
            label_smoothing=self.recipe.smoothing,
        )
        return (losses * self.lesson.weights[places].to(device)).mean()

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
