"""Trainer of the intent and entity model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from bot.encoder import Encoder, choose_device
from bot.heads import Heads, prototypes_of
from bot.intent import IntentModel
from bot.spans import possible_steps
from bot.types import OUT_OF_SCOPE, Example
from training.calibration import calibrated
from training.corpus import corpus
from training.intent_metrics import intent_metrics
from training.logistic import fit_logistic
from training.trainer import Judgement, Trainer
from training.tuning import Recipe, Tuning
from training.utterances import (
    Utterance,
    distinct,
    hold_out,
    intents_of,
    kinds_of,
    spoken_names,
    utterances_of,
)

MANY = 4000
"""Utterances from which on every layer is tuned."""
PASSES = 6500
"""Utterances to go through, over all epochs, where there are few: about half a minute's work."""
ENOUGH_HELD = 500
"""Utterances that are enough to calibrate on."""
FEWEST = 5
"""Utterances of an intent from which on some are held out."""
STRENGTH = 10.0
"""C of the logistic regression."""


def recipe_for(utterances: Sequence[Utterance], encoder: Encoder) -> Recipe:
    """Derive the recipe from the number of utterances; the rest was chosen on validation data.

    Few utterances leave the lower layers as they are, and are gone over again with those that were
    held out. Many change all layers.
    """
    count = len(utterances)
    if count >= MANY:
        recipe = Recipe(epochs=5, frozen=0, batch=32, scale=20.0, contrast=0.0)
        has_entities = any(each.entities for each in utterances)
        # spans are further from what pretraining taught
        return replace(recipe, epochs=7, rate=2e-3) if has_entities else recipe
    epochs = min(8, max(2, round(PASSES / max(1, count))))
    last_epochs = 2 if count < MANY / 4 else 1
    return Recipe(epochs=epochs, last_epochs=last_epochs, frozen=encoder.depth // 2)


def held_out_share(count: int) -> float:
    """Hold out a tenth to calibrate on, but of many utterances no more than that takes."""
    return min(0.1, ENOUGH_HELD / max(1, count))


class IntentTrainer(Trainer[IntentModel]):
    """Fine-tunes the encoder by LoRA, then solves the intents' head to the end on both views."""

    metric: ClassVar[str] = "accuracy"

    def examples(self) -> list[Example]:
        """Read the utterances of every skill, and the learner's own files, not the held-out one."""
        return corpus(self.settings, self.data)

    def fit(self, examples: Sequence[Example], seed: int = 0) -> IntentModel:
        """Make a model from the base weights and exactly these examples."""
        settings = self.settings
        device = choose_device(settings.device)
        encoder = Encoder.load(settings.encoder, device=device, precision=settings.precision)
        return self.update(IntentModel.untrained(encoder), examples, (), seed)

    def update(
        self,
        model: IntentModel,
        new: Sequence[Example],
        old: Sequence[Example],
        seed: int = 0,
    ) -> IntentModel:
        """Go on from `model`, which stays as it was; new intents start from their prototypes."""
        utterances = distinct(utterances_of([*old, *new]))
        within = [each for each in utterances if each.intent != OUT_OF_SCOPE]
        outside = [each.text for each in utterances if each.intent == OUT_OF_SCOPE]
        if not within:
            return model
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            tuning = Tuning(_started(model, within), recipe_for(within, model.encoder), seed)
            return self._learnt(tuning, within, outside)

    def _learnt(
        self, tuning: Tuning, within: Sequence[Utterance], outside: Sequence[str]
    ) -> IntentModel:
        """Tune on all but some, calibrate on those, and then learn them too."""
        kept, held = hold_out(within, held_out_share(len(within)), FEWEST)
        kept += spoken_names(intents_of(kept))
        tuning.run(kept, tuning.recipe.epochs, self.progress)
        model = tuning.model()
        known, new = _Seen.by(model, kept), _Seen.by(model, held)
        solved = _solved(model, known)
        odd = model.views(outside)
        calibration = calibrated(solved.heads, new.views, new.targets, odd, len(within))
        if held and tuning.recipe.last_epochs:
            tuning.run([*kept, *held], tuning.recipe.last_epochs, self.progress)
            model = tuning.model()
            known, new = _Seen.by(model, kept), _Seen.by(model, held)
        return replace(_solved(model, known + new), calibration=calibration)

    def evaluate(self, model: IntentModel, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score intents, rejection, calibration and entities."""
        utterances = utterances_of(examples)
        return intent_metrics(model.parse([each.text for each in utterances]), utterances)

    def judge(self, model: IntentModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each utterance which intent is found, out of scope included."""
        utterances = utterances_of(examples)
        parses = model.parse([each.text for each in utterances])
        found = [parse.ranking[0] for parse in parses]
        pairs = zip(found, utterances, strict=True)
        return [Judgement(i.name, i.confidence, float(i.name == u.intent)) for i, u in pairs]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Utterances as the intents' head sees them."""

    views: Tensor
    targets: Tensor
    weights: Tensor

    @classmethod
    def by(cls, model: IntentModel, utterances: Sequence[Utterance]) -> _Seen:
        """See utterances through a model's encoders."""
        places = {name: place for place, name in enumerate(model.intents)}
        targets = [places[each.intent] for each in utterances]
        return cls(
            model.views([each.text for each in utterances]),
            torch.tensor(targets, dtype=torch.long),
            torch.tensor([each.weight for each in utterances]),
        )

    def __add__(self, other: _Seen) -> _Seen:
        return _Seen(
            torch.cat([self.views, other.views]),
            torch.cat([self.targets, other.targets]),
            torch.cat([self.weights, other.weights]),
        )


def _solved(model: IntentModel, seen: _Seen) -> IntentModel:
    """Solve the rows of all intents; of those not seen, the prototype is learnt instead."""
    heads, count = model.heads, len(model.intents)
    absent = sorted(set(range(count)) - set(seen.targets.tolist()))
    typical = seen.weights.sum() / (count - len(absent))
    ghosts = torch.tensor(absent, dtype=torch.long)
    seen += _Seen(heads.prototypes[absent], ghosts, typical.expand(len(absent)))
    weight, bias = fit_logistic(seen.views, seen.targets, seen.weights, count, STRENGTH)
    heads = replace(
        heads,
        weight=weight,
        bias=bias,
        prototypes=prototypes_of(seen.views, seen.targets, count),
        memory=seen.views.half(),
        memory_intents=seen.targets,
    )
    return replace(model, heads=heads)


def _started(model: IntentModel, utterances: Sequence[Utterance]) -> IntentModel:
    """Give a model the intents and kinds of entities that it does not know yet."""
    model = model.with_intents([Example(each.text, each.intent) for each in utterances])
    kinds = (*model.kinds, *(kind for kind in kinds_of(utterances) if kind not in model.kinds))
    return replace(model, kinds=kinds, heads=_with_tags(model.heads, 1 + 2 * len(kinds)))


def _with_tags(heads: Heads, count: int) -> Heads:
    """Make room for new tags after the known ones; a lone tag, "outside", needs none."""
    if count == 1 or count == len(heads.tag_bias):
        return heads
    known = len(heads.tag_bias)
    weight, bias = torch.randn(count, heads.tag_weight.shape[1]) * 0.02, torch.zeros(count)
    weight[:known], bias[:known] = heads.tag_weight, heads.tag_bias
    steps = torch.from_numpy(possible_steps(count))
    steps[: 1 + known, :known] = heads.tag_steps
    return replace(heads, tag_weight=weight, tag_bias=bias, tag_steps=steps)
