"""A tiny vision network with random weights, and tiny pictures that it can tell apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import ResNetConfig, ResNetModel

SIZE = 32
COLOURS = {"blurred": (90, 90, 160), "dark": (30, 30, 30), "good": (220, 220, 210)}


def write_tiny_vision(folder: Path, size: int = SIZE) -> Path:
    """Write a ResNet of two stages and 16 dimensions."""
    folder.mkdir(parents=True, exist_ok=True)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        ResNetModel(config).save_pretrained(folder)
    about = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": {"shortest_edge": size}}
    (folder / "preprocessor_config.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def write_tiny_pictures(folder: Path, each: int = 8) -> Path:
    """Write pictures of a few colours, in a sub-folder for each label."""
    draw = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        (folder / label).mkdir(parents=True)
        for number in range(each):
            noise = draw.integers(-25, 25, (SIZE, SIZE, 3)) + np.array(colour)
            picture = Image.fromarray(noise.clip(0, 255).astype(np.uint8))
            picture.save(folder / label / f"{number}.png")
    return folder
