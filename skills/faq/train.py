"""FaqTrainer: fine-tunes the encoder so that questions come to lie near their answers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bot.encoder import Encoder, choose_device
from bot.types import Example
from skills.faq.answers import Answer, read_answers
from skills.faq.calibration import calibrated
from skills.faq.examples import knowing, known, stand_ins, without
from skills.faq.model import FaqModel, centres_of
from skills.faq.recipe import ENOUGH, FEWEST_TUNED, HELD_OUT, STRENGTHS, recipe_for
from skills.faq.scoring import OUTCOMES, Hit
from skills.faq.views import sentences_of, varied
from training.checkpoint import Checkpoint
from training.data import fingerprint, hash_split
from training.loop import Plan, train
from training.lora import Lora, adapter_of, trainable, with_lora
from training.metrics import hit_at, mean_reciprocal_rank
from training.progress import Progress
from training.trainer import Judgement, Trainer


class FaqTrainer(Trainer[FaqModel]):
    """Learns from the files of answers, and from further questions with the id of their answer."""

    metric: ClassVar[str] = "mrr"

    def examples(self) -> list[Example]:
        """Read every known way to ask from the files of answers."""
        answers = read_answers(self.data)
        return [Example(text, answer.id) for answer in answers for text in answer.questions]

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
            learner = Learner(knowing(model, fewer, kept), fewer, kept, seed)
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


class Learner:
    """The encoder while it learns, and for each answer an anchor: where its questions should lie.

    Every question is compared with all anchors, so that the hardest negatives are always there.
    """

    def __init__(
        self, model: FaqModel, answers: Sequence[Answer], examples: Sequence[Example], seed: int
    ) -> None:
        places = {answer.id: place for place, answer in enumerate(answers)}
        self.start = model
        self.rows = [(each.input, places[each.target], each.weight) for each in examples]
        self.alone = np.bincount([place for _, place, _ in self.rows], minlength=len(places)) < 2
        self.sentences = [sentences_of(answer) for answer in answers]
        self.recipe = recipe_for(len(self.rows))
        self.random = random.Random(seed)
        lora = Lora(self.recipe.rank, self.recipe.rank, frozen=model.encoder.depth // 2)
        self.encoder = with_lora(model.encoder, lora)
        centres = torch.from_numpy(centres_of(model.index(answers), model.scoring))
        self.anchors = nn.Parameter(centres.to(model.encoder.device))

    def run(self, progress: Progress, checkpoint: Checkpoint | None = None) -> None:
        """Train encoder and anchors together."""
        recipe = self.recipe
        groups = [
            {"params": trainable(self.encoder), "lr": recipe.rate, "weight_decay": 0.0},
            {"params": [self.anchors], "lr": recipe.anchor_rate, "weight_decay": 0.0},
        ]
        self.encoder.module.train()
        plan = Plan(recipe.steps, "Learning questions")
        train(groups, self.batches(), self.loss, plan, progress=progress, checkpoint=checkpoint)
        self.encoder.module.eval()

    def batches(self) -> Iterator[list[tuple[str, int, float]]]:
        """Give views of the examples for ever, each epoch in another order."""
        rows, size = list(self.rows), self.recipe.batch
        while True:
            self.random.shuffle(rows)
            for start in range(0, len(rows), size):
                yield [(self.view(*row[:2]), *row[1:]) for row in rows[start : start + size]]

    def view(self, text: str, place: int) -> str:
        """Vary a question, or take a sentence of its answer in its place."""
        drop = self.recipe.drop if self.alone[place] else self.recipe.drop / 2
        if self.random.random() < self.recipe.sentences:
            text = self.random.choice(self.sentences[place])
        return varied(text, drop, self.random)

    def loss(self, batch: Sequence[tuple[str, int, float]]) -> Tensor:
        """Compare each view with all anchors: the weighted cross entropy of its own."""
        texts, places, weights = zip(*batch, strict=True)
        embeddings = self.encoder.pool(self.encoder.forward(self.encoder.tokenize(texts)))
        similar = self.recipe.scale * embeddings @ F.normalize(self.anchors, dim=-1).T
        target = torch.tensor(places, device=similar.device)
        losses = F.cross_entropy(similar, target, reduction="none")
        return (losses * torch.tensor(weights, device=losses.device)).mean()

    def models(self) -> Iterator[FaqModel]:
        """Give the model as it was, then with what was learnt at each strength."""
        yield self.start
        start, adapter = self.start.encoder, adapter_of(self.encoder)
        for strength in STRENGTHS if start.adapter is None else (1.0,):
            encoder = Encoder.load(
                start.base, adapter.scaled(strength), start.device, start.precision
            )
            yield replace(self.start, encoder=encoder, cache={})


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
