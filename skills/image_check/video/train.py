"""VideoTrainer: learns what happens in front of a camera, from videos that are labelled."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from bot.encoder import choose_device
from bot.errors import DataError, PictureError
from bot.pictures import open_picture
from bot.types import Example
from bot.vision import Vision
from skills.image_check.examples import there
from skills.image_check.figures import clip_figures
from skills.image_check.video.decoding import SUFFIXES, frames_of
from skills.image_check.video.model import ClipModel, ClipVerdict, joined
from skills.image_check.video.movement import clip_features
from skills.image_check.video.stretches import RATE, spread, stretches
from skills.image_check.video.tuning import Clip, fit_clips
from training.clips import ClipExample
from training.picture_files import named_examples, own_examples
from training.trainer import Judgement, Trainer

log = logging.getLogger(__name__)
NORMAL = "normal"
"""The label of videos that need no alarm."""
MOST = 30
"""Stretches of one video that are looked at, spread over it: a long one counts no more."""


class VideoTrainer(Trainer[ClipModel]):
    """Learns labels of videos; an input is a path, absolute or from the learner's data."""

    model_type = ClipModel

    def examples(self) -> list[Example]:
        """Read what the learner's data list, or its sub-folders; there may be no videos yet."""
        return own_examples(self.data, SUFFIXES)

    def read(self, file: Path) -> list[Example]:
        """Read a file of examples, whose paths are relative to it, or a folder of videos."""
        return named_examples(file, self.data, SUFFIXES)

    def fit(
        self,
        examples: Sequence[Example],
        seed: int = 0,  # noqa: ARG002 - nothing is drawn
    ) -> ClipModel:
        """Make a model from the base weights and exactly these videos, each cut into stretches."""
        vision = self._vision()
        known = there([each for each in examples if each.weight > 0], self._file)
        rows = self._looked(vision, known)
        clips = [
            Clip(each.target, source)
            for each, source, part in zip(known, sources(known), rows, strict=True)
            for _ in part
        ]
        return fit_clips(vision, torch.cat(rows), clips, NORMAL)

    def update(
        self,
        model: ClipModel,  # noqa: ARG002 - all is learnt anew: it takes a second, once looked at
        new: Sequence[Example],
        old: Sequence[Example],
        seed: int = 0,
    ) -> ClipModel:
        """Learn what is new and all of the old that is still there."""
        return self.fit([*old, *new], seed)

    def evaluate(self, model: ClipModel, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score what videos are taken for, and the alarms that they raise."""
        pairs = list(zip(examples, self._verdicts(model, examples), strict=True))
        seen = [(each.target, verdict) for each, verdict in pairs if verdict]
        if not seen:
            raise DataError(f"None of {len(examples)} videos can be read, such as {examples[:1]}.")
        targets, verdicts = zip(*seen, strict=True)
        return clip_figures(targets, verdicts, model.alarm.normal)

    def judge(self, model: ClipModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each video what it is taken for; one that cannot be read, for nothing."""
        verdicts = self._verdicts(model, examples)
        return [_judged(*pair) for pair in zip(verdicts, examples, strict=True)]

    def fit_clips(self, clips: Sequence[ClipExample], normal: str) -> ClipModel:
        """Make a model of clips whose frames are pictures, from the base weights."""
        vision = self._vision()
        about = [Clip(each.target, each.source) for each in clips]
        return fit_clips(vision, self._rows(vision, clips), about, normal)

    def evaluate_clips(self, model: ClipModel, clips: Sequence[ClipExample]) -> Mapping[str, float]:
        """Score what clips are taken for, and the alarms that they raise."""
        verdicts = model.verdicts(self._rows(model.vision, clips))
        return clip_figures([each.target for each in clips], verdicts, model.alarm.normal)

    def _vision(self) -> Vision:
        device = choose_device(self.settings.device)
        return Vision.load(self.settings.vision, None, device, self.settings.precision)

    def _file(self, example: Example) -> Path:
        return self.data / example.input

    def _verdicts(self, model: ClipModel, examples: Sequence[Example]) -> list[ClipVerdict | None]:
        rows = self._looked(model.vision, examples)
        return [joined(model.verdicts(each)) if len(each) else None for each in rows]

    def _looked(self, vision: Vision, examples: Sequence[Example]) -> list[Tensor]:
        """Look at videos: features of the stretches of each; none where it cannot be read."""
        found = []
        for number, example in enumerate(examples, 1):
            found.append(_looked_at(vision, self._file(example)))
            self.progress("Looking at videos", number, len(examples))
        return found

    def _rows(self, vision: Vision, clips: Sequence[ClipExample]) -> Tensor:
        rows = []
        for number, clip in enumerate(clips, 1):
            frames = [open_picture(each, 2 * vision.size) for each in clip.frames]
            rows.append(clip_features(vision, [frames]))
            self.progress("Looking at clips", number, len(clips))
        return torch.cat(rows)


def sources(examples: Sequence[Example]) -> list[str]:
    """Say where videos come from, so that those which are alike stay together.

    Videos in one folder within that of their label are of one place; others are each by itself.
    Nothing depends on where the label's folder lies.
    """
    parts = [Path(each.input).parts[-2:] for each in examples]
    own = ["/".join(each) for each in parts]
    pairs = zip(parts, own, examples, strict=True)
    found = [name if part[0] in (part[-1], each.target) else part[0] for part, name, each in pairs]
    return found if len(set(found)) > 1 else own


def _looked_at(vision: Vision, file: Path) -> Tensor:
    try:
        parts = spread(stretches(frames_of(str(file), RATE)), MOST)
    except PictureError as error:
        log.warning("%s It is left out.", error)
        parts = []
    if not parts:
        return torch.empty(0, 2 * sum(vision.widths))
    return clip_features(vision, [[frame.picture for frame in part] for part in parts])


def _judged(verdict: ClipVerdict | None, example: Example) -> Judgement:
    if verdict is None:
        return Judgement("", 0.0, 0.0)
    return Judgement(verdict.target, verdict.confidence, float(verdict.target == example.target))
