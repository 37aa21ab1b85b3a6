"""How an encoder is tuned for utterances: derived from the data, or chosen on validation data."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.encoder import Encoder
from training.utterances import Utterance

MANY = 8000
"""Utterances from which on every layer is tuned."""
PASSES = 6500
"""Utterances to go through, over all epochs, where there are few: about half a minute's work."""
ENOUGH_HELD = 500
"""Utterances that are enough to calibrate on."""
REPLAYED = 1.0
"""Old utterances that are gone over again for each new one, at least `FEWEST_REPLAYED`."""
FEWEST_REPLAYED = 300


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an encoder is tuned."""

    epochs: int
    frozen: int
    """Lowest layers that stay as they are."""
    last_epochs: int = 0
    """More epochs in the end, with the utterances that were held out to calibrate on."""
    rank: int = 32
    batch: int = 64
    rate: float = 1e-3
    head_rate: float = 1e-2
    scale: float = 10.0
    """Cosine to logit. Kept low and fixed: where it may grow, the loss soon has nothing to say."""
    contrast: float = 1.0
    """Weight of the contrastive loss."""


def recipe_for(utterances: Sequence[Utterance], encoder: Encoder) -> Recipe:
    """Derive the recipe from the number of utterances.

    Few utterances leave the lower layers as they are, and are gone over again with those that were
    held out. Many change all layers.
    """
    count = len(utterances)
    if count >= MANY:
        recipe = Recipe(epochs=5, frozen=0, batch=32, scale=20.0, contrast=0.0)
        has_entities = any(each.entities for each in utterances)
        # spans are further from what pretraining taught
        return replace(recipe, rate=2e-3) if has_entities else recipe
    epochs = min(8, max(2, round(PASSES / max(1, count))))
    last_epochs = 2 if count < MANY / 4 else 1
    return Recipe(epochs=epochs, last_epochs=last_epochs, frozen=encoder.depth // 2)


def continued(recipe: Recipe) -> Recipe:
    """Go on by a recipe for what is new: fewer epochs, and gently, for most is known."""
    return replace(recipe, epochs=2, last_epochs=0, rate=recipe.rate / 2)


def replayed(old: Sequence[Utterance], new: Sequence[Utterance], seed: int) -> list[Utterance]:
    """Choose old utterances to go over again beside new ones: of each intent about as many."""
    draw = random.Random(seed)
    groups: dict[str, list[Utterance]] = defaultdict(list)
    for each in old:
        groups[each.intent].append(each)
    wanted = max(FEWEST_REPLAYED, math.ceil(REPLAYED * len(new)))
    share = math.ceil(wanted / max(1, len(groups)))
    chosen = [draw.sample(group, min(share, len(group))) for group in groups.values()]
    return [each for group in chosen for each in group]


def held_out_share(count: int) -> float:
    """Hold out a tenth to calibrate on, but of many utterances no more than that takes."""
    return min(0.1, ENOUGH_HELD / max(1, count))
