"""Clips as examples, and what a trainer that learns them offers besides."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from bot.errors import DataError

SPLIT = "clips_split_seed0.csv"


@dataclass(frozen=True, slots=True)
class ClipExample:
    """Frames of a clip, in order, and what happens in it."""

    frames: tuple[Path, ...]
    target: str
    source: str
    """Where the clip was cut from: clips of one source are alike."""


@runtime_checkable
class LearnsClips(Protocol):
    """A trainer that learns clips by pictures of their frames, too."""

    def fit_clips(self, clips: Sequence[ClipExample], normal: str) -> Any:
        """Make a model of clips that raises an alarm at all but a label."""

    def evaluate_clips(self, model: Any, clips: Sequence[ClipExample]) -> Mapping[str, float]:
        """Score a model on clips that it has not learnt."""


def read_clips(folder: Path) -> dict[str, list[ClipExample]]:
    """Read clips by the part of the data that they belong to."""
    parts: dict[str, list[ClipExample]] = {}
    with (folder / SPLIT).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = Path(row["clip"]).with_suffix("")
            frames = tuple(sorted((folder / "frames" / name.parent).glob(f"{name.name}_*.jpg")))
            if not frames:
                raise DataError(f"There are no frames of {row['clip']} in {folder / 'frames'}.")
            clip = ClipExample(frames, row["label"], row["source"] or row["clip"])
            parts.setdefault(row["split"], []).append(clip)
    return parts
