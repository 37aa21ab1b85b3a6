"""One torch loop for every gradient-trained model: schedule, early stop, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn

from training.checkpoint import Checkpoint, Progressed
from training.progress import Progress, silent

BatchT = TypeVar("BatchT")
Schedule = Literal["linear", "cosine"]
Group = dict[str, Any]
"""Parameters as torch's optimisers take them: params, lr, weight_decay."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train and how the learning rate goes."""

    steps: int
    """Changes of the weights in all."""
    task: str = "Training"
    """What is being learnt, for who watches."""
    schedule: Schedule = "linear"
    warmup: float = 0.1
    """Part of the steps in which the learning rate rises."""
    clip: float = 1.0
    """Gradients longer than this are shortened to it; 0 leaves them."""
    accumulate: int = 1
    """Batches whose gradients make one step."""
    evaluate_every: int = 0
    """Steps between evaluations; 0 evaluates never, and the last weights are kept."""
    patience: int = 0
    """Evaluations without a better figure after which to stop; 0 goes on to the end."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run of the loop came to."""

    steps: int
    loss: float
    """Mean over the last tenth of the steps."""
    best: float | None = None
    """The figure of the weights that were kept, if any was taken."""


def learning_rate(plan: Plan, step: int) -> float:
    """Give the factor of the learning rate at a step: up from 0, then down to 0."""
    warmup = max(1, round(plan.steps * plan.warmup))
    if step < warmup:
        return (step + 1) / warmup
    left = 1 - (step - warmup) / max(1, plan.steps - warmup)
    return left if plan.schedule == "linear" else (1 - math.cos(math.pi * left)) / 2


def train(
    groups: Sequence[Group],
    batches: Iterator[BatchT],
    loss_of: Callable[[BatchT], Tensor],
    plan: Plan,
    *,
    evaluate: Callable[[], float] | None = None,
    progress: Progress = silent,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Change the parameters so that the loss falls; the best weights found are left in them.

    `batches` never ends: the caller decides their order, each epoch anew. `evaluate` gives a
    figure on validation data, the higher the better. `loss_of` runs under its own mixed precision.
    From a `checkpoint` of the same run it goes on as if it had never stopped.
    """
    parameters = [parameter for group in groups for parameter in group["params"]]
    optimizer = torch.optim.AdamW([dict(group) for group in groups], betas=(0.9, 0.98), eps=1e-6)
    at = checkpoint.load(parameters, optimizer) if checkpoint else None
    at = at or Progressed([], -math.inf, 0, _snapshot(parameters, evaluate is not None))
    for _ in islice(batches, len(at.losses) * plan.accumulate):
        pass  # their order was drawn by a generator that others may go on with
    for step in range(len(at.losses) + 1, plan.steps + 1):
        if plan.patience and at.waited >= plan.patience:
            break
        _set_rate(optimizer, groups, learning_rate(plan, step - 1))
        loss = _step(optimizer, parameters, islice(batches, plan.accumulate), loss_of, plan)
        at.losses.append(loss)
        if evaluate is not None and _is_due(plan, step):
            at = _evaluated(at, evaluate(), parameters)
        if checkpoint and (checkpoint.is_due() or step == plan.steps):
            checkpoint.save(parameters, optimizer, at)
        figure = f"loss {loss:.3f}" + (f", best {at.best:.3f}" if at.best > -math.inf else "")
        progress(plan.task, step, plan.steps, figure)
    _restore(parameters, at.kept)
    if len(at.losses) < plan.steps:
        progress(plan.task, plan.steps, plan.steps, f"stopped early, best {at.best:.3f}")
    recent = at.losses[-max(1, plan.steps // 10) :]
    return Trained(len(at.losses), sum(recent) / max(1, len(recent)), at.best if at.kept else None)


def _evaluated(at: Progressed, score: float, parameters: list[nn.Parameter]) -> Progressed:
    if score > at.best:
        return replace(at, best=score, waited=0, kept=_snapshot(parameters, True))
    return replace(at, waited=at.waited + 1)


def _set_rate(optimizer: torch.optim.Optimizer, groups: Sequence[Group], factor: float) -> None:
    for group, wanted in zip(optimizer.param_groups, groups, strict=True):
        group["lr"] = wanted["lr"] * factor


def _step(
    optimizer: torch.optim.Optimizer,
    parameters: Sequence[nn.Parameter],
    batches: Iterator[BatchT],
    loss_of: Callable[[BatchT], Tensor],
    plan: Plan,
) -> float:
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for batch in batches:
        loss = loss_of(batch) / plan.accumulate
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    if plan.clip:
        nn.utils.clip_grad_norm_(parameters, plan.clip)
    optimizer.step()
    return total


def _is_due(plan: Plan, step: int) -> bool:
    return step == plan.steps or (plan.evaluate_every > 0 and step % plan.evaluate_every == 0)


def _snapshot(parameters: Sequence[nn.Parameter], is_wanted: bool) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in parameters] if is_wanted else []


def _restore(parameters: Sequence[nn.Parameter], kept: Sequence[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(parameters, kept, strict=False):
            parameter.copy_(value)
