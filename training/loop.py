"""One torch loop for every gradient-trained model: schedule, early stop, mixed precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn

from training.progress import Progress, silent

BatchT = TypeVar("BatchT")
Group = dict[str, Any]
"""Parameters as torch's optimisers take them: params, lr, weight_decay."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train and how the learning rate goes."""

    steps: int
    """Changes of the weights in all."""
    schedule: Literal["linear", "cosine"] = "linear"
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
    task: str = "Training",
) -> Trained:
    """Change the parameters so that the loss falls; the best weights found are left in them.

    `batches` never ends: the caller decides their order, each epoch anew. `evaluate` gives a
    figure on validation data, the higher the better. `loss_of` runs under its own mixed precision.
    """
    parameters = [parameter for group in groups for parameter in group["params"]]
    optimizer = torch.optim.AdamW(list(groups), betas=(0.9, 0.98), eps=1e-6)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate(plan, step))
    best, kept, waited = -math.inf, _snapshot(parameters, evaluate is not None), 0
    losses: list[float] = []
    for step in range(1, plan.steps + 1):
        losses.append(_step(optimizer, parameters, islice(batches, plan.accumulate), loss_of, plan))
        scheduler.step()
        figure = f"loss {losses[-1]:.3f}" + (f", best {best:.3f}" if best > -math.inf else "")
        progress(task, step, plan.steps, figure)
        if evaluate is None or not _is_due(plan, step):
            continue
        score = evaluate()
        waited = 0 if score > best else waited + 1
        if score > best:
            best, kept = score, _snapshot(parameters, True)
        if plan.patience and waited >= plan.patience:
            break
    _restore(parameters, kept)
    if len(losses) < plan.steps:
        progress(task, plan.steps, plan.steps, f"stopped early, best {best:.3f}")
    recent = losses[-max(1, plan.steps // 10) :]
    return Trained(len(losses), sum(recent) / max(1, len(recent)), best if kept else None)


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
