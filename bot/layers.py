"""BERT's layers as plain functions of tensors: what a turn runs, quicker than by modules.

One short text is little work for much reading: every weight is read for a dozen tokens. So on a CPU
matrices are kept in half precision, and multiplied in single; that changes an embedding by 1e-4.
Exact layers keep them as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.weak import WeakIdKeyDictionary


class Linear:
    """A matrix and a bias to multiply with."""

    def __init__(self, weight: Tensor, bias: Tensor, is_exact: bool) -> None:
        self._weight = weight
        self._bias = bias
        is_able = "fbgemm" in torch.backends.quantized.supported_engines
        is_short = is_able and weight.device.type == "cpu" and not is_exact
        self._packed = _packed(weight, bias) if is_short else None

    def __call__(self, inputs: Tensor) -> Tensor:
        """Multiply: (…, from) to (…, to)."""
        if self._packed is None:
            return F.linear(inputs, self._weight, self._bias)
        found: Tensor = torch.ops.quantized.linear_dynamic_fp16(inputs, self._packed)
        return found


@dataclass(frozen=True, slots=True)
class Norm:
    """What a layer's sums are normalised by."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, inputs: Tensor) -> Tensor:
        """Normalise the last dimension."""
        return F.layer_norm(inputs, inputs.shape[-1:], self.weight, self.bias, self.epsilon)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of the encoder."""

    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attended_norm: Norm
    wide: Linear
    narrow: Linear
    norm: Norm
    tensors: tuple[Tensor, ...]
    """All that it is made from: two layers with the same are the same."""

    @classmethod
    def of(cls, module: Any, is_exact: bool) -> Layer:
        """Take the tensors of a transformers layer."""
        attention, output = module.attention, module.output

        def linear(module: Any) -> Linear:
            return Linear(module.weight, module.bias, is_exact)

        return cls(
            linear(attention.self.query),
            linear(attention.self.key),
            linear(attention.self.value),
            linear(attention.output.dense),
            norm_of(attention.output.LayerNorm),
            linear(module.intermediate.dense),
            linear(output.dense),
            norm_of(output.LayerNorm),
            tuple(module.parameters()),
        )

    def __call__(self, hidden: Tensor, mask: Tensor | None, heads: int) -> Tensor:
        """Run it: (texts, tokens, dim); `mask` is true where there is a token."""
        texts, tokens, dim = hidden.shape
        query, key, value = (
            each(hidden).view(texts, tokens, heads, -1).transpose(1, 2)
            for each in (self.query, self.key, self.value)
        )
        found = F.scaled_dot_product_attention(query, key, value, mask)
        attended = self.attended(found.transpose(1, 2).reshape(texts, tokens, dim))
        hidden = self.attended_norm(hidden + attended)
        return self.norm(hidden + self.narrow(F.gelu(self.wide(hidden))))


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """An encoder of BERT's kind without its modules; for inference only."""

    words: Tensor
    positions: Tensor
    segments: Tensor
    """What each token gets added by its segment; a text is segment 0."""
    norm: Norm
    layers: tuple[Layer, ...]
    heads: int

    def embed(self, ids: Tensor) -> Tensor:
        """Give what goes into the first layer: (texts, tokens, dim)."""
        found = F.embedding(ids, self.words) + self.positions[: ids.shape[1]]
        return self.norm(found + self.segments[0])

    def run(self, hidden: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        """Run the layers from a number up to another; `mask` is 1 at tokens: (texts, tokens)."""
        # without padding there is nothing to keep attention from
        where = None if bool(mask.all()) else mask[:, None, None, :].bool()
        for layer in self.layers[start:stop]:
            hidden = layer(hidden, where, self.heads)
        return hidden

    def shared(self, other: Layers) -> int:
        """How many of the lowest layers are the other's, too."""
        if not _same(self._below, other._below):
            return 0
        pairs = zip(self.layers, other.layers, strict=False)
        differing = (n for n, (a, b) in enumerate(pairs) if not _same(a.tensors, b.tensors))
        return next(differing, min(len(self.layers), len(other.layers)))

    @property
    def _below(self) -> tuple[Tensor, ...]:
        return self.words, self.positions, self.segments, self.norm.weight, self.norm.bias


_layers: WeakKeyDictionary[nn.Module, dict[bool, Layers | None]] = WeakKeyDictionary()
_matrices: WeakIdKeyDictionary = WeakIdKeyDictionary()
"""In half precision, by the weights that they are copies of, which encoders share."""


def layers_of(module: nn.Module, is_exact: bool = False) -> Layers | None:
    """Take a transformers encoder's tensors; None where it is of another kind than BERT, or learns.

    Unless it is to be exact, matrices are copied: the module's weights may not change afterwards.
    """
    made = _layers.setdefault(module, {})
    if is_exact not in made:
        made[is_exact] = _read(module, is_exact) if _is_bert(module) else None
    return made[is_exact]


def _packed(weight: Tensor, bias: Tensor) -> Any:
    """Copy a matrix in half precision, once for as long as its weights are there."""
    if weight not in _matrices:
        prepack = torch.ops.quantized.linear_prepack_fp16
        _matrices[weight] = prepack(weight.detach(), bias.detach())
    return _matrices[weight]


def norm_of(module: nn.LayerNorm) -> Norm:
    """Take a normalisation."""
    return Norm(module.weight, module.bias, module.eps)


def _same(some: tuple[Tensor, ...], others: tuple[Tensor, ...]) -> bool:
    return all(mine is theirs for mine, theirs in zip(some, others, strict=True))


def _is_bert(module: Any) -> bool:
    """Whether it is BERT as it was pretrained, with nothing put on its layers, and at rest."""
    config = module.config
    return (
        not any(each.requires_grad for each in module.parameters())
        and not hasattr(module, "peft_config")
        and config.model_type == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", None) in (None, "absolute")
        and not config.is_decoder
    )


def _read(module: Any, is_exact: bool) -> Layers:
    embeddings = module.embeddings
    return Layers(
        embeddings.word_embeddings.weight,
        embeddings.position_embeddings.weight,
        embeddings.token_type_embeddings.weight,
        norm_of(embeddings.LayerNorm),
        tuple(Layer.of(each, is_exact) for each in module.encoder.layer),
        module.config.num_attention_heads,
    )
