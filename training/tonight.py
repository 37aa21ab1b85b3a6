"""What a learner has to learn tonight: data files and lessons, against what it knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.examples import read_examples
from bot.feedback import REVIEW, FeedbackStore, Lesson
from bot.types import INTENT, OUT_OF_SCOPE, Example
from bot.versions import Version
from bot.wording import normal
from training.data import LEARNT, deduplicated, held_out
from training.histories import pair_of, take_in_deeds, weighed
from training.intake import Intake, take_in
from training.learners import AnyTrainer
from training.sources import examples_of

NEWEST = 500
"""Held-out examples of people that a version is scored by."""
ROLLED_BACK = "{} had learnt it, and was rolled back."


@dataclass(frozen=True, slots=True)
class Tonight:
    """What there is to learn and to score by."""

    new: tuple[Example, ...]
    old: tuple[Example, ...]
    """Learnt by the parent, and to be kept."""
    removed: tuple[Example, ...]
    """Learnt by the parent, and no longer there."""
    changed: tuple[Example, ...]
    """Learnt by the parent, and new with another weight."""
    fixed: tuple[Example, ...]
    """The learner's held-out examples."""
    recent: tuple[Example, ...]
    """The newest that were held out of what people gave."""
    intake: Intake

    @property
    def known(self) -> tuple[Example, ...]:
        """All that is to be known after the night."""
        return (*self.old, *self.new)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each."""
        intake = self.intake
        kinds = {"new": self.new, "old": self.old, "removed": self.removed}
        people = {"held": intake.hold, "aside": intake.aside, "waiting": intake.wait}
        return {name: len(found) for name, found in {**kinds, **people}.items()}

    @property
    def added_targets(self) -> frozenset[str]:
        """Targets that the parent could not know."""
        return _targets(self.new) - _targets((*self.old, *self.removed, *self.changed))

    @property
    def removed_targets(self) -> frozenset[str]:
        """Targets that are no longer there."""
        return _targets(self.removed) - _targets((*self.old, *self.new))


def tonight_of(
    learner: str,
    trainer: AnyTrainer,
    feedback: FeedbackStore,
    parent: Version | None,
    until: int,
    made: Version | None = None,
) -> Tonight:
    """See what there is; lessons after number `until` came too late. Changes nothing.

    `made` is what this very night has made already, if it was killed after that.
    """
    files = deduplicated(trainer.canonical(examples_of(learner, trainer, parent)))
    fixed, held = trainer.canonical(held_out(trainer.data)), _seen(trainer, feedback.held(learner))
    targets = {*trainer.targets(files), *((OUT_OF_SCOPE,) if learner == INTENT else ())}
    learnt = _seen(trainer, feedback.learnt(learner))
    undone = [each for each in learnt if _is_undone(each, parent, made)]
    lasting = [each for each in learnt if each not in undone and each.example.target in targets]
    waiting = _seen(trainer, (each for each in feedback.waiting(learner) if each.id <= until))
    sort = _of_people if trainer.many_targets else _of_texts
    wanted, intake, recent = sort(_Said(files, fixed, targets, lasting, held, waiting))
    reasons = ((each, ROLLED_BACK.format(each.learnt_in)) for each in undone)
    intake = replace(intake, aside=(*intake.aside, *reasons))
    had = trainer.canonical(learnt_by(parent)) if parent else []
    gone, kept = _without(had, wanted), {pair_of(each) for each in wanted}
    return Tonight(
        new=_without(wanted, had),
        old=_without(wanted, _without(wanted, had)),
        removed=tuple(each for each in gone if pair_of(each) not in kept),
        changed=tuple(each for each in gone if pair_of(each) in kept),
        fixed=tuple(each for each in fixed if each.weight > 0 or not trainer.many_targets),
        recent=tuple(recent)[-NEWEST:],
        intake=intake,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """All that files and people say, as the trainer sees it."""

    files: Sequence[Example]
    fixed: Sequence[Example]
    targets: Collection[str]
    lasting: Sequence[Lesson]
    """Learnt already."""
    held: Sequence[Lesson]
    waiting: Sequence[Lesson]


Sorted = tuple[list[Example], Intake, list[Example]]
"""What is to be known after the night, what becomes of the lessons, and what is scored by."""


def _of_texts(said: _Said) -> Sorted:
    intake = take_in(
        said.waiting,
        known=[*said.files, *(each.example for each in said.lasting)],
        held=[*said.fixed, *(each.example for each in said.held)],
        targets=said.targets,
        may_hold=len(said.held) < NEWEST,
    )
    recent = [each.example for each in (*said.held, *intake.hold)]
    return _wanted(said.files, [*said.lasting, *intake.learn]), intake, recent


def _of_people(said: _Said) -> Sorted:
    """The same where inputs are people; what the files teach by now cannot be scored by."""
    fixed = {pair_of(each) for each in said.fixed}
    intake = take_in_deeds(
        said.waiting,
        known=weighed(said.files, said.lasting),
        held={*fixed, *(pair_of(each.example) for each in said.held)},
        targets=said.targets,
        may_hold=len(said.held) < NEWEST,
    )
    wanted = weighed(said.files, _in_order(said.lasting, intake.learn))
    recent = weighed((), _in_order(said.held, intake.hold))
    taught = {*wanted, *fixed}
    unseen = [each for pair, each in recent.items() if pair not in taught and each.weight > 0]
    return list(wanted.values()), intake, unseen


def _in_order(*lessons: Iterable[Lesson]) -> list[Lesson]:
    return sorted(chain(*lessons), key=lambda lesson: lesson.id)


def _seen(trainer: AnyTrainer, lessons: Iterable[Lesson]) -> list[Lesson]:
    """Write lessons as the trainer sees their examples."""
    given = list(lessons)
    examples = trainer.canonical(each.example for each in given)
    return [replace(each, example=seen) for each, seen in zip(given, examples, strict=True)]


def _wanted(files: Sequence[Example], lessons: Sequence[Lesson]) -> list[Example]:
    """Put together what is to be known; what a person said in a review outweighs all else."""
    said = {
        normal(each.example.input): each.example.target for each in lessons if each.source == REVIEW
    }
    taught = {_key(each.example): each.example for each in reversed(lessons)}  # the first stays
    for each in files:
        taught.pop(_key(each), None)
    found = [*files, *reversed(taught.values())]
    return [each for each in found if said.get(normal(each.input), each.target) == each.target]


def _key(example: Example) -> tuple[str, str]:
    return normal(example.input), example.target


def learnt_by(version: Version) -> list[Example]:
    """Read what a version has learnt; nothing is known of versions that do not say."""
    file = version.path / LEARNT
    return read_examples(file) if file.is_file() else []


def _is_undone(lesson: Lesson, parent: Version | None, made: Version | None) -> bool:
    """Whether the version that had learnt it is newer than the one in service: rolled back."""
    if parent is None or (made and lesson.learnt_in == made.name):
        return False
    return _number(lesson.learnt_in or "") > _number(parent.name)


def _number(version: str) -> int:
    return int(version.removeprefix("v") or 0)


def _targets(examples: Iterable[Example]) -> frozenset[str]:
    return frozenset(each.target for each in examples)


def _without(examples: Sequence[Example], others: Iterable[Example]) -> tuple[Example, ...]:
    left_out = set(others)
    return tuple(each for each in examples if each not in left_out)
