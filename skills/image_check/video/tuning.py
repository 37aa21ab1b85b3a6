"""Learns what happens in clips, and from where on to raise an alarm; only training imports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from bot.pictures import open_picture
from bot.types import Example
from bot.vision import Vision
from skills.image_check.head import Head, Scale
from skills.image_check.solving import solved
from skills.image_check.video.model import Alarm, ClipModel, clip_features
from training.calibration import temperature_of
from training.clips import ClipExample
from training.embeddings import key_of
from training.progress import Progress

FOLDS = 6
FALSE_ALARMS = 1 / 30
"""Part of the clips without the alarm's label that may raise one."""
STRENGTH = 1.0
"""C of the logistic regression. Chosen by cross-validation over the sources of the clips."""


def clip_rows(vision: Vision, clips: Sequence[ClipExample], progress: Progress) -> Tensor:
    """Look at clips by the files of their frames."""
    rows = []
    for number, clip in enumerate(clips, 1):
        frames = [open_picture(each, 2 * vision.size) for each in clip.frames]
        rows.append(clip_features(vision, [frames]))
        progress("Looking at clips", number, len(clips))
    return torch.cat(rows)


def fit_clips(vision: Vision, rows: Tensor, clips: Sequence[ClipExample], alarm: str) -> ClipModel:
    """Learn clips by their features; those of one source are never on both sides of a check."""
    scale, head = _solved(vision, rows, clips)
    logits, targets = _crossed(vision, rows, clips, head)
    head = replace(head, temperature=temperature_of(logits, targets))
    chances = torch.softmax(logits / head.temperature, dim=-1)
    place = head.labels.index(alarm)
    others = chances[targets != place, place]
    threshold = float(torch.quantile(others, 1 - FALSE_ALARMS))
    return ClipModel(vision, scale, head, Alarm(alarm, threshold))


def _solved(vision: Vision, rows: Tensor, clips: Sequence[ClipExample]) -> tuple[Scale, Head]:
    scale = Scale.of(rows, vision.widths * 2)
    examples = [Example(each.source, each.target) for each in clips]
    return scale, solved(examples, scale(rows), 0.0, STRENGTH)


def _crossed(
    vision: Vision, rows: Tensor, clips: Sequence[ClipExample], head: Head
) -> tuple[Tensor, Tensor]:
    """Score each clip by what the clips of other sources teach."""
    logits, targets = [], []
    for kept, held in _folds(clips):
        scale, part = _solved(vision, rows[kept], [clips[n] for n in kept])
        if part.labels == head.labels:
            logits.append(part.logits(scale(rows[held])))
            targets += [head.labels.index(clips[n].target) for n in held]
    return torch.cat(logits), torch.tensor(targets)


def _folds(clips: Sequence[ClipExample]) -> Iterator[tuple[list[int], list[int]]]:
    places = [int.from_bytes(key_of(each.source.encode())[:8]) % FOLDS for each in clips]
    for fold in range(FOLDS):
        held = [n for n, place in enumerate(places) if place == fold]
        kept = [n for n, place in enumerate(places) if place != fold]
        if held and kept:
            yield kept, held
