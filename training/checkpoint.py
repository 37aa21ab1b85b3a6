"""Unfinished training on disk: killed at any moment, it goes on where it was, to the same end."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

KEY = "run"
STATE = ("exp_avg", "exp_avg_sq", "step")
"""What AdamW remembers of each parameter."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far training had come, beside its weights."""

    losses: list[float]
    """Of each step so far."""
    best: float
    waited: int
    kept: list[Tensor]
    """The weights of the best evaluation."""


class Checkpoint:
    """One file for one run of the loop."""

    def __init__(self, file: Path, key: str = "", seconds: float = 15.0) -> None:
        """Write to `file`, at most every so many seconds, for the run that `key` tells apart.

        The first step is written at once, so that however short a night is, it comes further.
        """
        self.file = file
        self.key = key
        self.seconds = seconds
        self._written = -math.inf

    def is_due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() - self._written >= self.seconds

    def save(
        self, parameters: Sequence[nn.Parameter], optimizer: torch.optim.Optimizer, at: Progressed
    ) -> None:
        """Write all that going on takes, in one step."""
        tensors = {f"weight.{place}": each.detach() for place, each in enumerate(parameters)}
        for place, parameter in enumerate(parameters):
            for name, value in optimizer.state[parameter].items():
                tensors[f"{name}.{place}"] = value
        tensors |= {f"kept.{place}": value for place, value in enumerate(at.kept)}
        tensors["losses"] = torch.tensor(at.losses, dtype=torch.float64)
        tensors["best"] = torch.tensor([at.best, at.waited], dtype=torch.float64)
        tensors["random"] = torch.get_rng_state()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".draft")
        contiguous = {name: value.cpu().contiguous() for name, value in tensors.items()}
        save_file(contiguous, draft, metadata={KEY: self.key})
        draft.replace(self.file)
        self._written = time.monotonic()

    def load(
        self, parameters: Sequence[nn.Parameter], optimizer: torch.optim.Optimizer
    ) -> Progressed | None:
        """Go back to what this run had written; None, and nothing changed, if that is nothing."""
        found = self._found()
        if not found:
            return None
        with torch.no_grad():
            for place, parameter in enumerate(parameters):
                parameter.copy_(found[f"weight.{place}"])
                names = [name for name in STATE if f"{name}.{place}" in found]
                optimizer.state[parameter] = {
                    name: _placed(name, found[f"{name}.{place}"], parameter) for name in names
                }
        torch.set_rng_state(found["random"])
        best, waited = found["best"].tolist()
        places = sorted(int(name[5:]) for name in found if name.startswith("kept."))
        kept = [found[f"kept.{place}"] for place in places]
        return Progressed(found["losses"].tolist(), best, int(waited), kept)

    def _found(self) -> dict[str, Tensor]:
        with suppress(OSError, SafetensorError), safe_open(self.file, "pt") as saved:
            if (saved.metadata() or {}).get(KEY) == self.key:
                return {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118 - it is no dict
        return {}


def _placed(name: str, value: Tensor, parameter: nn.Parameter) -> Tensor:
    """Put a tensor where the optimiser wants it; its counter of steps stays on the CPU."""
    return value if name == "step" else value.to(parameter.device)
