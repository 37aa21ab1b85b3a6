"""ClipModel: says what happens in a short clip, by what moves in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Self

from skills.image_check.video.movement import clip_features

if TYPE_CHECKING:  # torch is imported when a model is loaded
    from PIL.Image import Image
    from torch import Tensor

    from bot.vision import Vision
    from skills.image_check.head import Head, Scale

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is no reason for an alarm, and how likely anything else has to be for one."""

    normal: str
    """The label of clips in which nothing happens that matters."""
    threshold: float


@dataclass(frozen=True, slots=True)
class ClipVerdict:
    """What happens in a clip."""

    target: str
    confidence: float
    """How sure that is, 0 to 1, calibrated."""
    labels: Mapping[str, float]
    """How likely each label is, 0 to 1, the likeliest first."""
    score: float
    """How likely it is that anything but the normal happens, 0 to 1."""
    is_alarm: bool

    def reason(self, normal: str) -> str:
        """Name the likeliest label that is not the normal one."""
        return next(label for label in self.labels if label != normal)


@dataclass(frozen=True, slots=True, eq=False)
class ClipModel:
    """A network that looks at frames, and a head on what they are over time."""

    vision: Vision
    scale: Scale
    head: Head
    alarm: Alarm

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder."""
        from safetensors.torch import load_file  # noqa: PLC0415 - brings torch

        from bot.vision import Vision  # noqa: PLC0415
        from skills.image_check.head import Head, Scale  # noqa: PLC0415

        about = json.loads((path / "clips.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"made in format {about['format']}, and only {FORMAT} is known")
        saved = load_file(path / "clips.safetensors")
        labels = tuple(about["labels"])
        return cls(
            Vision.load(about["vision"], None, device, about["precision"]),
            Scale(saved["mean"], saved["spread"], tuple(about["widths"])),
            Head(labels, labels, saved["weight"], saved["bias"], about["temperature"]),
            Alarm(**about["alarm"]),
        )

    def save(self, path: Path) -> None:
        """Write the model into a folder, beside whatever else is in it."""
        from safetensors.torch import save_file  # noqa: PLC0415 - brings torch

        about = {
            "format": FORMAT,
            "vision": self.vision.base,
            "precision": self.vision.precision,
            "widths": self.scale.widths,
            "labels": self.head.labels,
            "temperature": self.head.temperature,
            "alarm": asdict(self.alarm),
        }
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (path / "clips.json").write_text(text, encoding="utf-8")
        tensors = {
            "weight": self.head.weight,
            "bias": self.head.bias,
            "mean": self.scale.mean,
            "spread": self.scale.spread,
        }
        save_file({n: each.contiguous() for n, each in tensors.items()}, path / "clips.safetensors")

    def check(self, clips: Sequence[Sequence[Image]]) -> list[ClipVerdict]:
        """Say what happens in clips, each two or more RGB frames, evenly spaced."""
        if not clips:
            return []
        return self.verdicts(clip_features(self.vision, clips))

    def verdicts(self, rows: Tensor) -> list[ClipVerdict]:
        """Say what happens in clips by their features, as `clip_features` gives them."""
        chances = self.head.probabilities(self.scale(rows)).tolist()
        return [self._verdict(dict(zip(self.head.labels, row, strict=True))) for row in chances]

    def _verdict(self, chances: Mapping[str, float]) -> ClipVerdict:
        ranked = sorted(chances, key=lambda each: -chances[each])
        likely = {each: chances[each] for each in ranked}
        score = 1 - chances[self.alarm.normal]
        is_alarm = score >= self.alarm.threshold
        return ClipVerdict(ranked[0], chances[ranked[0]], likely, score, is_alarm)


def joined(verdicts: Sequence[ClipVerdict]) -> ClipVerdict:
    """Make the verdict on a video of those on its stretches: one alarm among them is one of it."""
    means = {label: fmean(each.labels[label] for each in verdicts) for label in verdicts[0].labels}
    likely = {label: means[label] for label in sorted(means, key=lambda each: -means[each])}
    target = next(iter(likely))
    score = max(each.score for each in verdicts)
    return ClipVerdict(target, likely[target], likely, score, any(v.is_alarm for v in verdicts))
