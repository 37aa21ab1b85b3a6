"""Pictures as examples: folders of them, and their features, each looked at only once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from bot.errors import DataError
from bot.types import Example
from training.embeddings import EmbeddingCache, key_of

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".bmp", ".tif", ".tiff")
CHUNK = 16
"""Pictures that are in memory at a time."""


def examples_in(folder: Path) -> list[Example]:
    """Make an example of each picture in a folder's sub-folders, whose names are the labels."""
    return [
        Example(str(file.resolve()), label.name)
        for label in sorted(folder.iterdir())
        if label.is_dir() and not label.name.startswith(".")
        for file in sorted(label.rglob("*"))
        if file.suffix.lower() in SUFFIXES
    ]


def labelled(folder: Path) -> list[Example]:
    """Take the pictures of a folder that somebody named: without any, that is an error."""
    found = examples_in(folder)
    if not found:
        raise DataError(
            f"There are no pictures in {folder}. Make a sub-folder for each label, and put the "
            "pictures into them."
        )
    return found


def features(
    files: Sequence[Path],
    look: Callable[[Sequence[Path]], Tensor],
    cache: EmbeddingCache,
    name: str,
) -> Tensor:
    """Give the features of picture files: (files, features).

    `look` makes them of a few files; `name` tells apart what they come from.
    """
    if not files:
        return torch.empty(0, 0)
    keys = [key_of(file.read_bytes()) for file in files] if cache.folder else [b""] * len(files)
    task = "Looking at pictures"
    return cache.rows(name, keys, lambda places: look([files[n] for n in places]), CHUNK, task)
