"""ImageCheckTrainer: learns what pictures are, from pictures that are labelled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch
from PIL import Image
from torch import Tensor

from bot.encoder import choose_device
from bot.examples import read_examples
from bot.pictures import open_picture
from bot.types import OUT_OF_SCOPE, Example
from bot.vision import Vision
from skills.image_check.augmentation import may_flip
from skills.image_check.examples import longest_side, rows_of, there, within
from skills.image_check.figures import figures
from skills.image_check.model import ImageModel, Verdict, features_of
from skills.image_check.recipe import CROPS, ENOUGH, HELD_OUT, Recipe, recipe_for
from skills.image_check.solving import calibrated, crossed, fresh, remade, score_of, seen
from skills.image_check.targets import canonical
from skills.image_check.tuning import Learner, Lesson
from skills.image_check.views import Look
from training.data import fingerprint, hash_split
from training.picture_files import SUFFIXES, examples_in, features
from training.trainer import Judgement, Trainer

EXAMPLES = "train.jsonl"
SAMPLE = 32  # pictures whose size is looked at, to see whether they have details


class ImageCheckTrainer(Trainer[ImageModel]):
    """Learns labels of pictures; an input is a path, absolute or from the learner's data."""

    def examples(self) -> list[Example]:
        """Read the folder's file of examples, or the folder's sub-folders if it has none."""
        file = self.data / EXAMPLES
        if file.is_file():
            return read_examples(file)
        return examples_in(self.data, SUFFIXES) if self.data.is_dir() else []

    def read(self, file: Path) -> list[Example]:
        """Read a file of examples, whose paths are relative to it, or a folder of pictures."""
        if file.is_dir():
            return examples_in(file, SUFFIXES)
        found = read_examples(file)
        if file.resolve().parent == self.data.resolve():
            return found
        folder = file.resolve().parent
        return [replace(each, input=str(folder / each.input)) for each in found]

    def targets(self, files: Sequence[Example]) -> Collection[str]:
        """Name all labels, and what is none of them."""
        return {*(each.target for each in files), OUT_OF_SCOPE}

    def fit(self, examples: Sequence[Example], seed: int = 0) -> ImageModel:
        """Make a model from the base weights and exactly these examples."""
        known = there(within(examples), self._file)
        vision = self._vision()
        look, rows = self._chosen(vision, known)
        recipe = recipe_for(vision.network, self.options)
        if recipe is None:
            return calibrated(fresh(self.options.balance, vision, look, known, rows))
        kept, held = hash_split(known, HELD_OUT, "tuned")
        if len(held) < ENOUGH:
            kept, held = known, []
        whole = rows[:, : sum(vision.widths)]
        start = fresh(self.options.balance, vision, Look(), kept, rows_of(kept, known, whole))
        vision = self._tuned(start, kept, recipe, seed)
        rows = self._features(vision, look, known)
        model = fresh(self.options.balance, vision, look, known, rows)
        if not held:
            return calibrated(model)
        part = fresh(
            self.options.balance, vision, look, kept, rows_of(kept, known, rows), model.scale
        )
        return calibrated(model, seen(part, held, part.scale(rows_of(held, known, rows))))

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
            found = self._features(model.vision, model.look, new)
            rows = torch.cat([rows, model.scale(found)])
        made = remade(model, [*old, *new], rows, self.options.balance)
        if not model.vision.weights:
            return calibrated(made)
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
        return model.verdicts(model.scale(self._features(model.vision, model.look, examples)))

    def _file(self, example: Example) -> Path:
        return self.data / example.input

    def _chosen(self, vision: Vision, examples: Sequence[Example]) -> tuple[Look, Tensor]:
        """Look at the pictures, also closely if they have details and that tells more."""
        sample = examples[:: max(1, len(examples) // SAMPLE)]
        longest = median(longest_side(self._file(each)) for each in sample)
        if longest < 2 * vision.size:
            return Look(), self._features(vision, Look(), examples)
        look = Look(crops=CROPS)
        rows = self._features(vision, look, examples)
        whole = rows[:, : sum(vision.widths)].contiguous()
        plain, close = (
            score_of(crossed(fresh(self.options.balance, vision, each, examples, features)))
            for each, features in ((Look(), whole), (look, rows))
        )
        return (look, rows) if close > plain else (Look(), whole)

    def _features(self, vision: Vision, look: Look, examples: Sequence[Example]) -> Tensor:
        name = f"{vision.fingerprint}-{vision.precision}-{look.longest}-{look.crops}"

        def looked(files: Sequence[Path]) -> Tensor:
            with ThreadPoolExecutor() as pool:
                return features_of(vision, look, list(pool.map(_opener(vision, look), files)))

        return features([self._file(each) for each in examples], looked, self.cache, name)

    def _tuned(
        self, start: ImageModel, examples: Sequence[Example], recipe: Recipe, seed: int
    ) -> Vision:
        vision, head = start.vision, start.head
        open_one = _opener(vision, Look())
        lesson = Lesson(
            lambda place: open_one(self._file(examples[place])),
            torch.tensor([head.sets.index(each.target) for each in examples]),
            torch.tensor([each.weight for each in examples]),
            may_flip(head.labels),
        )
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            learner = Learner(start, lesson, recipe, seed, self.options)
            key = f"{vision.fingerprint} {fingerprint(examples)} {seed}"
            learner.run(self.progress, self.checkpoint("pictures", key))
        return Vision.load(vision.base, learner.weights(), vision.device, vision.precision)


def _opener(vision: Vision, look: Look) -> Callable[[Path], Image.Image]:
    return lambda file: open_picture(file, look.opened(vision.size))


def _judged(verdict: Verdict | None, example: Example) -> Judgement:
    if verdict is None:
        return Judgement("", 0.0, 0.0)
    right = verdict.target == canonical(example.target)
    return Judgement(verdict.target, verdict.confidence, float(right))
