"""Pictures and videos as examples: folders of them, and features, each looked at only once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from bot.errors import DataError
from bot.examples import read_examples
from bot.types import Example
from training.embeddings import EmbeddingCache, key_of

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".bmp", ".tif", ".tiff")
EXAMPLES = "train.jsonl"
"""The file in a learner's data that lists its files, with their labels."""
CHUNK = 16
"""Pictures that are in memory at a time."""


def examples_in(folder: Path, suffixes: Collection[str]) -> list[Example]:
    """Make an example of each file in a folder's sub-folders, whose names are the labels.

    Other files are left out: those with none of the suffixes.
    """
    return [
        Example(str(file.resolve()), label.name)
        for label in sorted(folder.iterdir())
        if label.is_dir() and not label.name.startswith(".")
        for file in sorted(label.rglob("*"))
        if file.suffix.lower() in suffixes
    ]


def own_examples(data: Path, suffixes: Collection[str]) -> list[Example]:
    """Read a learner's file of examples, or else its sub-folders; there may be no data yet."""
    if (data / EXAMPLES).is_file():
        return read_examples(data / EXAMPLES)
    return examples_in(data, suffixes) if data.is_dir() else []


def named_examples(file: Path, data: Path, suffixes: Collection[str]) -> list[Example]:
    """Read what somebody named: a folder of labelled files, or a file of examples.

    Paths are relative to that file; those from a learner's own data stay as they are there.
    """
    if file.is_dir():
        return _labelled(file, suffixes)
    found, folder = read_examples(file), file.resolve().parent
    if folder == data.resolve():
        return found
    return [replace(each, input=str(folder / each.input)) for each in found]


def _labelled(folder: Path, suffixes: Collection[str]) -> list[Example]:
    found = examples_in(folder, suffixes)
    if not found:
        raise DataError(
            f"There are no files as {', '.join(suffixes)} in {folder}. Make a sub-folder for each "
            "label, and put the files into them."
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
