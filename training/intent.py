"""Trainer of the intent and entity model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch

from bot.encoder import Encoder, choose_device
from bot.heads import Calibration, Heads
from bot.intent import IntentModel
from bot.spans import possible_steps
from bot.types import OUT_OF_SCOPE, Example
from training.balance import class_weights, weighted
from training.calibration import calibrated
from training.corpus import corpus
from training.data import fingerprint
from training.intent_metrics import intent_metrics, judged
from training.recipe import continued, held_out_share, recipe_for, replayed
from training.solving import Seen, solved, views
from training.trainer import Judgement, Trainer
from training.tuning import Tuning
from training.utterances import (
    FEWEST,
    Utterance,
    distinct,
    hold_out,
    intents_of,
    kinds_of,
    spoken_names,
    utterances_of,
)

CHECKED = 0.2
"""Part of the new utterances that an update calibrates on, before it learns them too."""
ENOUGH_CHECKED = 50
"""Below it the calibration stays as it was."""
FEWEST_TUNED = 32
"""New utterances of known intents below which the encoder stays as it was. New intents are told
apart as it is: tuned on them, it forgot more and gained nothing."""


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
        """Go on from `model`, which stays as it was; new intents start from their prototypes.

        Intents without utterances are forgotten.
        """
        targets = (each.target for each in (*old, *new) if each.target != OUT_OF_SCOPE)
        weights = class_weights(targets, self.options.balance or 0.0)
        known, added = (_Corpus.of(weighted(part, weights)) for part in (old, new))
        everything = known + added
        if not everything.within:
            return model
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            is_tuned = model.encoder.adapter is not None or self.options.freeze == "head"
            if not known.within or not is_tuned:
                made = self._learnt(model, everything, seed)
            else:
                made = self._continued(model, known, added, seed)
        self.cache.forget_unused()
        return made

    def _learnt(self, start: IntentModel, corpus: _Corpus, seed: int) -> IntentModel:
        """Tune on all but some, calibrate on those, and then learn them too."""
        recipe = self.options.applied(recipe_for(corpus.within, start.encoder))
        key = corpus.key(start, seed)
        kept, held = hold_out(corpus.within, held_out_share(len(corpus.within)), FEWEST)
        kept += spoken_names(intents_of(kept))
        tuning = Tuning(_started(start, corpus.within), recipe, seed, self.options)
        tuning.run(kept, recipe.epochs, self.progress, self.checkpoint("first", key))
        model = tuning.model()
        solved = self._solved(model, kept, corpus.outside)
        calibration = self._calibrated(solved, held, corpus)
        if held and recipe.last_epochs:
            checkpoint = self.checkpoint("last", key)
            tuning.run([*kept, *held], recipe.last_epochs, self.progress, checkpoint)
            model = tuning.model()
        return replace(self._solved(model, [*kept, *held], corpus.outside), calibration=calibration)

    def _continued(
        self, start: IntentModel, known: _Corpus, added: _Corpus, seed: int
    ) -> IntentModel:
        """Tune on what is new and a sample of the old, then solve the head on all of it."""
        everything = known + added
        key = everything.key(start, seed)
        kept, held = hold_out(added.within, CHECKED, FEWEST)
        lesson = [*kept, *replayed(known.within, kept, seed)]
        recipe = continued(self.options.applied(recipe_for(everything.within, start.encoder)))
        model = _started(start, everything.within)
        known_better = sum(each.intent in start.intents for each in kept)
        if known_better >= FEWEST_TUNED or model.kinds != start.kinds:
            tuning = Tuning(model, recipe, seed, self.options)
            tuning.run(lesson, recipe.epochs, self.progress, self.checkpoint("night", key))
            model = tuning.model()
        names = spoken_names(intents_of(everything.within))
        calibration = start.calibration
        if len(held) >= ENOUGH_CHECKED:
            solved = self._solved(model, [*known.within, *kept, *names], everything.outside)
            calibration = self._calibrated(solved, held, everything)
        solved = self._solved(model, [*everything.within, *names], everything.outside)
        return replace(solved, calibration=calibration)

    def _calibrated(
        self, model: IntentModel, held: Sequence[Utterance], corpus: _Corpus
    ) -> Calibration:
        seen = Seen.by(model, held, self.cache)
        return calibrated(model.heads, seen.views, seen.targets, len(corpus.within))

    def _solved(
        self, model: IntentModel, within: Sequence[Utterance], outside: Sequence[Utterance]
    ) -> IntentModel:
        odd = views(model, [each.text for each in outside], self.cache)
        return solved(model, Seen.by(model, within, self.cache), odd)

    def evaluate(self, model: IntentModel, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score intents, rejection, calibration and entities."""
        utterances = utterances_of(examples)
        return intent_metrics(model.parse([each.text for each in utterances]), utterances)

    def judge(self, model: IntentModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each utterance what is found: an intent, out of scope included, and entities."""
        utterances = utterances_of(examples)
        parses = model.parse([each.text for each in utterances])
        return [judged(*pair) for pair in zip(parses, utterances, strict=True)]


@dataclass(frozen=True, slots=True)
class _Corpus:
    """What there is to learn: utterances of the intents, and those of none."""

    within: list[Utterance]
    outside: list[Utterance]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Corpus:
        """Read examples, each once."""
        found = distinct(utterances_of(examples))
        within = [each for each in found if each.intent != OUT_OF_SCOPE]
        return cls(within, [each for each in found if each.intent == OUT_OF_SCOPE])

    def key(self, start: IntentModel, seed: int) -> str:
        """Tell apart what training starts from."""
        read = [Example(u.text, u.intent, u.weight) for u in (*self.within, *self.outside)]
        return f"{start.encoder.fingerprint} {fingerprint(read)} {seed}"

    def __add__(self, other: _Corpus) -> _Corpus:
        return _Corpus(
            distinct([*self.within, *other.within]), distinct([*self.outside, *other.outside])
        )


def _started(model: IntentModel, utterances: Sequence[Utterance]) -> IntentModel:
    """Give a model the intents of the utterances, and the kinds of entities not known yet."""
    wanted = set(intents_of(utterances))
    places = [place for place, name in enumerate(model.intents) if name in wanted]
    if len(places) < len(model.intents):
        intents = tuple(model.intents[place] for place in places)
        model = replace(model, intents=intents, heads=model.heads.only(places))
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
