"""ImageCheckTrainer: learns what pictures are, from pictures that are labelled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

import torch
from PIL import Image
from torch import Tensor

from bot.encoder import choose_device
from bot.pictures import open_picture
from bot.types import OUT_OF_SCOPE, Example
from bot.vision import Vision
from skills.image_check.augmentation import harmless
from skills.image_check.examples import rows_of, there, within
from skills.image_check.figures import figures
from skills.image_check.model import ImageModel, Verdict, longest_of
from skills.image_check.recipe import ENOUGH, Recipe, balance_of, recipe_for
from skills.image_check.solving import calibrated, fresh, parted, remade, score_of, tried
from skills.image_check.targets import canonical
from skills.image_check.tuning import Learner, Lesson
from training.data import fingerprint
from training.picture_files import SUFFIXES, features, named_examples, own_examples
from training.trainer import Judgement, Trainer


class ImageCheckTrainer(Trainer[ImageModel]):
    """Learns labels of pictures; an input is a path, absolute or from the learner's data."""

    def examples(self) -> list[Example]:
        """Read what the learner's data list, or its sub-folders; there may be no pictures yet."""
        return own_examples(self.data, SUFFIXES)

    def read(self, file: Path) -> list[Example]:
        """Read a file of examples, whose paths are relative to it, or a folder of pictures."""
        return named_examples(file, self.data, SUFFIXES)

    def targets(self, files: Sequence[Example]) -> Collection[str]:
        """Name all labels, and what is none of them."""
        return {*(each.target for each in files), OUT_OF_SCOPE}

    def fit(self, examples: Sequence[Example], seed: int = 0) -> ImageModel:
        """Make a model from the base weights and exactly these examples."""
        known = there(within(examples), self._file)
        vision, balance = self._vision(), balance_of(self.options)
        plain = self._features(vision, known)
        recipe = recipe_for(vision.network, self.options)
        kept, held = parted(known)
        is_told = len(held) >= ENOUGH
        if recipe is None or not (is_told or self.options.freeze == "all"):
            return calibrated(fresh(balance, vision, known, plain), balance)
        start, before = tried(balance, vision, kept, held, rows_of((*kept, *held), known, plain))
        tuned = self._tuned(start, kept, held, recipe, seed)
        rows = self._features(tuned, known)
        part, after = tried(balance, tuned, kept, held, rows_of((*kept, *held), known, rows))
        if is_told and score_of(after) <= score_of(before):
            return calibrated(fresh(balance, vision, known, plain), balance)
        made = fresh(balance, tuned, known, rows, part.scale)
        return calibrated(made, balance, after if is_told else None)

    def update(
        self,
        model: ImageModel,
        new: Sequence[Example],
        old: Sequence[Example],
        seed: int = 0,  # noqa: ARG002 - nothing is drawn
    ) -> ImageModel:
        """Solve the head anew for what is new and all of the old; the network stays as it is.

        Old pictures are replayed as the model remembers them, whether or not there are still files.
        """
        known = {each: n for n, each in enumerate(model.memory.inputs)}
        new = there(within(new), self._file)
        old = [each for each in within(old) if each.input in known]
        rows = model.memory.features[[known[each.input] for each in old]].float()
        if new:
            found = self._features(model.vision, new)
            rows = torch.cat([rows, model.scale(found)])
        balance = balance_of(self.options)
        made = remade(model, [*old, *new], rows, balance)
        if not model.vision.weights:
            return calibrated(made, balance)
        head = replace(made.head, temperature=model.head.temperature)
        return replace(made, head=head, limits=model.limits)

    def evaluate(self, model: ImageModel, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score labels, calibration, refusals of what is good, and what is something else."""
        examples = there(examples, self._file)
        verdicts = self._verdicts(model, examples)
        return figures([canonical(each.target) for each in examples], verdicts)

    def judge(self, model: ImageModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each picture what it is taken for; a file that is gone is taken for nothing."""
        there = [each for each in examples if self._file(each).is_file()]
        found = dict(zip(there, self._verdicts(model, there), strict=True))
        return [_judged(found.get(each), each) for each in examples]

    def _vision(self) -> Vision:
        device = choose_device(self.settings.device)
        return Vision.load(self.settings.vision, None, device, self.settings.precision)

    def _verdicts(self, model: ImageModel, examples: Sequence[Example]) -> list[Verdict]:
        return model.verdicts(model.scale(self._features(model.vision, examples)))

    def _file(self, example: Example) -> Path:
        return self.data / example.input

    def _features(self, vision: Vision, examples: Sequence[Example]) -> Tensor:
        def looked(files: Sequence[Path]) -> Tensor:
            with ThreadPoolExecutor() as pool:
                return vision.features(list(pool.map(_opener(vision), files)))

        name = f"{vision.fingerprint}-{vision.precision}"
        return features([self._file(each) for each in examples], looked, self.cache, name)

    def _tuned(
        self,
        start: ImageModel,
        kept: Sequence[Example],
        held: Sequence[Example],
        recipe: Recipe,
        seed: int,
    ) -> Vision:
        vision, sets = start.vision, start.head.sets
        lesson = Lesson(
            self._pictures(vision, kept),
            torch.tensor([sets.index(each.target) for each in kept]),
            torch.tensor([each.weight for each in kept]),
            harmless(start, self._pictures(vision, held), [each.target for each in held]),
        )
        if self.cache.folder:
            self.cache.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=self.cache.folder) as file, torch.random.fork_rng():
            torch.manual_seed(seed)
            learner = Learner(start, lesson, recipe, seed, self.options, file)
            key = f"{vision.fingerprint} {fingerprint(kept)} {seed}"
            learner.run(self.progress, self.checkpoint("pictures", key))
        return Vision.load(vision.base, learner.weights(), vision.device, vision.precision)

    def _pictures(
        self, vision: Vision, examples: Sequence[Example]
    ) -> list[Callable[[], Image.Image]]:
        opened = _opener(vision)
        return [partial(opened, self._file(each)) for each in examples]


def _opener(vision: Vision) -> Callable[[Path], Image.Image]:
    return lambda file: open_picture(file, longest_of(vision))


def _judged(verdict: Verdict | None, example: Example) -> Judgement:
    if verdict is None:
        return Judgement("", 0.0, 0.0)
    right = verdict.target == canonical(example.target)
    return Judgement(verdict.target, verdict.confidence, float(right))
