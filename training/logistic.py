"""Logistic regression on embeddings: the last layer of a classifier, solved to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

STEPS = 200


def fit_logistic(
    embeddings: Tensor, targets: Tensor, weights: Tensor, classes: int, strength: float
) -> tuple[Tensor, Tensor]:
    """Find the rows (classes, dim) and biases (classes,) of least cross entropy, by L-BFGS.

    `strength` is the C of scikit-learn's LogisticRegression: the smaller, the shorter the rows.
    """
    rows = torch.zeros(classes, embeddings.shape[1], requires_grad=True)
    biases = torch.zeros(classes, requires_grad=True)
    shrink = 1 / (2 * strength * len(targets))

    def loss() -> Tensor:
        losses = F.cross_entropy(embeddings @ rows.T + biases, targets, reduction="none")
        return (losses * weights).mean() + shrink * (rows**2).sum()

    minimize(loss, [rows, biases], STEPS)
    return rows.detach(), biases.detach()


def minimize(loss: Callable[[], Tensor], parameters: Sequence[Tensor], steps: int = 100) -> None:
    """Change the parameters to where a smooth loss is least."""
    optimizer = torch.optim.LBFGS(
        list(parameters), max_iter=steps, history_size=10, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]
