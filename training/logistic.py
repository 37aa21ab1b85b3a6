"""Logistic regression on embeddings: the last layer of a classifier, solved to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

STEPS = 200


def fit_logistic(
    embeddings: Tensor,
    targets: Tensor,
    weights: Tensor,
    classes: int,
    strength: float,
    members: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Find the rows (classes, dim) and biases (classes,) of least cross entropy, by L-BFGS.

    `strength` is the C of scikit-learn's LogisticRegression: the smaller, the shorter the rows.
    With `members` (classes, labels) of 0 and 1 a class is a set of labels: there is a row for each
    label, and a class scores the sum of those that are in it.
    """
    count = classes if members is None else members.shape[1]
    rows = torch.zeros(count, embeddings.shape[1], requires_grad=True)
    biases = torch.zeros(classes, requires_grad=True)
    shrink = 1 / (2 * strength * len(targets))

    def loss() -> Tensor:
        scores = embeddings @ rows.T
        logits = (scores if members is None else scores @ members.T) + biases
        losses = F.cross_entropy(logits, targets, reduction="none")
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
