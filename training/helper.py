"""What all processes of a launch but the first do: their share, whenever they are told to."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from bot.encoder import Tokens
from training.processes import Do, given, heard, summed
from training.share import Share, reopened, wire_of

log = logging.getLogger(__name__)


def help_out() -> None:
    """Do what the first process says until it says that this is the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the first, which then ends the rest
    helper = Helper()
    do, facts, tensors = heard()
    while do != "end":
        helper.act(do, facts, tensors)
        do, facts, tensors = heard()


class Helper:
    """Does its share of what becomes of the encoder that was opened last.

    Whatever goes wrong is told to the first process, which decides what becomes of it.
    """

    def __init__(self) -> None:
        self._share: Share | None = None
        self._wire = "cpu"

    def act(self, do: Do, facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        """Open an encoder, go forward through it, or back."""
        if do == "open":
            self._wire, self._share = wire_of(facts["device"]), None
            self._is_well(lambda: self._open(facts, tensors))
        elif do == "forward":
            state, room = self._room(facts["weights"]), self._room(facts["room"])
            given(state)
            is_well = self._is_well(lambda: self._forward(facts, state, room))
            summed(room, has_failed=not is_well)
        else:
            gradient, gradients = self._room(facts["room"]), self._room(facts["weights"])
            given(gradient)
            is_well = self._is_well(lambda: self._backward(gradient, gradients))
            summed(gradients, has_failed=not is_well)

    def _room(self, length: int) -> Tensor:
        return torch.zeros(length, device=self._wire)

    def _is_well(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except Exception:
            log.exception("A process that helps to learn failed at its part")
            return False
        return True

    def _open(self, facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
        self._share = Share(reopened(facts, tensors))

    def _forward(self, facts: Mapping[str, Any], state: Tensor, room: Tensor) -> None:
        share = self._opened()
        share.take(state)
        share.encoder.module.train(facts["is_training"])
        chunks = [[Tokens(tuple(ids), ()) for ids in chunk] for chunk in facts["ids"]]
        with torch.set_grad_enabled(facts["learns"]):
            share.forward(chunks, facts["seeds"], room)

    def _backward(self, gradient: Tensor, gradients: Tensor) -> None:
        share = self._opened()
        share.backward(gradient)
        gradients.copy_(share.gradients())

    def _opened(self) -> Share:
        if self._share is None:
            raise LookupError("no encoder was opened")
        return self._share
