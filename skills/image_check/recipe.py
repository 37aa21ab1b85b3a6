"""How pictures are learnt: a head that is solved, and with enough pictures the upper network."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.networks import Network
from training.options import Options

STRENGTH = 30.0
"""C of the logistic regression."""
FOLDS = 5
BALANCE = 1.0
"""How far rare labels are made up for, unless it is set. On validation data, a label with 40
pictures was found the more often the more it was made up for, and the others no less."""
HELD_OUT = 0.1
"""Part of the pictures that tuning leaves out, to calibrate on."""
ENOUGH = 50
"""Pictures held out from which on they tell whether tuning helps, and are calibrated on."""
FEWEST = 20
"""Pictures below which nothing can be told from them."""
STRANGE = 0.003
"""Part of the held-out pictures that may be taken for something else altogether."""
REFUSED = 0.005
"""Part of the good ones that may be refused for a fault they don't have."""


def balance_of(options: Options) -> float:
    """Say how far rare labels are made up for."""
    return BALANCE if options.balance is None else options.balance


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the upper parts are tuned."""

    cut: int
    """Parts that stay as they are."""
    epochs: int = 8
    views: int = 4
    """Ways to show each picture, over the epochs."""
    batch: int = 32
    rate: float = 1e-3
    head_rate: float = 1e-2
    dropout: float = 0.2
    smoothing: float = 0.1
    """Part of the probability that is spread over all sets."""
    room: int = 4 << 30
    """Bytes on disk for what the lower parts make of pictures: 4 views of 34,000."""


def recipe_for(network: Network, options: Options) -> Recipe | None:
    """Derive the recipe; None where only the head learns.

    "lora" tunes the upper parts, where it is known which those are; "all" tunes every part.
    """
    cut = {"head": None, "lora": network.upper, "all": 0}[options.freeze]
    if cut is None:
        return None
    recipe = replace(options, freeze="lora").applied(Recipe(cut))  # the rate here is for any part
    return recipe if options.dropout is None else replace(recipe, dropout=options.dropout)
