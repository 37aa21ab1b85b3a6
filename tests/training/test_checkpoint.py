"""Checkpoints: however short its nights are, training comes to its end."""

from itertools import count, repeat
from pathlib import Path

import pytest
import torch
from torch import nn

from training.checkpoint import Checkpoint
from training.loop import Plan, train
from training.night import JUDGING, OutOfTimeError, limited
from training.progress import silent

STEPS = 5


def test_training_whose_time_is_over_at_every_step_ends_all_the_same(tmp_path: Path) -> None:
    def trained() -> bool:
        parameter = nn.Parameter(torch.zeros(2))
        try:
            train(
                [{"params": [parameter], "lr": 0.1}],
                repeat(torch.ones(2)),
                lambda target: ((parameter - target) ** 2).sum(),
                Plan(STEPS),
                progress=limited(silent, deadline=0.0),
                checkpoint=Checkpoint(tmp_path / "run", seconds=3600),
            )
        except OutOfTimeError:
            return False
        return True

    nights = next(night for night in count(1) if trained() or night > STEPS)
    assert nights == STEPS


def test_judging_can_be_stopped_but_not_where_nothing_else_was_done() -> None:
    """Guards against short nights that judge the same again and again, and never to the end."""
    begun, resumed = limited(silent, deadline=0.0), limited(silent, deadline=0.0)
    begun("Learning", 2, 2)
    resumed(JUDGING, 1, 2)

    with pytest.raises(OutOfTimeError):
        begun(JUDGING, 1, 2)
