"""ImageCheckTrainer: learns what pictures are, from pictures that are labelled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch
from PIL import Image
from torch import Tensor

from bot.encoder import choose_device
from bot.errors import DataError
from bot.examples import read_examples
from bot.pictures import open_picture
from bot.types import OUT_OF_SCOPE, Example
from bot.vision import Vision
from skills.image_check.augmentation import may_flip
from skills.image_check.figures import clip_figures, figures
from skills.image_check.head import Head, Limits, Memory, Scale, canonical
from skills.image_check.model import ImageModel, Verdict, features_of
from skills.image_check.recipe import CROPS, ENOUGH, HELD_OUT, Recipe, recipe_for
from skills.image_check.solving import calibrated, crossed, remade, score_of, seen
from skills.image_check.tuning import Learner, Lesson
from skills.image_check.video.model import ClipModel, clip_features
from skills.image_check.video.tuning import fit_clips
from skills.image_check.views import Look
from training.clips import ClipExample
from training.data import fingerprint, hash_split
from training.picture_files import examples_in, features
from training.trainer import Judgement, Trainer

EXAMPLES = "train.jsonl"
SAMPLE = 32
"""Pictures whose size is looked at, to see whether they have details."""


class ImageCheckTrainer(Trainer[ImageModel]):
    """Learns labels of pictures; an input is a path, absolute or from the learner's data."""

    def examples(self) -> list[Example]:
        """Read the folder's file of examples, or the folder's sub-folders if it has none."""
        file = self.data / EXAMPLES
        if file.is_file():
            return read_examples(file)
        return examples_in(self.data) if self.data.is_dir() else []

    def read(self, file: Path) -> list[Example]:
        """Read a file of examples, whose paths are relative to it, or a folder of pictures."""
        if file.is_dir():
            return examples_in(file)
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
        within = self._there(_within(examples))
        vision = self._vision()
        look, rows = self._chosen(vision, within)
        recipe = recipe_for(vision.network, self.options)
        if recipe is None:
            return calibrated(self._solved(vision, look, within, rows))
        kept, held = hash_split(within, HELD_OUT, "tuned")
        if len(held) < ENOUGH:
            kept, held = within, []
        whole = rows[:, : sum(vision.widths)]
        start = self._solved(vision, Look(), kept, _of(kept, within, whole))
        vision = self._tuned(start, kept, recipe, seed)
        rows = self._features(vision, look, within)
        model = self._solved(vision, look, within, rows)
        if not held:
            return calibrated(model)
        part = self._solved(vision, look, kept, _of(kept, within, rows), model.scale)
        return calibrated(model, seen(part, held, part.scale(_of(held, within, rows))))

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
        new = self._there(_within(new))
        old = [each for each in _within(old) if each.input in known]
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
        examples = self._there(examples)
        verdicts = self._verdicts(model, examples)
        return figures([canonical(each.target) for each in examples], verdicts)

    def judge(self, model: ImageModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each picture what it is taken for; a file that is gone is taken for nothing."""
        there = [each for each in examples if self._file(each).is_file()]
        found = dict(zip(there, self._verdicts(model, there), strict=True))
        return [_judged(found.get(each), each) for each in examples]

    def fit_clips(self, clips: Sequence[ClipExample], alarm: str) -> ClipModel:
        """Make a model of clips from the base weights, which raises an alarm at a label."""
        vision = self._vision()
        return fit_clips(vision, self._clip_rows(vision, clips), clips, alarm)

    def evaluate_clips(self, model: ClipModel, clips: Sequence[ClipExample]) -> Mapping[str, float]:
        """Score what clips are taken for, and the alarms that they raise."""
        verdicts = model.verdicts(self._clip_rows(model.vision, clips))
        return clip_figures([each.target for each in clips], verdicts, model.alarm.label)

    def _clip_rows(self, vision: Vision, clips: Sequence[ClipExample]) -> Tensor:
        open_one = _opener(vision, Look())
        rows = []
        for number, clip in enumerate(clips, 1):
            rows.append(clip_features(vision, [[open_one(each) for each in clip.frames]]))
            self.progress("Looking at clips", number, len(clips))
        return torch.cat(rows)

    def _vision(self) -> Vision:
        device = choose_device(self.settings.device)
        return Vision.load(self.settings.vision, None, device, self.settings.precision)

    def _verdicts(self, model: ImageModel, examples: Sequence[Example]) -> list[Verdict]:
        return model.verdicts(model.scale(self._features(model.vision, model.look, examples)))

    def _there(self, examples: Sequence[Example]) -> list[Example]:
        """Leave out pictures whose files are gone: what people send is kept for a while only."""
        found = [each for each in examples if self._file(each).is_file()]
        if examples and not found:
            raise DataError(
                f"None of {len(examples)} pictures is there, such as {self._file(examples[0])}. "
                "Paths in a file of examples are relative to it."
            )
        if gone := len(examples) - len(found):
            logging.getLogger(__name__).warning("%s pictures are gone and left out", gone)
        return found

    def _file(self, example: Example) -> Path:
        return self.data / example.input

    def _chosen(self, vision: Vision, examples: Sequence[Example]) -> tuple[Look, Tensor]:
        """Look at the pictures, also closely if they have details and that tells more."""
        sample = examples[:: max(1, len(examples) // SAMPLE)]
        longest = median(_longest(self._file(each)) for each in sample)
        if longest < 2 * vision.size:
            return Look(), self._features(vision, Look(), examples)
        look = Look(crops=CROPS)
        rows = self._features(vision, look, examples)
        whole = rows[:, : sum(vision.widths)].contiguous()
        plain, close = (
            score_of(crossed(self._solved(vision, each, examples, features)))
            for each, features in ((Look(), whole), (look, rows))
        )
        return (look, rows) if close > plain else (Look(), whole)

    def _solved(
        self,
        vision: Vision,
        look: Look,
        examples: Sequence[Example],
        rows: Tensor,
        scale: Scale | None = None,
    ) -> ImageModel:
        scale = scale or Scale.of(rows, vision.widths * look.parts)
        none = Head((), (), torch.empty(0, 0), torch.empty(0))
        bare = ImageModel(vision, look, scale, none, Memory((), (), rows[:0]), Limits())
        return remade(bare, examples, scale(rows), self.options.balance)

    def _features(self, vision: Vision, look: Look, examples: Sequence[Example]) -> Tensor:
        name = f"{vision.fingerprint}-{vision.precision}-{look.longest}-{look.crops}"

        def looked(files: Sequence[Path]) -> Tensor:
            with ThreadPoolExecutor() as pool:
                return features_of(vision, look, list(pool.map(_opener(vision, look), files)))

        return features(
            [self._file(each) for each in examples],
            looked,
            self.cache,
            name,
        )

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


def _longest(file: Path) -> int:
    with Image.open(file) as picture:  # reads its head only
        return max(picture.size)


def _within(examples: Sequence[Example]) -> list[Example]:
    """Take the examples that count and have labels, these in order."""
    found = [replace(each, target=canonical(each.target)) for each in examples if each.weight > 0]
    within = [each for each in found if each.target != OUT_OF_SCOPE]
    if examples and not within:
        raise DataError("No example has a label to learn. Give each picture one as its target.")
    return within


def _of(part: Sequence[Example], examples: Sequence[Example], rows: Tensor) -> Tensor:
    places = {each: place for place, each in enumerate(examples)}
    return rows[[places[each] for each in part]]


def _judged(verdict: Verdict | None, example: Example) -> Judgement:
    if verdict is None:
        return Judgement("", 0.0, 0.0)
    right = verdict.target == canonical(example.target)
    return Judgement(verdict.target, verdict.confidence, float(right))
