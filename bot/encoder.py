"""The sentence encoder with its adapters: the one place that batches texts and picks the device."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from bot.layers import Layers, layers_of
from bot.weights import MAX_TOKENS, Adapter, folder_of, load_base, merged, pooling_of

MAX_CHARACTERS = 16 * MAX_TOKENS
BATCH = 64
BATCH_TOKENS = 2048
"""Memory grows with the tokens of a batch, so a batch of long texts holds fewer."""
WIDTH = 8
"""Batches are padded to a multiple of it: each width has its own kernels, kept in memory."""
SURROGATES = re.compile("[\ud800-\udfff]")


def choose_device(name: str = "auto") -> str:
    """Turn a device setting into a device: CUDA before MPS before CPU where it says auto."""
    if name != "auto":
        return name
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def choose_precision(name: str = "auto", device: str = "cpu") -> torch.dtype:
    """Turn a precision setting into the type to compute in: bfloat16 where the hardware has it."""
    if name != "auto":
        return torch.bfloat16 if name == "bfloat16" else torch.float32
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return torch.bfloat16 if device == "cpu" and supported() else torch.float32


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it; `offsets` are character positions, (0, 0) for added marks."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the encoder makes of a batch of texts."""

    last: Tensor
    """(texts, tokens, dim) after the last layer."""
    mask: Tensor
    """(texts, tokens): 1 where there is a token, 0 where there is padding."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Turns texts into embeddings. Nothing in it changes once made, so threads can share it."""

    base: str
    """The package, folder or hub name of the base weights."""
    module: nn.Module
    tokenizer: Tokenizer
    pooling: str
    fingerprint: str
    """Tells apart the weights that embeddings come from: a key for caches."""
    device: str = "cpu"
    precision: str = "auto"
    adapter: Adapter | None = None
    """What was merged into the base weights."""

    @classmethod
    def load(
        cls,
        base: str,
        adapter: Adapter | Path | None = None,
        device: str = "cpu",
        precision: str = "auto",
    ) -> Encoder:
        """Load a package that ships a model, a folder or a hub name, with an adapter merged in."""
        folder, device = folder_of(base), choose_device(device)
        module, tokenizer, fingerprint = load_base(folder)
        if isinstance(adapter, Path):
            adapter = Adapter.load(adapter)
        if adapter is not None:
            module, fingerprint = merged(module, adapter), f"{fingerprint}-{adapter.digest}"
        if device != "cpu":
            module = merged(module).to(device)  # the copy moves; the shared base stays
        pooling = pooling_of(folder)
        made = cls(base, module, tokenizer, pooling, fingerprint, device, precision, adapter)
        made.layers  # noqa: B018 - copied here, behind the scenes, rather than in the first turn
        return made

    @property
    def dim(self) -> int:
        """The length of an embedding."""
        return cast(int, self.module.config.hidden_size)  # type: ignore[union-attr]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return cast(int, self.module.config.num_hidden_layers)  # type: ignore[union-attr]

    @property
    def layers(self) -> Layers | None:
        """What runs it without gradients, if that is not left to its modules."""
        is_exact = self.precision == "float32"
        is_mixed = choose_precision(self.precision, self.device) == torch.bfloat16
        return layers_of(self.module, is_exact or is_mixed)

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Cut texts into tokens; what exceeds MAX_TOKENS is dropped."""
        cut = [SURROGATES.sub("\ufffd", text[:MAX_CHARACTERS]) for text in texts]
        found = self.tokenizer.encode_batch(cut)
        return [Tokens(tuple(item.ids), tuple(item.offsets)) for item in found]

    def forward(self, batch: Sequence[Tokens]) -> Hidden:
        """Run the encoder over one padded batch; differentiable, in the encoder's precision."""
        if not (torch.is_grad_enabled() or self.module.training):
            return seen_by((self,), batch)[0]
        return self._by_modules(batch)

    def _by_modules(self, batch: Sequence[Tokens]) -> Hidden:
        ids = nn.utils.rnn.pad_sequence([torch.tensor(tokens.ids) for tokens in batch], True)
        mask = self.mask(batch)
        ids = nn.functional.pad(ids, (0, mask.shape[1] - ids.shape[1]))
        with self.mixed_precision():
            output = self.module(input_ids=ids.to(self.device), attention_mask=mask)
        return Hidden(output.last_hidden_state, mask)

    def mask(self, batch: Sequence[Tokens]) -> Tensor:
        """Say where a padded batch has tokens: (texts, tokens), 1 there and 0 elsewhere."""
        lengths = torch.tensor([len(tokens.ids) for tokens in batch])
        width = WIDTH * math.ceil(int(lengths.max()) / WIDTH)
        return (torch.arange(width) < lengths[:, None]).long().to(self.device)

    def mixed_precision(self) -> torch.autocast:
        """Compute what allows it in the encoder's precision, within a `with`."""
        dtype = choose_precision(self.precision, self.device)
        kind = self.device.split(":")[0]
        return torch.autocast(kind, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16)

    def pool(self, hidden: Hidden) -> Tensor:
        """Make one vector (texts, dim), float32, unit length, of each text's last layer."""
        last = hidden.last.float()
        if self.pooling == "cls":
            return nn.functional.normalize(last[:, 0], dim=-1)
        weights = hidden.mask[:, :, None].float()
        return nn.functional.normalize((last * weights).sum(1) / weights.sum(1), dim=-1)

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Embed texts: (texts, dim), float32, unit length, on the CPU, without gradients."""
        tokens = self.tokenize(texts)
        embeddings = torch.empty(len(tokens), self.dim)
        with torch.no_grad():
            for rows in batches_by_length(tokens):
                embeddings[rows] = self.pool(self.forward([tokens[row] for row in rows])).cpu()
        return embeddings


def seen_by(encoders: Sequence[Encoder], batch: Sequence[Tokens]) -> list[Hidden]:
    """Run encoders of one base over a batch, for inference; the layers that they share run once."""
    stacks = [layers for each in encoders if (layers := each.layers)]
    if len(stacks) < len(encoders):
        return [each._by_modules(batch) for each in encoders]
    first = stacks[0]
    shared = min(first.shared(each) for each in stacks)
    device = encoders[0].device
    lengths = torch.tensor([len(tokens.ids) for tokens in batch])
    ids = nn.utils.rnn.pad_sequence([torch.tensor(tokens.ids) for tokens in batch], True)
    mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long().to(device)
    with encoders[0].mixed_precision():
        below = first.run(first.embed(ids.to(device)), mask, 0, shared)
        return [Hidden(each.run(below, mask, shared, len(each.layers)), mask) for each in stacks]


def batches_by_length(tokens: Sequence[Tokens], size: int = BATCH) -> list[list[int]]:
    """Group positions of texts of like length, at most `size`, fewer where they are long."""
    batches: list[list[int]] = []
    for row in sorted(range(len(tokens)), key=lambda row: len(tokens[row].ids)):
        longest = len(tokens[row].ids)  # so far: the rows come by length
        if not batches or len(batches[-1]) >= min(size, max(1, BATCH_TOKENS // longest)):
            batches.append([])
        batches[-1].append(row)
    return batches
