"""What one process does of each pass through an encoder that learns: some of the chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from bot.encoder import Encoder, Hidden, Tokens
from bot.weights import Adapter
from training.freezing import opened
from training.lora import Lora, trainable
from training.options import Options
from training.processes import count, number

Chunk = Sequence[Tokens]


class Share:
    """What one process does of each pass: every so-manieth chunk."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.weights = trainable(encoder)
        self.wire = wire_of(encoder.device)
        self._done: dict[int, Tensor] = {}

    def sizes(self, chunks: Sequence[Chunk]) -> list[int]:
        """Count the numbers that become of each chunk."""
        return [self.encoder.mask(chunk).numel() * self.encoder.dim for chunk in chunks]

    def room(self, chunks: Sequence[Chunk]) -> Tensor:
        """Make room for what becomes of chunks, one after the other."""
        return torch.zeros(sum(self.sizes(chunks)), device=self.wire)

    def forward(self, chunks: Sequence[Chunk], seeds: Sequence[int], room: Tensor) -> None:
        """Run the encoder over this process's chunks, and put what becomes of them in its place."""
        self._done, at = {}, 0
        for place, size in enumerate(self.sizes(chunks)):
            if place % count() == number():
                last = seeded(self.encoder, chunks[place], seeds[place]).last
                self._done[at] = last.float().flatten().to(self.wire)
                room[at : at + size] = self._done[at].detach()
            at += size

    def backward(self, gradient: Tensor) -> None:
        """Go back through this process's chunks; the weights get their gradients."""
        done, self._done = self._done, {}
        if done:
            parts = [gradient[at : at + len(last)] for at, last in done.items()]
            torch.autograd.backward(list(done.values()), parts)

    def state(self) -> Tensor:
        """Put all weights that learn into one tensor."""
        return self._flat([weight.detach() for weight in self.weights])

    def take(self, state: Tensor) -> None:
        """Set the weights to the state of another process."""
        with torch.no_grad():
            for weight, part in self._parts(state):
                weight.copy_(part)

    def gradients(self) -> Tensor:
        """Take the weights' gradients away, into one tensor."""
        found = [torch.zeros_like(w) if w.grad is None else w.grad for w in self.weights]
        for weight in self.weights:
            weight.grad = None
        return self._flat(found)

    def add(self, gradients: Tensor) -> None:
        """Add gradients from other processes to those of this one."""
        for weight, part in self._parts(gradients):
            weight.grad = part.clone() if weight.grad is None else weight.grad + part

    def _flat(self, tensors: Sequence[Tensor]) -> Tensor:
        nothing = torch.empty(0, device=self.wire)
        return torch.cat([nothing, *(each.flatten().to(self.wire) for each in tensors)])

    def _parts(self, flat: Tensor) -> Iterator[tuple[nn.Parameter, Tensor]]:
        parts = torch.split(flat, [weight.numel() for weight in self.weights])
        for weight, part in zip(self.weights, parts, strict=True):
            yield weight, part.view_as(weight).to(weight.device)


def wire_of(device: str) -> str:
    """Say where tensors have to be that go from process to process."""
    return "cuda" if device.startswith("cuda") else "cpu"


def seeded(encoder: Encoder, chunk: Chunk, seed: int) -> Hidden:
    """Run the encoder; dropout goes by the seed alone, in whichever process, after whatever."""
    if not encoder.module.training:
        return encoder.forward(chunk)
    devices = [torch.cuda.current_device()] if encoder.device.startswith("cuda") else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        return encoder.forward(chunk)


def opening(
    start: Encoder, lora: Lora, options: Options
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Write down what other processes need to open the same encoder for learning."""
    adapter = start.adapter
    facts = {
        "base": start.base,
        "device": start.device,
        "precision": start.precision,
        "adapter": dict(adapter.config) if adapter else None,
        "lora": asdict(lora),
        "options": asdict(options),
    }
    weights = {name: each.contiguous() for name, each in adapter.weights.items()} if adapter else {}
    return facts, weights


def reopened(facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Encoder:
    """Open the encoder that another process has written down."""
    adapter = Adapter(facts["adapter"], tensors) if facts["adapter"] is not None else None
    start = Encoder.load(facts["base"], adapter, facts["device"], facts["precision"])
    return opened(start, Lora(**facts["lora"]), Options(**facts["options"]))
