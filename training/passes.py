"""Passes of texts through an encoder that learns, dealt out to all processes of the launch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from bot.encoder import Encoder, Hidden, Tokens
from training.freezing import opened
from training.lora import Lora
from training.options import Options
from training.processes import count, given, say, summed
from training.share import Chunk, Share, opening, seeded

CHUNK = 16
"""Texts that go through the encoder at once; they are of like length."""


def chunks_of(rows: Sequence[int], tokens: Sequence[Tokens]) -> list[list[int]]:
    """Group rows of a batch, by the length of their texts, to go through the encoder together."""
    ordered = sorted(rows, key=lambda row: len(tokens[row].ids))
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]


class Passes:
    """An encoder while it learns: with the same seed the same, in however many processes.

    The first process leads. For each pass it gives the others the weights and some of the chunks;
    what they make of these comes back to it, and later the gradients. What follows it, the loss
    and the steps of the optimiser, are its own.
    """

    def __init__(self, start: Encoder, lora: Lora, options: Options) -> None:
        """Open a copy of an encoder to learn, in all processes."""
        self.encoder = opened(start, lora, options)
        self._share = Share(self.encoder)
        say("open", *opening(start, lora, options))

    def forward(self, chunks: Sequence[Chunk]) -> list[Hidden]:
        """Run the encoder over chunks of texts; differentiable, until the next pass begins."""
        seeds = torch.randint(2**62, (len(chunks),)).tolist()
        pairs = zip(chunks, seeds, strict=True)
        if count() == 1:
            return [seeded(self.encoder, chunk, seed) for chunk, seed in pairs]
        learns = torch.is_grad_enabled() and bool(self._share.weights)
        flat = self._dealt(chunks, seeds, learns)
        if learns:
            flat.requires_grad_()
            flat.register_post_accumulate_grad_hook(self._backward)  # type: ignore[no-untyped-call]
        parts = torch.split(flat, self._share.sizes(chunks))
        return [self._hidden(*pair) for pair in zip(parts, chunks, strict=True)]

    def _dealt(self, chunks: Sequence[Chunk], seeds: Sequence[int], learns: bool) -> Tensor:
        """Let every process do its share; should this one fail, the others still get to an end."""
        share = self._share
        state, room = share.state(), share.room(chunks)
        facts = {
            "ids": [[tokens.ids for tokens in chunk] for chunk in chunks],
            "seeds": seeds,
            "is_training": self.encoder.module.training,
            "learns": learns,
            "weights": len(state),
            "room": len(room),
        }
        say("forward", facts)
        given(state)
        try:
            share.forward(chunks, seeds, room)
        finally:
            summed(room)
        return room

    def _hidden(self, last: Tensor, chunk: Chunk) -> Hidden:
        mask = self.encoder.mask(chunk)
        return Hidden(last.view(*mask.shape, self.encoder.dim).to(mask.device), mask)

    def _backward(self, flat: Tensor) -> None:
        """Go back through the encoder, when all that follows upon it has been gone through."""
        share, others = self._share, torch.zeros_like(self._share.state())
        gradient = torch.zeros_like(flat) if flat.grad is None else flat.grad
        say("backward", {"weights": len(others), "room": len(gradient)})
        given(gradient)
        try:
            share.backward(gradient)
        finally:
            summed(others)
        share.add(others)
