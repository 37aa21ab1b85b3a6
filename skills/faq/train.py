"""FaqTrainer: fine-tunes the encoder so that questions come to lie near their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import torch

from bot.encoder import Encoder, choose_device
from bot.types import Example
from skills.faq.answers import Answer, read_answers
from skills.faq.calibration import calibrated
from skills.faq.examples import knowing, known, stand_ins, without
from skills.faq.model import FaqModel
from skills.faq.recipe import ENOUGH, FEWEST_TUNED, HELD_OUT
from skills.faq.scoring import OUTCOMES, Hit
from skills.faq.tuning import Learner
from training.data import fingerprint, hash_split
from training.metrics import hit_at, mean_reciprocal_rank
from training.told import answers_told
from training.trainer import Judgement, Trainer


class FaqTrainer(Trainer[FaqModel]):
    """Learns from the files of answers, and from further questions with the id of their answer."""

    metric: ClassVar[str] = "mrr"
    reads_its_data: ClassVar[bool] = True

    def examples(self) -> list[Example]:
        """Read every known way to ask, from the files of answers and dialogues beside them."""
        answers = read_answers(self.data)
        asked = [Example(text, answer.id) for answer in answers for text in answer.questions]
        ids = {answer.id for answer in answers}
        return [*asked, *(each for each in answers_told(self.data.parent) if each.target in ids)]

    def fit(self, examples: Sequence[Example], seed: int = 0) -> FaqModel:
        """Make a model from the base weights and exactly these examples."""
        return self._tuned(FaqModel.untrained(self.base_encoder()), examples, seed)

    def update(
        self, model: FaqModel, new: Sequence[Example], old: Sequence[Example], seed: int = 0
    ) -> FaqModel:
        """Go on from `model`, which stays as it was; the old questions are gone over again.

        Where little is new, it is only remembered, and nothing else changes.
        """
        if not old or len(new) >= FEWEST_TUNED:
            return self._tuned(model, [*old, *new], seed)
        answers = read_answers(self.data)
        return knowing(model, answers, known([*old, *new], answers)).with_cache(answers)

    def base_encoder(self) -> Encoder:
        """Load the encoder as it comes."""
        device = choose_device(self.settings.device)
        return Encoder.load(self.settings.encoder, None, device, self.settings.precision)

    def evaluate(self, model: FaqModel, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score how early the right answers are found, and what the skill would do."""
        return scores(model, read_answers(self.data), examples)

    def judge(self, model: FaqModel, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each question which answer is found first."""
        index = model.index(read_answers(self.data))
        rankings = model.rank(index, [each.input for each in examples], 2)
        return [_judged(model, *pair) for pair in zip(rankings, examples, strict=True)]

    def _tuned(self, model: FaqModel, examples: Sequence[Example], seed: int) -> FaqModel:
        """Tune the encoder; where that betters nothing on held-out questions, leave it as it is."""
        answers = read_answers(self.data)
        examples = known(examples, answers)
        if not examples:
            return model
        kept, held = split(examples, answers)
        fewer = without(answers, held)
        key = f"{model.encoder.fingerprint} {fingerprint(examples)} {seed}"
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            learner = Learner(knowing(model, fewer, kept), fewer, kept, seed, self.options)
            learner.run(self.progress, self.checkpoint("questions", key))
        check = held or stand_ins(fewer, seed)
        models = [each.with_cache(answers) for each in learner.models()]
        best = max(models, key=lambda each: scores(each, fewer, check)[self.metric])
        if held:
            best = replace(best, scoring=calibrated(best, fewer, held))
        return knowing(best, answers, examples).with_cache(answers)


def _judged(model: FaqModel, hits: Sequence[Hit], example: Example) -> Judgement:
    found = hits[0].id if hits else ""
    return Judgement(found, model.scoring.confidence(hits), float(found == example.target))


def split(
    examples: Sequence[Example], answers: Sequence[Answer]
) -> tuple[list[Example], list[Example]]:
    """Hold out questions to check by, never an answer's first; none where there would be few."""
    first = {answer.question for answer in answers}
    _, held = hash_split([each for each in examples if each.input not in first], HELD_OUT)
    if len(held) < ENOUGH:
        return list(examples), []
    taken = set(held)
    return [each for each in examples if each not in taken], held


def scores(
    model: FaqModel, answers: Sequence[Answer], examples: Sequence[Example]
) -> dict[str, float]:
    """Score a model on questions; one that several examples name has several right answers."""
    wanted: dict[str, set[str]] = {}
    for example in examples:
        wanted.setdefault(example.input, set()).add(example.target)
    right = [frozenset(ids) for ids in wanted.values()]
    hits = model.rank(model.index(answers), list(wanted), len(answers))
    rankings = [[hit.id for hit in found] for found in hits]
    outcomes = [model.scoring.outcome(*pair) for pair in zip(hits, right, strict=True)]
    return {
        "precision_at_1": hit_at(1, rankings, right),
        "mrr": mean_reciprocal_rank(rankings, right),
        "hit_at_5": hit_at(5, rankings, right),
        "n": len(wanted),
        **{name: outcomes.count(name) / max(1, len(outcomes)) for name in OUTCOMES},
    }
