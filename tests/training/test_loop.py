"""The training loop: it lowers the loss, keeps the best weights and can stop early."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count, cycle, repeat
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from training.checkpoint import Checkpoint
from training.loop import Plan, learning_rate, train

TARGET = torch.tensor([3.0, -2.0])


@pytest.fixture
def parameter() -> nn.Parameter:
    return nn.Parameter(torch.zeros(2))


def distance(parameter: nn.Parameter) -> Callable[[Tensor], Tensor]:
    return lambda target: ((parameter - target) ** 2).sum()


def test_the_parameters_go_where_the_loss_is_least(parameter: nn.Parameter) -> None:
    done = train(
        [{"params": [parameter], "lr": 0.1}], repeat(TARGET), distance(parameter), Plan(300)
    )
    torch.testing.assert_close(parameter.detach(), TARGET, atol=0.1, rtol=0)
    assert done.steps == 300
    assert done.loss < 0.1


def test_the_best_weights_are_left_and_not_the_last(parameter: nn.Parameter) -> None:
    figures = iter([0.1, 0.9, 0.2, 0.3, 0.3])
    seen: list[Tensor] = []

    def evaluate() -> float:
        seen.append(parameter.detach().clone())
        return next(figures)

    plan = Plan(50, evaluate_every=10)
    groups = [{"params": [parameter], "lr": 0.1}]
    done = train(groups, repeat(TARGET), distance(parameter), plan, evaluate=evaluate)
    assert done.best == 0.9
    assert torch.equal(parameter.detach(), seen[1])


def test_training_stops_when_the_figure_no_longer_rises(parameter: nn.Parameter) -> None:
    figures = iter([0.5, 0.4, 0.4])
    plan = Plan(1000, evaluate_every=5, patience=2)
    groups = [{"params": [parameter], "lr": 0.1}]
    done = train(groups, repeat(TARGET), distance(parameter), plan, evaluate=lambda: next(figures))
    assert done.steps == 15


def test_gradients_of_several_batches_make_one_step(parameter: nn.Parameter) -> None:
    used: list[int] = []

    def batches() -> Iterator[Tensor]:
        for number in range(100):
            used.append(number)
            yield TARGET

    groups = [{"params": [parameter], "lr": 0.1}]
    train(groups, batches(), distance(parameter), Plan(5, accumulate=4))
    assert len(used) == 20


def test_long_gradients_are_shortened() -> None:
    lengths: list[float] = []
    parameter = nn.Parameter(torch.zeros(2))

    def loss_of(scale: float) -> Tensor:
        return (parameter * scale).sum()

    def progress(task: str, done: int, total: int, metric: str = "") -> None:
        if parameter.grad is not None:
            lengths.append(float(parameter.grad.norm()))

    groups = [{"params": [parameter], "lr": 0.1}]
    train(groups, repeat(1e6), loss_of, Plan(3, clip=1.0), progress=progress)
    assert max(lengths) == pytest.approx(1.0, abs=1e-3)


def test_progress_is_told_each_step_of_how_many(parameter: nn.Parameter) -> None:
    calls: list[tuple[str, int, int]] = []

    def progress(task: str, done: int, total: int, metric: str = "") -> None:
        calls.append((task, done, total))

    groups = [{"params": [parameter], "lr": 0.1}]
    train(groups, repeat(TARGET), distance(parameter), Plan(3, "Fitting"), progress=progress)
    assert calls[:3] == [("Fitting", 1, 3), ("Fitting", 2, 3), ("Fitting", 3, 3)]


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_learning_rate_rises_to_one_and_falls_to_almost_nothing(schedule: str) -> None:
    plan = Plan(100, schedule=schedule, warmup=0.1)  # type: ignore[arg-type]
    rates = [learning_rate(plan, step) for step in range(100)]
    assert rates[:10] == sorted(rates[:10])
    assert max(rates) == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.02


def test_no_steps_leave_the_parameters_as_they_were(parameter: nn.Parameter) -> None:
    done = train([{"params": [parameter], "lr": 0.1}], repeat(TARGET), distance(parameter), Plan(0))
    assert torch.equal(parameter.detach(), torch.zeros(2))
    assert (done.steps, done.loss, done.best) == (0, 0.0, None)


class KilledError(Exception):
    """The process is gone."""


def test_killed_training_goes_on_from_its_checkpoint_to_the_same_end(tmp_path: Path) -> None:
    def trained(checkpoint: Checkpoint | None, killed_at: int = 0) -> Tensor:
        torch.manual_seed(3)
        parameter = nn.Parameter(torch.zeros(2))

        def loss_of(target: Tensor) -> Tensor:
            return ((parameter - target + 0.1 * torch.randn(2)) ** 2).sum()

        def progress(task: str, done: int, total: int, metric: str = "") -> None:
            if done == killed_at:
                raise KilledError

        train(
            [{"params": [parameter], "lr": 0.1}],
            cycle([TARGET, -TARGET, 2 * TARGET]),
            loss_of,
            Plan(40, evaluate_every=10),
            evaluate=lambda: -float(distance(parameter)(TARGET).detach()),
            progress=progress,
            checkpoint=checkpoint,
        )
        return parameter.detach()

    with pytest.raises(KilledError):
        trained(Checkpoint(tmp_path / "run", seconds=0), killed_at=27)
    torch.manual_seed(4)
    resumed = trained(Checkpoint(tmp_path / "run", seconds=0))

    assert torch.equal(resumed, trained(None))


def test_training_that_had_ended_leaves_the_draw_of_batches_where_it_was(
    parameter: nn.Parameter, tmp_path: Path
) -> None:
    def drawn() -> float:
        draw = random.Random(3)
        batches = (TARGET * draw.random() for _ in count())
        groups = [{"params": [parameter], "lr": 0.1}]
        checkpoint = Checkpoint(tmp_path / "run", seconds=0)
        train(groups, batches, distance(parameter), Plan(5), checkpoint=checkpoint)
        return draw.random()

    assert drawn() == drawn()


def test_a_checkpoint_of_another_run_is_left_alone(parameter: nn.Parameter, tmp_path: Path) -> None:
    groups = [{"params": [parameter], "lr": 0.1}]
    train(
        groups,
        repeat(TARGET),
        distance(parameter),
        Plan(20),
        checkpoint=Checkpoint(tmp_path / "run", "one"),
    )
    other = nn.Parameter(torch.zeros(3))
    checkpoint = Checkpoint(tmp_path / "run", "another")
    groups = [{"params": [other], "lr": 0.1}]
    done = train(groups, repeat(torch.ones(3)), distance(other), Plan(5), checkpoint=checkpoint)
    assert done.steps == 5


def test_a_checkpoint_that_cannot_be_read_is_as_good_as_none(
    parameter: nn.Parameter, tmp_path: Path
) -> None:
    (tmp_path / "run").write_bytes(b"cut off")
    groups = [{"params": [parameter], "lr": 0.1}]
    checkpoint = Checkpoint(tmp_path / "run")
    done = train(groups, repeat(TARGET), distance(parameter), Plan(20), checkpoint=checkpoint)
    assert done.steps == 20
