"""Calibration: honest probabilities, and a threshold that suits what is known of the outside."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from bot.heads import Calibration, Heads
from training.calibration import calibrated
from training.logistic import fit_logistic

CLASSES, DIM = 6, 16


def unit(views: Tensor) -> Tensor:
    return F.normalize(views.view(len(views), 2, DIM), dim=-1).flatten(1)


def drawn(generator: torch.Generator, count: int, spread: float) -> tuple[Tensor, Tensor]:
    """Views around one direction for each class, in both halves."""
    targets = torch.arange(count) % CLASSES
    noise = torch.randn(count, 2 * DIM, generator=generator) * spread
    return unit(torch.eye(DIM)[targets].repeat(1, 2) + noise), targets


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def heads(generator: torch.Generator) -> Heads:
    views, targets = drawn(generator, 60, 0.15)
    return Heads.empty(DIM).with_intents(views, targets, CLASSES)


def knowing(heads: Heads, outside: Tensor) -> Heads:
    return replace(heads, outside=outside.half())


def rejected(heads: Heads, views: Tensor, found: Calibration) -> float:
    chosen = heads.probabilities(views, found).argmax(1)
    return float((chosen == CLASSES).float().mean())


def test_what_is_far_from_every_intent_is_rejected_and_what_is_near_is_not(
    heads: Heads, generator: torch.Generator
) -> None:
    held, targets = drawn(generator, 120, 0.2)
    outside = unit(torch.randn(60, 2 * DIM, generator=generator))
    heads = knowing(heads, outside)
    found = calibrated(heads, held, targets, learnt=600)
    assert rejected(heads, drawn(generator, 300, 0.2)[0], found) < 0.05
    assert rejected(heads, unit(torch.randn(300, 2 * DIM, generator=generator)), found) > 0.8


def test_what_resembles_the_known_outside_more_is_rejected_however_near_it_is(
    heads: Heads, generator: torch.Generator
) -> None:
    held, targets = drawn(generator, 120, 0.2)
    beside = torch.zeros(2 * DIM)
    beside[[0, DIM]], beside[[CLASSES, DIM + CLASSES]] = 1.0, 0.7
    near = unit(beside + 0.15 * torch.randn(80, 2 * DIM, generator=generator))
    outside, unseen = near[:40], near[40:]
    knowing_it = knowing(heads, outside)
    found = calibrated(knowing_it, held, targets, learnt=120)
    assert rejected(knowing_it, unseen, found) > 0.9
    assert rejected(knowing_it, drawn(generator, 300, 0.2)[0], found) < 0.05
    assert rejected(heads, unseen, calibrated(heads, held, targets, learnt=120)) < 0.5


def test_an_utterance_is_not_held_against_itself(heads: Heads, generator: torch.Generator) -> None:
    outside = unit(torch.randn(30, 2 * DIM, generator=generator))
    known, alone = knowing(heads, outside), knowing(heads, outside[1:])
    lead = known.nearness(outside[:1].half().float(), own=1)[0, 2]
    assert lead == pytest.approx(float(alone.nearness(outside[:1])[0, 2]), abs=2e-3)
    assert lead > known.nearness(outside[:1])[0, 2]


def test_without_examples_of_the_outside_hardly_anything_in_scope_is_rejected(
    heads: Heads, generator: torch.Generator
) -> None:
    held, targets = drawn(generator, 120, 0.2)
    found = calibrated(heads, held, targets, learnt=600)
    assert rejected(heads, drawn(generator, 300, 0.2)[0], found) < 0.01
    assert rejected(heads, unit(-held), found) == 1.0


def test_the_rarer_the_outside_the_less_is_rejected(
    heads: Heads, generator: torch.Generator
) -> None:
    held, targets = drawn(generator, 120, 0.3)
    outside = unit(torch.randn(60, 2 * DIM, generator=generator))
    heads = knowing(heads, outside)
    often = calibrated(heads, held, targets, learnt=120)
    seldom = calibrated(heads, held, targets, learnt=100_000)
    between = unit(held + 1.2 * torch.randn(120, 2 * DIM, generator=generator))
    assert rejected(heads, between, seldom) < rejected(heads, between, often)


def test_temperature_brings_confidence_to_what_is_right(
    heads: Heads, generator: torch.Generator
) -> None:
    held, targets = drawn(generator, 600, 0.45)
    boastful = replace(heads, weight=heads.weight * 10)
    found = replace(calibrated(boastful, held, targets, learnt=600), recall=0.0)
    sure, chosen = boastful.within(held, found).max(1)
    right = (chosen == targets).float().mean()
    assert float(sure.mean()) == pytest.approx(float(right), abs=0.05)
    assert found.temperature > 3


def test_too_little_held_out_leaves_the_defaults(heads: Heads, generator: torch.Generator) -> None:
    held, targets = drawn(generator, 6, 0.2)
    assert calibrated(heads, held, targets, learnt=60) == Calibration()


def test_logistic_regression_tells_classes_apart_and_minds_weights() -> None:
    points = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9], [1.0, 0.05]])
    targets = torch.tensor([0, 0, 1, 1, 1])
    weights = torch.tensor([1.0, 1.0, 1.0, 1.0, 0.0])
    rows, biases = fit_logistic(points, targets, weights, 2, strength=10.0)
    assert (points @ rows.T + biases).argmax(1).tolist() == [0, 0, 1, 1, 0]


def test_a_weaker_strength_keeps_the_rows_shorter() -> None:
    points, targets = torch.eye(2), torch.tensor([0, 1])
    strong, _ = fit_logistic(points, targets, torch.ones(2), 2, strength=100.0)
    weak, _ = fit_logistic(points, targets, torch.ones(2), 2, strength=0.1)
    assert weak.norm() < strong.norm()
