"""What the processes of one launch tell each other: the first speaks, the others give it sums."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import torch
import torch.distributed as dist
from safetensors.torch import load, save
from torch import Tensor

from bot.errors import BotError

FIRST = 0
"""The number of the process that leads, and alone reads and writes files."""
FACTS = "facts"
Do = Literal["open", "forward", "backward", "end"]
"""What the first process can want of the others."""
FAILED = "{} of {} processes failed at their part; each says on standard error what went wrong."
LOST = (
    "Error: The processes of the launch have lost each other: {}. Run the same again; a night goes "
    "on from here, with any number of processes."
)


class ProcessError(BotError):
    """Other processes could not do their part."""


class LostError(SystemExit):
    """Another process is gone: this one ends, too, and all is as if it had been killed."""


def count() -> int:
    """Give the number of processes that work together; 1 unless a launcher started several."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def number() -> int:
    """Give the number of this process."""
    return dist.get_rank() if count() > 1 else FIRST


def say(do: Do, facts: Mapping[str, Any], tensors: Mapping[str, Tensor] | None = None) -> None:
    """Tell all others what to do; they wait for it in `heard`."""
    if count() > 1:
        text = json.dumps({"do": do, **facts}).encode()
        message = save({**(tensors or {}), FACTS: _tensor_of(text)})
        given(torch.tensor([len(message)]))
        given(_tensor_of(message))


def heard() -> tuple[Do, dict[str, Any], dict[str, Tensor]]:
    """Wait for what the first process says next: what to do, and what it takes to do it."""
    length = int(given(torch.zeros(1, dtype=torch.int64)))
    message = given(torch.empty(length, dtype=torch.uint8))
    tensors = load(message.numpy().tobytes())
    facts = json.loads(tensors.pop(FACTS).numpy().tobytes())
    return facts.pop("do"), facts, tensors


def _tensor_of(data: bytes) -> Tensor:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8)


def given(tensor: Tensor) -> Tensor:
    """Fill a tensor with what the first process has in it."""
    if tensor.numel():
        with _others():
            dist.broadcast(tensor, FIRST)
    return tensor


def summed(tensor: Tensor, has_failed: bool = False) -> Tensor:
    """Add up a tensor over all processes, for the first; there it raises if others have failed."""
    failures = torch.tensor([int(has_failed)])
    with _others():
        dist.reduce(tensor, FIRST)
        dist.reduce(failures, FIRST)
    if number() == FIRST and int(failures):
        raise ProcessError(FAILED.format(int(failures), count()))
    return tensor


@contextmanager
def _others() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # what torch raises where a process has gone
        raise LostError(LOST.format(str(error).partition("\n")[0])) from error
