"""Which of the lessons that people gave are learnt tonight, and why the others are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.feedback import REVIEW, Lesson
from bot.types import Example
from bot.wording import normal
from training.data import hash_split

PER_GIVER = 20
"""Lessons that one sender may teach in a night; the others wait for the next one."""
ENOUGH_TO_HOLD = 50
"""Lessons of a night from which on some are held out; of few, all are learnt."""
HELD_OUT = 0.1
NEARLY = 95.0
"""Likeness to a held-out example, in percent, from which on a lesson would give it away."""
GONE = "There is no '{}' any more."


@dataclass(frozen=True, slots=True)
class Intake:
    """What becomes of the lessons that wait."""

    learn: tuple[Lesson, ...] = ()
    hold: tuple[Lesson, ...] = ()
    """Held out for ever, to score versions by."""
    known: tuple[Lesson, ...] = ()
    """Nothing new: learnt already."""
    aside: tuple[tuple[Lesson, str], ...] = ()
    """For a person to look at, each with the reason."""
    wait: tuple[Lesson, ...] = ()


def take_in(
    lessons: Sequence[Lesson],
    known: Sequence[Example],
    held: Sequence[Example],
    targets: Collection[str],
    may_hold: bool = True,
) -> Intake:
    """Sort lessons, oldest first: `known` is learnt already, `held` never, `targets` can be.

    What a person has reviewed counts more than what is known.
    """
    doubts = _Doubts.of(lessons, known, held, targets)
    seen = {(normal(each.input), each.target) for each in known}
    given: Counter[str] = Counter()
    taken, old, aside, wait = [], [], [], []
    for lesson in lessons:
        key = _key(lesson)
        if reason := doubts.about(lesson):
            aside.append((lesson, reason))
        elif key in seen:
            old.append(lesson)
        elif lesson.source != REVIEW and given[lesson.giver] >= PER_GIVER:
            wait.append(lesson)
        else:
            taken.append(lesson)
            seen.add(key)
            given[lesson.giver] += 1
    learn, hold = _split(taken) if may_hold else (taken, [])
    kept_out = {_key(lesson) for lesson in hold}
    hold += [lesson for lesson in old if _key(lesson) in kept_out]  # somebody said it again
    old = [lesson for lesson in old if _key(lesson) not in kept_out]
    return Intake(tuple(learn), tuple(hold), tuple(old), tuple(aside), tuple(wait))


def _key(lesson: Lesson) -> tuple[str, str]:
    return normal(lesson.example.input), lesson.example.target


def _split(taken: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Split into what is learnt and what is held out; an example's hash decides."""
    if len(taken) < ENOUGH_TO_HOLD:
        return list(taken), []
    kept, _ = hash_split([lesson.example for lesson in taken], HELD_OUT)
    learn = [lesson for lesson in taken if lesson.example in kept]
    return learn, [lesson for lesson in taken if lesson not in learn]


@dataclass(frozen=True, slots=True)
class _Doubts:
    """What may speak against a lesson."""

    targets: Collection[str]
    held: Sequence[str]
    """Held-out inputs, in their normal form."""
    known: Mapping[str, set[str]]
    """The targets of each known input, by its normal form."""
    taught: Mapping[str, set[str]]
    """The same for the lessons; where a person has reviewed one, only what that person said."""

    @classmethod
    def of(
        cls,
        lessons: Sequence[Lesson],
        known: Sequence[Example],
        held: Sequence[Example],
        targets: Collection[str],
    ) -> _Doubts:
        reviewed = _targets_of(each.example for each in lessons if each.source == REVIEW)
        taught = {**_targets_of(each.example for each in lessons), **reviewed}
        inputs = sorted({normal(each.input) for each in held})
        return cls(targets, inputs, _targets_of(known), taught)

    def about(self, lesson: Lesson) -> str | None:
        """Say in words why a person should look at a lesson first; None if nobody need."""
        text, target = normal(lesson.example.input), lesson.example.target
        if target not in self.targets:
            return GONE.format(target)
        near = process.extractOne(text, self.held, scorer=fuzz.ratio, score_cutoff=NEARLY)
        if near:
            return f"It is nearly the held-out example '{near[0]}', which must not be learnt."
        rules = [self.taught] if lesson.source == REVIEW else [self.known, self.taught]
        for others in rules:
            rivals = sorted(others.get(text, {target}) - {target})
            if rivals:
                return f"The same words are also taught as '{rivals[0]}'."
        return None


def _targets_of(examples: Iterable[Example]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        found[normal(example.input)].add(example.target)
    return found
