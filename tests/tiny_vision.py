"""A tiny vision network with random weights, as a folder that transformers could have written."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import ResNetConfig, ResNetModel

SIZE = 32


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
