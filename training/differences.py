"""What sets two versions of a learner apart: their figures, and where they say different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from training.data import to_score
from training.learners import model_of, trainer_of
from training.paired import Paired, score_of
from training.record import Case
from training.trainer import Judgement


@dataclass(frozen=True, slots=True)
class Differences:
    """Two versions on the same held-out examples; the first is called old, whatever its age."""

    learner: str
    versions: tuple[str, str]
    metrics: Mapping[str, tuple[float, float]]
    """Each figure of both."""
    overall: Paired
    cases: tuple[Case, ...]
    """Examples of which they say different things: first what is lost, then what is won."""


def differences(
    learner: str, settings: Settings, old: str, new: str, file: Path | None = None
) -> Differences:
    """Let two versions meet a learner's held-out examples, or exactly those of a file."""
    trainer = trainer_of(learner, settings)
    models = [model_of(learner, settings, name) for name in (old, new)]
    examples = trainer.canonical(to_score(trainer.data, file, trainer.read))
    figures = [trainer.evaluate(model, examples) for model in models]
    judged = zip(examples, *(trainer.judge(model, examples) for model in models), strict=True)
    cases = [Case(example.input, example.target, *pair) for example, *pair in judged]
    return Differences(
        learner,
        (old, new),
        {name: (figures[0][name], figures[1][name]) for name in figures[0] if name in figures[1]},
        Paired.of(cases),
        tuple(sorted((case for case in cases if _differs(case)), key=_gain)),
    )


def _differs(case: Case) -> bool:
    return case.old is None or case.old.predicted != case.new.predicted or _gain(case) != 0


def _gain(case: Case) -> float:
    return case.new.score - score_of(case.old)


def shown(found: Differences) -> Iterator[str]:
    """Write the differences for people, a line each."""
    old, new = found.versions
    yield f"{found.learner:<28}{old:>10}{new:>10}"
    for name, (before, after) in found.metrics.items():
        yield f"{name:<28}{before:>10.4g}{after:>10.4g}{_step(after - before):>10}"
    overall = found.overall
    yield ""
    yield (
        f"{len(found.cases)} of {overall.count} examples differ; from {old} to {new}, "
        f"{overall.lost} are lost and {overall.won} won (p = {overall.p:.2g} for a loss by chance)."
    )
    for case in found.cases:
        yield f"{_verdict(case)}  {case.input}  [{case.target}]"
        yield f"      {old}: {_said(case.old)}   {new}: {_said(case.new)}"


def _step(change: float) -> str:
    return f"{change:+.4g}" if change else ""


def _verdict(case: Case) -> str:
    gain = _gain(case)
    return "lost" if gain < 0 else "won " if gain > 0 else "both"


def _said(judgement: Judgement | None) -> str:
    return f"{judgement.predicted or '-'} ({judgement.confidence:.0%})" if judgement else "-"
