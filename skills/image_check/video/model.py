"""ClipModel: says what happens in a short clip, by what moves in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from PIL import ImageChops

if TYPE_CHECKING:  # torch is imported when a model is loaded
    from PIL.Image import Image
    from torch import Tensor

    from bot.vision import Vision
    from skills.image_check.head import Head, Scale

FORMAT = 1
FRAMES = 8
"""Frames of a clip of about two seconds, evenly spaced, as it was measured with."""
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Alarm:
    """Which label is reported, and from which probability on."""

    label: str
    threshold: float


@dataclass(frozen=True, slots=True)
class ClipVerdict:
    """What happens in a clip."""

    target: str
    confidence: float
    """How sure that is, 0 to 1, calibrated."""
    labels: Mapping[str, float]
    """How likely each label is, 0 to 1, the likeliest first."""
    is_alarm: bool


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
        is_alarm = chances[self.alarm.label] >= self.alarm.threshold
        return ClipVerdict(ranked[0], chances[ranked[0]], likely, is_alarm)


def clip_features(vision: Vision, clips: Sequence[Sequence[Image]]) -> Tensor:
    """Look at clips: (clips, features), float32, of what moves in them.

    They are means over pictures of what moved, then how much the frames' own features change. What
    is there says less: rooms and cameras differ more than what happens.
    """
    import torch  # noqa: PLC0415

    if any(len(clip) < FEWEST for clip in clips):
        raise ValueError(f"a clip needs at least {FEWEST} frames to show what moves")
    rows = [
        torch.cat(
            [
                vision.features(movements(clip, vision.size)).mean(0),
                vision.features(clip).diff(dim=0).abs().mean(0),
            ]
        )
        for clip in clips
    ]
    return torch.stack(rows)


def movements(frames: Sequence[Image], size: int) -> list[Image]:
    """Make a picture of what moved between the frames of each pair: twice their difference."""
    from bot.vision import squeezed  # noqa: PLC0415 - brings torch

    squares = [squeezed(frame, size) for frame in frames]
    pairs = zip(squares[::2], squares[1::2], strict=False)
    differences = [ImageChops.difference(*pair) for pair in pairs]
    return [ImageChops.add(each, each) for each in differences]
