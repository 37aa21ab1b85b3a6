"""How versions meet held-out examples, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.skill import SkillModel
from bot.spans import Kind
from bot.types import Example
from training.entity_marks import kinds_in
from training.evidence import Evidence
from training.learners import AnyTrainer
from training.night import JUDGING
from training.record import Case
from training.tonight import Tonight
from training.trainer import Judgement

PIECE = 512
"""Examples that are judged before it is told how far it has come, and time can be over."""


def cases_of(
    trainer: AnyTrainer, examples: Sequence[Example], old: SkillModel | None, new: SkillModel
) -> list[Case]:
    """Let the version before, if there was one, and the one after meet each example."""
    if not examples:
        return []
    now = _judged(trainer, new, examples)
    then = _judged(trainer, old, examples) if old else [None] * len(examples)
    triples = zip(examples, then, now, strict=True)
    return [Case(each.input, each.target, before, after) for each, before, after in triples]


def _judged(trainer: AnyTrainer, model: SkillModel, examples: Sequence[Example]) -> list[Judgement]:
    """Judge a model piece by piece; of people all at once, for each is judged by all they did."""
    size = len(examples) if trainer.many_targets else PIECE
    found: list[Judgement] = []
    for start in range(0, len(examples), size):
        found += trainer.judge(model, examples[start : start + size])
        if len(examples) > size:
            trainer.progress(JUDGING, len(found), len(examples))
    return found


def evidence_of(
    trainer: AnyTrainer,
    tonight: Tonight,
    old: SkillModel | None,
    new: SkillModel,
    failures: Sequence[str],
) -> Evidence:
    """Put together what the gate decides by; `failures` are those of the canary dialogues."""
    held = [*tonight.fixed, *tonight.recent]
    parts = (tonight.fixed, tonight.recent, tonight.new)
    fixed, recent, learnt = (cases_of(trainer, part, old, new) for part in parts)
    return Evidence(
        fixed=fixed,
        recent=recent,
        tonight=learnt,
        failures=failures,
        added=tonight.added_targets,
        removed=tonight.removed_targets,
        withdrawn=len(tonight.removed),
        reweighed=len(tonight.changed),
        kinds=_kinds([*fixed, *recent, *learnt], tonight),
        many_targets=trainer.many_targets,
        rivals=trainer.rivals(tonight.known, held) if held else {},
    )


def _kinds(cases: Sequence[Case], tonight: Tonight) -> frozenset[Kind]:
    """Name the kinds of entities that are learnt, where the learner marks any."""
    is_marked = any(case.new.annotated is not None for case in cases)
    return kinds_in(each.input for each in tonight.known) if is_marked else frozenset()


def figures_of(
    trainer: AnyTrainer, model: SkillModel | None, examples: Sequence[Example]
) -> Mapping[str, float]:
    """Score a model; nothing where there is no model, or nothing to score it by."""
    return trainer.evaluate(model, examples) if model and examples else {}
