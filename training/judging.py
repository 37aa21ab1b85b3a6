"""How versions meet held-out examples, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.skill import SkillModel
from bot.types import Example
from training.evidence import Evidence
from training.learners import AnyTrainer
from training.record import Case
from training.tonight import Tonight


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


def evidence_of(
    trainer: AnyTrainer,
    tonight: Tonight,
    old: SkillModel | None,
    new: SkillModel,
    failures: Sequence[str],
) -> Evidence:
    """Put together what the gate decides by; `failures` are those of the canary dialogues."""
    held = [*tonight.fixed, *tonight.recent]
    return Evidence(
        fixed=cases_of(trainer, tonight.fixed, old, new),
        recent=cases_of(trainer, tonight.recent, old, new),
        tonight=cases_of(trainer, tonight.new, old, new),
        failures=failures,
        added=tonight.added_targets,
        removed=tonight.removed_targets,
        withdrawn=len(tonight.removed),
        reweighed=len(tonight.changed),
        many_targets=trainer.many_targets,
        rivals=trainer.rivals(tonight.known, held) if held else {},
    )


def figures_of(
    trainer: AnyTrainer, model: SkillModel | None, examples: Sequence[Example]
) -> Mapping[str, float]:
    """Score a model; nothing where there is no model, or nothing to score it by."""
    return trainer.evaluate(model, examples) if model and examples else {}
