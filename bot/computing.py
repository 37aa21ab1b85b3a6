"""How many threads compute where turns run side by side."""

from __future__ import annotations

import torch
from threadpoolctl import threadpool_limits


def compute_in_one_thread() -> None:
    """Let each turn compute in its own thread: beside others, more only wait for each other."""
    torch.set_num_threads(1)
    threadpool_limits(1, "blas")
