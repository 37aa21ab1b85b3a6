"""Several processes, as `accelerate launch` or `torchrun` starts them: the first one leads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import torch
import torch.distributed as dist

from bot.encoder import choose_device
from bot.errors import BotError
from training.helper import help_out
from training.processes import FIRST, LostError, say

PATIENCE = timedelta(days=7)
"""For so long the first process may have nothing for the others to do."""
TOO_MANY = (
    "There are {} processes for {} GPUs here. Start one for each GPU, `--num_processes {}`, or "
    "work on CPUs, `--device cpu`."
)


class LaunchError(BotError):
    """The processes of a launch cannot work together."""


@contextmanager
def together(device: str) -> Iterator[None]:
    """Work with all processes of the launch, if there are several, within a `with`.

    Only the first goes on in there. The others help it to learn, and end when it leaves.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    _join(choose_device(device))
    try:
        if dist.get_rank() == FIRST:
            with _leading():
                yield
        else:
            help_out()
            sys.exit()
    finally:
        dist.destroy_process_group()


@contextmanager
def _leading() -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(LostError):
            say("end", {})


def _join(device: str) -> None:
    """Make this process one of the group; on CUDA each has a device of its own."""
    if device != "cuda":
        dist.init_process_group("gloo", timeout=PATIENCE)
        return
    here, gpus = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), torch.cuda.device_count()
    if here > gpus:
        raise LaunchError(TOO_MANY.format(here, gpus, gpus))
    torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("cpu:gloo,cuda:nccl", timeout=PATIENCE)
