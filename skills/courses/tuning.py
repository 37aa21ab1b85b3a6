"""Trains the net that fuses the views, on people whom the views it is shown have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from torch import Tensor
from torch.nn import functional as F

from skills.courses.catalogue.course import Course
from skills.courses.lessons import Lessons
from skills.courses.ranking.fusion import Fusion, inputs_of, plain
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.net import Net
from skills.courses.ranking.views import fit_views
from training.checkpoint import Checkpoint
from training.loop import train
from training.options import Options
from training.progress import Progress

FOLDS = 4
CELLS = 60_000_000
"""Inputs of the net that are kept at once: a quarter of a gigabyte."""
SEEN = 5_000
"""Courses of a large catalogue that the net is shown of a person: half of them the likeliest."""
PEOPLE = 3_000
HELD = 0.2
"""Part of a history that is to be told from the rest."""
NEWCOMERS = 0.02
"""Part of the people whose whole history is to be told."""
RATE = 5e-3
EPOCHS = 10
STEPS = 900
"""Steps at least, where people are few. Chosen on validation data."""
BATCH = 32
FEW = 40
"""Steps of a net that goes on."""
SMALLER = 0.2
"""Their rate, against that of a fit."""


def lessons(
    model: CoursesModel, courses: Sequence[Course], x: csr_matrix, seed: int, progress: Progress
) -> Lessons:
    """Fit the views once for each fold of the people without them, and show them to the net."""
    random = np.random.default_rng(seed)
    fold = random.permutation(x.shape[0]) % FOLDS
    people = min(
        PEOPLE, max(FOLDS, CELLS // (len(inputs_of(model.traits)) * min(SEEN, x.shape[1])))
    )
    parts: list[Lessons] = []
    for number in range(FOLDS):
        rows = np.flatnonzero((fold == number) & (np.diff(x.indptr) > 1))
        rows = random.permutation(rows)[: people // FOLDS]
        others = replace(model, views=fit_views(x[fold != number], model.recipe, seed))
        given, held = divided(x[rows], HELD, random, NEWCOMERS)
        parts.extend(showing(others, courses, given, held, random))
        progress("Views", number + 1, FOLDS + 1, "out of fold")
    return Lessons.joined(parts)


def showing(
    model: CoursesModel,
    courses: Sequence[Course],
    given: csr_matrix,
    held: csr_matrix,
    random: np.random.Generator,
) -> Iterator[Lessons]:
    """Show people to the net by what is given of them, some at a time: they want what is held."""
    index = model.index(courses)
    for start in range(0, max(1, given.shape[0]), BATCH):
        part = slice(start, start + BATCH)
        inputs = model.inputs(index, given[part]).transpose(1, 0, 2)
        lengths = np.diff(given[part].indptr).astype(np.float32)
        whole = Lessons(inputs, lengths, ~_mask(given[part]), _mask(held[part]))
        yield whole if given.shape[1] <= SEEN else _fewer(whole, random)


def _fewer(shown: Lessons, random: np.random.Generator) -> Lessons:
    """Keep of each person's courses the wanted, the likeliest before anything is learnt, others."""
    likely = np.einsum("i,uic->uc", plain(shown.inputs.shape[1]).linear, shown.inputs)
    rank = np.argsort(np.argsort(-likely, axis=1), axis=1)
    order = random.random(likely.shape) + (rank >= SEEN // 2) - 2.0 * shown.wanted
    kept = np.argpartition(order, SEEN, axis=1)[:, :SEEN]
    return Lessons(
        np.take_along_axis(shown.inputs, kept[:, None], axis=2),
        shown.lengths,
        np.take_along_axis(shown.open_, kept, axis=1),
        np.take_along_axis(shown.wanted, kept, axis=1),
    )


def divided(
    x: csr_matrix, share: float, random: np.random.Generator, newcomers: float = 0.0
) -> tuple[csr_matrix, csr_matrix]:
    """Divide each history into what is given and what is held out, at least one course."""
    lengths = np.diff(x.indptr)
    order = np.concatenate([np.empty(0), *map(random.permutation, lengths)])
    whole = random.random(x.shape[0]) < newcomers
    counts = np.where(whole, lengths, np.maximum(1, np.round(share * lengths)))
    is_held = order < np.repeat(counts, lengths)
    return part_of(x, ~is_held), part_of(x, is_held)


def part_of(x: csr_matrix, chosen: NDArray[np.bool_]) -> csr_matrix:
    """Keep the chosen ones of what stands in a matrix."""
    made = csr_matrix((np.where(chosen, x.data, 0), x.indices.copy(), x.indptr.copy()), x.shape)
    made.eliminate_zeros()
    return made


def _mask(x: csr_matrix) -> NDArray[np.bool_]:
    return np.asarray(x.todense() != 0)


def tuned(
    shown: Lessons,
    options: Options,
    seed: int,
    device: str,
    progress: Progress,
    checkpoint: Checkpoint | None = None,
    before: Fusion | None = None,
) -> Fusion:
    """Train the net: a softmax over all courses that a person does not have.

    It goes on from the net `before`, if there is one, in few and small steps.
    """
    people, size = len(shown.lengths), shown.inputs.shape[1]
    start = before.widened(size) if before else plain(size)
    if not people:
        return start
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = Net(start).to(device)
        batch = options.batch or BATCH
        epoch = -(-people // batch)
        steps = options.epochs * epoch if options.epochs else max(EPOCHS * epoch, STEPS)
        steps = FEW if before else steps
        plan = options.plan(steps, epoch, "Fusion")
        group = {
            "params": list(net.parameters()),
            "lr": (options.rate or RATE) * (SMALLER if before else 1.0),
            "weight_decay": options.weight_decay,
        }
        batches = _batches(people, batch, seed)
        train(
            [group],
            batches,
            lambda rows: _loss(net, shown, rows, device),
            plan,
            progress=progress,
            checkpoint=checkpoint,
        )
    return net.fusion()


def _batches(people: int, batch: int, seed: int) -> Iterator[NDArray[np.intp]]:
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(people)
        yield from (order[start : start + batch] for start in range(0, people, batch))


def _loss(net: Net, shown: Lessons, rows: NDArray[np.intp], device: str) -> Tensor:
    def tensor(part: NDArray[Any]) -> Tensor:
        return torch.from_numpy(part[rows]).to(device)

    logits = net(tensor(shown.inputs), tensor(shown.lengths))
    logits = logits.masked_fill(~tensor(shown.open_), -1e9)
    wanted = tensor(shown.wanted).float()
    return -(F.log_softmax(logits, 1) * wanted).sum() / wanted.sum().clamp(min=1)
