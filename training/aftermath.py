"""What becomes of a night's lessons: learnt, held out, set aside for a person, or left to wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.feedback import FeedbackStore, Lesson
from bot.wording import normal
from training.evidence import STRICT, contradicts
from training.record import Case, Record
from training.tonight import Tonight
from training.trainer import Judgement

CONTRADICTED = "Version {} is sure that it means '{}', and the night with it was rejected."


def remember(
    feedback: FeedbackStore,
    record: Record,
    tonight: Tonight,
    cases: Sequence[Case],
    many_targets: bool,
) -> None:
    """Note it in one transaction; `cases` say how the versions met what was new."""
    intake = tonight.intake
    lessons = (*intake.learn, *intake.known)  # known may be what another one says too
    with feedback.store.transaction():
        for lesson, reason in intake.aside:
            feedback.set_aside([lesson], reason)
        feedback.hold(intake.hold)
        if record.outcome != "rejected":
            feedback.mark_learnt([] if record.is_repeated else lessons, record.version or "")
            return
        if not many_targets:  # what people do contradicts nothing
            for lesson, sure_of in _contradicted(lessons, cases):
                feedback.set_aside([lesson], CONTRADICTED.format(record.parent, sure_of))
        if record.is_idle:
            known = lessons if many_targets else _known(lessons, cases)
            feedback.mark_learnt(list(known), record.parent or "")


def _contradicted(lessons: Sequence[Lesson], cases: Sequence[Case]) -> Iterator[tuple[Lesson, str]]:
    """Pick what makes a rejected night suspicious, with what the version before is sure of."""
    found = {
        _key(case): case.old.predicted
        for case in cases
        if case.old and contradicts(case, STRICT.sure)
    }
    for lesson in lessons:
        sure_of = found.get(_key_of(lesson))
        if sure_of is not None:
            yield lesson, sure_of


def _known(lessons: Sequence[Lesson], cases: Sequence[Case]) -> Iterator[Lesson]:
    """Pick what the version before surely knew without having learnt it; it need not wait."""
    met = {_key(case) for case in cases if case.old and _is_right(case.old)}
    return (lesson for lesson in lessons if _key_of(lesson) in met)


def _is_right(judgement: Judgement) -> bool:
    return judgement.score >= 1 and judgement.confidence >= STRICT.sure


def _key(case: Case) -> tuple[str, str]:
    return normal(case.input), case.target


def _key_of(lesson: Lesson) -> tuple[str, str]:
    return normal(lesson.example.input), lesson.example.target
