"""Lessons about people who want many targets: each pair has one weight, and nothing contradicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.feedback import OBSERVED, REVIEW, Lesson
from bot.types import Example
from training.data import hash_split
from training.intake import ENOUGH_TO_HOLD, GONE, HELD_OUT, PER_GIVER, Intake

Pair = tuple[str, str]
"""A person and a target."""
Weights = Mapping[Pair, Example]
"""What is known of each pair, the latest last."""


def pair_of(example: Example) -> Pair:
    """Give what an example is about."""
    return example.input, example.target


def weighed(files: Iterable[Example], lessons: Iterable[Lesson]) -> dict[Pair, Example]:
    """Put together what is known of each pair: lessons, oldest first, on top of the files."""
    found = {pair_of(each): each for each in files}
    for lesson in lessons:
        _weigh(found, lesson)
    return found


def _weigh(found: dict[Pair, Example], lesson: Lesson) -> bool:
    """Let a lesson count; false if it says nothing new."""
    pair = pair_of(lesson.example)
    before = found.get(pair)
    after = lesson.example
    if before and lesson.source not in (OBSERVED, REVIEW):  # a press hints, and takes nothing back
        after = replace(after, weight=max(after.weight, before.weight))
    if after == before:
        return False
    found.pop(pair, None)  # what was touched last stands last
    found[pair] = after
    return True


def take_in_deeds(
    lessons: Sequence[Lesson],
    known: Weights,
    held: Collection[Pair],
    targets: Collection[str],
    may_hold: bool = True,
) -> Intake:
    """Sort lessons, oldest first: `known` is learnt already, pairs of `held` never are."""
    now = dict(known)
    given: Counter[str] = Counter()
    taken, hold, old, aside, wait = [], [], [], [], []
    for lesson in lessons:
        if lesson.example.target not in targets:
            aside.append((lesson, GONE.format(lesson.example.target)))
        elif pair_of(lesson.example) in held:
            hold.append(lesson)
        elif lesson.source != REVIEW and given[lesson.giver] >= PER_GIVER:
            wait.append(lesson)
        elif _weigh(now, lesson):
            taken.append(lesson)
            given[lesson.giver] += 1
        else:
            old.append(lesson)
    pairs = _to_hold(taken, known, now) if may_hold else frozenset()
    hold += [each for each in (*taken, *old) if pair_of(each.example) in pairs]
    learn = [each for each in taken if pair_of(each.example) not in pairs]
    old = [each for each in old if pair_of(each.example) not in pairs]
    return Intake(tuple(learn), tuple(hold), tuple(old), tuple(aside), tuple(wait))


def _to_hold(taken: Sequence[Lesson], known: Weights, now: Weights) -> frozenset[Pair]:
    """Choose pairs to hold out by their hash: those that are new, and wanted."""
    if len(taken) < ENOUGH_TO_HOLD:
        return frozenset()
    pairs = [pair_of(each.example) for each in taken]
    wanted = {"\n".join(pair): pair for pair in pairs if pair not in known and now[pair].weight > 0}
    _, held = hash_split([Example(text, pair[1]) for text, pair in wanted.items()], HELD_OUT)
    return frozenset(wanted[each.input] for each in held)
