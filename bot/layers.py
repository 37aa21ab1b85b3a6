"""BERT's layers as plain functions of tensors: what a turn runs, quicker than by modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from torch import Tensor, nn
from torch.nn import functional as F

Weights = tuple[Tensor, Tensor]
"""What one function takes, matrix or scale first, then bias."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of the encoder; two are the same layer if they have the same tensors."""

    query: Weights
    key: Weights
    value: Weights
    attended: Weights
    attended_norm: Weights
    wide: Weights
    narrow: Weights
    norm: Weights

    @classmethod
    def of(cls, module: Any) -> Layer:
        """Take the tensors of a transformers layer; they are shared, not copied."""
        attention, output = module.attention, module.output
        return cls(
            _weights(attention.self.query),
            _weights(attention.self.key),
            _weights(attention.self.value),
            _weights(attention.output.dense),
            _weights(attention.output.LayerNorm),
            _weights(module.intermediate.dense),
            _weights(output.dense),
            _weights(output.LayerNorm),
        )

    def is_like(self, other: Layer) -> bool:
        """Whether both have the same tensors, not only equal ones."""
        pairs = zip(self._tensors(), other._tensors(), strict=True)
        return all(mine is theirs for mine, theirs in pairs)

    def _tensors(self) -> list[Tensor]:
        return [tensor for name in self.__slots__ for tensor in getattr(self, name)]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """An encoder of BERT's kind without its modules; for inference only."""

    words: Tensor
    positions: Tensor
    segments: Tensor
    """What each token gets added by its segment; a text is segment 0."""
    norm: Weights
    layers: tuple[Layer, ...]
    heads: int
    epsilon: float

    def embed(self, ids: Tensor) -> Tensor:
        """Give what goes into the first layer: (texts, tokens, dim)."""
        found = F.embedding(ids, self.words) + self.positions[: ids.shape[1]] + self.segments[0]
        return self._normalised(found, self.norm)

    def run(self, hidden: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        """Run the layers from a number up to another; `mask` is 1 at tokens: (texts, tokens)."""
        # without padding there is nothing to keep attention from
        where = None if bool(mask.all()) else mask[:, None, None, :].bool()
        for layer in self.layers[start:stop]:
            hidden = self._layer(layer, hidden, where)
        return hidden

    def shared(self, other: Layers) -> int:
        """How many of the lowest layers are the other's, too."""
        if not all(mine is theirs for mine, theirs in zip(self._below, other._below, strict=True)):
            return 0
        pairs = zip(self.layers, other.layers, strict=False)
        differing = (number for number, (a, b) in enumerate(pairs) if not a.is_like(b))
        return next(differing, min(len(self.layers), len(other.layers)))

    @property
    def _below(self) -> tuple[Tensor, ...]:
        return self.words, self.positions, self.segments, *self.norm

    def _layer(self, layer: Layer, hidden: Tensor, where: Tensor | None) -> Tensor:
        texts, tokens, dim = hidden.shape
        query, key, value = (
            F.linear(hidden, *each).view(texts, tokens, self.heads, -1).transpose(1, 2)
            for each in (layer.query, layer.key, layer.value)
        )
        found = F.scaled_dot_product_attention(query, key, value, where)
        attended = F.linear(found.transpose(1, 2).reshape(texts, tokens, dim), *layer.attended)
        hidden = self._normalised(hidden + attended, layer.attended_norm)
        narrow = F.linear(F.gelu(F.linear(hidden, *layer.wide)), *layer.narrow)
        return self._normalised(hidden + narrow, layer.norm)

    def _normalised(self, hidden: Tensor, norm: Weights) -> Tensor:
        weight, bias = norm
        return F.layer_norm(hidden, hidden.shape[-1:], weight, bias, self.epsilon)


_known: WeakKeyDictionary[nn.Module, Layers | None] = WeakKeyDictionary()


def layers_of(module: nn.Module) -> Layers | None:
    """Take a transformers encoder's tensors; None where it is of another kind than BERT."""
    if module not in _known:
        _known[module] = _read(module) if _is_bert(module) else None
    return _known[module]


def _is_bert(module: Any) -> bool:
    """Whether it is BERT as it was pretrained, with nothing put on its linear layers."""
    config = module.config
    return (
        not hasattr(module, "peft_config")
        and config.model_type == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", None) in (None, "absolute")
        and not config.is_decoder
    )


def _read(module: Any) -> Layers:
    embeddings, config = module.embeddings, module.config
    return Layers(
        embeddings.word_embeddings.weight,
        embeddings.position_embeddings.weight,
        embeddings.token_type_embeddings.weight,
        _weights(embeddings.LayerNorm),
        tuple(Layer.of(each) for each in module.encoder.layer),
        config.num_attention_heads,
        config.layer_norm_eps,
    )


def _weights(module: Any) -> Weights:
    return module.weight, module.bias
