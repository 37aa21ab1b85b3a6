"""How versions meet held-out examples, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.skill import SkillModel
from bot.types import Example
from training.learners import AnyTrainer
from training.record import Case


def cases_of(
    trainer: AnyTrainer, examples: Sequence[Example], old: SkillModel | None, new: SkillModel
) -> list[Case]:
    """Let the version before, if there was one, and the one after meet each example."""
    if not examples:
        return []
    now = trainer.judge(new, examples)
    then = trainer.judge(old, examples) if old else [None] * len(examples)
    triples = zip(examples, then, now, strict=True)
    return [Case(each.input, each.target, before, after) for each, before, after in triples]


def figures_of(
    trainer: AnyTrainer, model: SkillModel | None, examples: Sequence[Example]
) -> Mapping[str, float]:
    """Score a model; nothing where there is no model, or nothing to score it by."""
    return trainer.evaluate(model, examples) if model and examples else {}
