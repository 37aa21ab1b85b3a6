"""ImageModel: says what a picture is, how sure it is, and where it looked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from bot.types import OUT_OF_SCOPE

if TYPE_CHECKING:  # torch is imported when a model is loaded, not when the skill is found
    from PIL.Image import Image
    from torch import Tensor

    from bot.vision import Vision
    from skills.image_check.head import Head, Limits, Memory, Scale

FORMAT = 2
GOOD = "good"
"""The label of pictures with which nothing is wrong, where there is such a label."""
TUNED = "vision."
"""Begins the names of the network's own weights that were learnt."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a picture was found to be."""

    target: str
    """A label, several joined by '+', or `out_of_scope` for something else altogether."""
    confidence: float
    """How sure that is, 0 to 1, calibrated."""
    labels: Mapping[str, float]
    """How likely each label is, 0 to 1, the likeliest first."""
    nearness: float
    """How like its nearest learnt pictures it is, -1 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageModel:
    """A network, a head on its features, and what was learnt."""

    vision: Vision
    scale: Scale
    head: Head
    memory: Memory
    limits: Limits

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder."""
        from safetensors.torch import load_file  # noqa: PLC0415 - brings torch

        from bot.vision import Vision  # noqa: PLC0415
        from skills.image_check.head import Head, Limits, Memory, Scale  # noqa: PLC0415

        about = json.loads((path / "model.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"made in format {about['format']}, and only {FORMAT} is known")
        saved = load_file(path / "model.safetensors")
        tuned = {n.removeprefix(TUNED): each for n, each in saved.items() if n.startswith(TUNED)}
        scale = Scale(saved["mean"], saved["spread"], tuple(about["widths"]))
        shape = tuple(about["labels"]), tuple(about["sets"])
        return cls(
            Vision.load(about["vision"], tuned, device, about["precision"]),
            scale,
            Head(*shape, saved["weight"], saved["bias"], about["temperature"]),
            Memory(tuple(about["inputs"]), tuple(about["targets"]), saved["memory"]),
            Limits(**about["limits"]),
        )

    def save(self, path: Path) -> None:
        """Write the model into the empty folder `path`."""
        from safetensors.torch import save_file  # noqa: PLC0415 - brings torch

        about = {
            "format": FORMAT,
            "vision": self.vision.base,
            "precision": self.vision.precision,
            "widths": self.scale.widths,
            "labels": self.head.labels,
            "sets": self.head.sets,
            "temperature": self.head.temperature,
            "limits": asdict(self.limits),
            "inputs": self.memory.inputs,
            "targets": self.memory.targets,
        }
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (path / "model.json").write_text(text, encoding="utf-8")
        head = {"weight": self.head.weight, "bias": self.head.bias}
        tuned = {TUNED + name: each for name, each in self.vision.weights.items()}
        scale = {"mean": self.scale.mean, "spread": self.scale.spread}
        tensors = {**head, **scale, "memory": self.memory.features, **tuned}
        save_file({n: each.contiguous() for n, each in tensors.items()}, path / "model.safetensors")

    @property
    def longest(self) -> int:
        """How many pixels the longer side of a picture needs; `open_picture` takes it."""
        return longest_of(self.vision)

    def check(self, pictures: Sequence[Image]) -> list[Verdict]:
        """Say of RGB pictures what they are."""
        return self.verdicts(self.scale(self.vision.features(pictures)))

    def verdicts(self, features: Tensor) -> list[Verdict]:
        """Say what pictures are by their features on the model's scale."""
        if not len(features):
            return []
        chances = self.head.probabilities(features)
        labels = self.head.of_labels(chances)
        near = self.memory.nearness(features)
        rows = zip(chances.tolist(), labels.tolist(), near.tolist(), strict=True)
        return [self._verdict(*row) for row in rows]

    def heat(self, picture: Image, label: str) -> NDArray[np.float32]:
        """Say where in a picture the network saw a label: (height, width) of its map, 0 to 1.

        It is the class activation map of Zhou et al. 2016, of what speaks for this label rather
        than the others.
        """
        (fields,) = self.vision.maps(self.vision.pixels([picture])).cpu()
        rows = self.head.weight[:, : len(fields)] / self.scale.spread[: len(fields)]
        row = rows[self.head.labels.index(label)] - rows.mean(0)
        heat = (row[:, None, None] * fields).sum(0)
        heat = (heat - heat.mean()).clamp(min=0)
        found: NDArray[np.float32] = (heat / heat.max().clamp(min=1e-9)).numpy()
        return found

    def _verdict(self, chances: list[float], labels: list[float], near: float) -> Verdict:
        ranked = sorted(zip(labels, self.head.labels, strict=True), key=lambda each: -each[0])
        likely = {label: chance for chance, label in ranked}
        target, confidence = self._decided(dict(zip(self.head.sets, chances, strict=True)))
        if near < self.limits.nearness:
            return Verdict(OUT_OF_SCOPE, 1 - confidence, likely, near)
        return Verdict(target, confidence, likely, near)

    def _decided(self, chances: dict[str, float]) -> tuple[str, float]:
        """Choose the likeliest, but keep to the threshold from which a picture counts as good."""
        best = max(chances, key=lambda each: chances[each])
        if GOOD not in chances or len(chances) == 1:
            return best, chances[best]
        if chances[GOOD] >= self.limits.good:
            return GOOD, chances[GOOD]
        rest = {each: chance for each, chance in chances.items() if each != GOOD}
        best = max(rest, key=lambda each: rest[each])
        return best, rest[best]


def longest_of(vision: Vision) -> int:
    """Say how many pixels the longer side of a picture needs, so that it is resized well."""
    return 2 * vision.size
