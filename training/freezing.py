"""How much of an encoder learns: nothing, an adapter, or all of it."""

from __future__ import annotations

import copy
from dataclasses import replace

from torch import nn

from bot.encoder import Encoder
from training.lora import Lora, with_lora
from training.options import Options


def opened(encoder: Encoder, lora: Lora, options: Options) -> Encoder:
    """Make an encoder to train, which goes on from what `encoder` has learnt."""
    if options.freeze == "lora":
        made = with_lora(encoder, lora)
    else:
        module = copy.deepcopy(encoder.module).requires_grad_(options.freeze == "all")
        made = replace(encoder, module=module, adapter=None, fingerprint="training")
    if options.dropout is not None:
        for part in made.module.modules():
            if isinstance(part, nn.Dropout):
                part.p = options.dropout
    return made
