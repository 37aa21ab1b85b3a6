"""Learns what happens in clips, and from where on to raise an alarm; only training imports it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bot.errors import DataError
from bot.types import Example
from bot.vision import Vision
from skills.image_check.head import Head, Scale
from skills.image_check.solving import solved
from skills.image_check.video.model import Alarm, ClipModel
from training.calibration import temperature_of
from training.embeddings import key_of

FOLDS = 6
FALSE_ALARMS = 1 / 30
"""Part of the normal clips that may raise an alarm."""
STRENGTH = 1.0
"""C of the logistic regression. Chosen by cross-validation over the sources of the clips."""
ROUNDING = 1e-9
"""So that 30 times one in 30 is 1."""
LIKELY = 0.5
"""The threshold where nothing can be told from clips that were held out."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What happens in a clip, and where it was cut from: clips of one source are alike."""

    target: str
    source: str


def fit_clips(vision: Vision, rows: Tensor, clips: Sequence[Clip], normal: str) -> ClipModel:
    """Learn clips by their features; those of one source are never on both sides of a check."""
    labels = {each.target for each in clips}
    if normal not in labels or len(labels) < 2:
        raise DataError(
            f"Clips of '{normal}', where nothing happens that matters, and of something that does "
            f"are needed; there are clips of: {', '.join(sorted(labels)) or 'nothing'}."
        )
    scale, head = _solved(vision, rows, clips)
    logits, targets = _crossed(vision, rows, clips, head)
    if not len(targets):
        return ClipModel(vision, scale, head, Alarm(normal, LIKELY))
    head = replace(head, temperature=temperature_of(logits, targets))
    place = head.labels.index(normal)
    scores = 1 - torch.softmax(logits / head.temperature, dim=-1)[targets == place, place]
    return ClipModel(vision, scale, head, Alarm(normal, threshold_of(scores.tolist())))


def threshold_of(scores: Sequence[float], rate: float = FALSE_ALARMS) -> float:
    """Choose the least score of an alarm, by the scores of normal clips that were not learnt.

    Of clips like them, not more than `rate` reach it, on average over all that they might have
    been: it is above the n + 1 - floor((n + 1) rate)-th smallest of the n scores, or above all of
    them where they are too few to tell (split conformal prediction, Papadopoulos et al. 2002).
    """
    if not scores:
        return LIKELY
    allowed = math.floor((len(scores) + 1) * rate + ROUNDING)
    place = min(len(scores) - allowed, len(scores) - 1)
    return math.nextafter(sorted(scores)[place], math.inf)


def _solved(vision: Vision, rows: Tensor, clips: Sequence[Clip]) -> tuple[Scale, Head]:
    scale = Scale.of(rows, vision.widths * 2)
    examples = [Example(each.source, each.target) for each in clips]
    return scale, solved(examples, scale(rows), 0.0, STRENGTH)


def _crossed(
    vision: Vision, rows: Tensor, clips: Sequence[Clip], head: Head
) -> tuple[Tensor, Tensor]:
    """Score each clip by what the clips of other sources teach."""
    logits, targets = [torch.empty(0, len(head.labels))], []
    for kept, held in _folds(clips):
        scale, part = _solved(vision, rows[kept], [clips[n] for n in kept])
        if part.labels == head.labels:
            logits.append(part.logits(scale(rows[held])))
            targets += [head.labels.index(clips[n].target) for n in held]
    return torch.cat(logits), torch.tensor(targets, dtype=torch.long)


def _folds(clips: Sequence[Clip]) -> Iterator[tuple[list[int], list[int]]]:
    places = [int.from_bytes(key_of(each.source.encode())[:8]) % FOLDS for each in clips]
    for fold in range(FOLDS):
        held = [n for n, place in enumerate(places) if place == fold]
        kept = [n for n, place in enumerate(places) if place != fold]
        if held and kept:
            yield kept, held
