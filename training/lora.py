"""LoRA adapters by peft: put one on an encoder, take out what was learnt, merge it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import torch
from peft import LoraConfig, get_peft_model_state_dict, inject_adapter_in_model
from peft.utils import set_peft_model_state_dict
from torch import nn

from bot.encoder import Encoder
from bot.weights import DIFFERENCE, Adapter, copy_of, folder_of, load_base, merged

PREFIX = "base_model.model."  # peft's name for what an adapter sits on


@dataclass(frozen=True, slots=True)
class Lora:
    """The shape of an adapter: the rank of its matrices, and how much their product counts."""

    rank: int = 32
    alpha: int = 32
    dropout: float = 0.0
    frozen: int = 0
    """Lowest layers that get none: they stay as pretraining left them, and cost less."""


def with_lora(encoder: Encoder, lora: Lora) -> Encoder:
    """Make an encoder to train: the base weights frozen, an adapter on its linear layers.

    An adapter that the encoder already has is gone on from, in its own rank; layers that it left
    as they are get theirs if they are to learn now. A difference to the base stays under it.
    """
    base, _, _ = load_base(folder_of(encoder.base))
    config = _config(encoder, lora)
    below = encoder.adapter.differences if encoder.adapter is not None else None
    if below is not None and below.weights:
        base = merged(base, below)
    module = inject_adapter_in_model(config, copy_of(base).to(encoder.device))
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(".lora_" in name)
    if encoder.adapter is not None:
        weights = {
            key.removeprefix(PREFIX): value for key, value in encoder.adapter.weights.items()
        }
        set_peft_model_state_dict(module, weights)
    return replace(encoder, module=module, adapter=below, fingerprint="training")


def trainable(encoder: Encoder) -> list[nn.Parameter]:
    """Return what of the encoder learns."""
    return [parameter for parameter in encoder.module.parameters() if parameter.requires_grad]


def adapter_of(encoder: Encoder) -> Adapter:
    """Take out what an encoder has learnt: its adapter in peft's format, or what all of it did."""
    module = encoder.module
    if not hasattr(module, "peft_config"):
        return _difference(encoder)
    config = module.peft_config["default"].to_dict()  # type: ignore[union-attr,index]
    weights = {
        PREFIX + name: value.detach().float().cpu().clone().contiguous()
        for name, value in get_peft_model_state_dict(module, save_embedding_layers=False).items()
    }
    weights |= encoder.adapter.weights if encoder.adapter is not None else {}
    config |= {"base_model_name_or_path": encoder.base, "inference_mode": True}
    return Adapter({key: _plain(value) for key, value in config.items()}, weights)


def merge(encoder: Encoder) -> Encoder:
    """Make an encoder to answer with of one that was trained."""
    return Encoder.load(encoder.base, adapter_of(encoder), encoder.device, encoder.precision)


def _difference(encoder: Encoder) -> Adapter:
    """Subtract the base's weights, as far as they are not the same."""
    base = dict(load_base(folder_of(encoder.base))[0].named_parameters())
    weights = {}
    for name, value in encoder.module.named_parameters():
        found = value.detach().float().cpu() - base[name].detach()
        if torch.any(found != 0):
            weights[name + DIFFERENCE] = found.contiguous()
    return Adapter({"base_model_name_or_path": encoder.base}, weights)


def _config(encoder: Encoder, lora: Lora) -> LoraConfig:
    shape = encoder.adapter.config if encoder.adapter is not None else {}
    return LoraConfig(
        r=shape.get("r", lora.rank),
        lora_alpha=shape.get("lora_alpha", lora.alpha),
        lora_dropout=lora.dropout,
        target_modules=sorted(
            {*shape.get("target_modules", ()), *_targets(encoder.module, lora.frozen)}
        ),
    )


def _targets(module: nn.Module, frozen: int) -> list[str]:
    """Name the linear layers from layer number `frozen` on: the first number in a name counts."""
    found = []
    for name, part in module.named_modules():
        number = re.search(r"\.(\d+)\.", name)
        if isinstance(part, nn.Linear) and int(number[1] if number else 0) >= frozen:
            found.append(name)
    return found


def _plain(value: object) -> object:
    """JSON has no sets and no enums."""
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value if isinstance(value, str | int | float | list | None) else str(value)
