"""Entities of held-out utterances: met where all are found, each with its kind, and no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.annotation import parse_annotation
from bot.spans import Kind, kind_of
from training.metrics import span_f1
from training.record import Case
from training.trainer import Judgement

Marks: TypeAlias = frozenset[tuple[Kind, int, int]]
"""Kind, start and end of each entity of an utterance."""


def kinds_in(annotated: Iterable[str]) -> frozenset[Kind]:
    """Name the kinds of entities that are marked in utterances."""
    return frozenset(kind_of(each) for text in annotated for each in parse_annotation(text)[1])


def entity_cases(cases: Sequence[Case], kinds: Collection[Kind]) -> list[Case]:
    """Score utterances 1 where exactly the right entities are found, and 0 where they are not.

    Kinds that are not among `kinds` count neither as wanted nor as found. Utterances without any
    entity, wanted or found, are left out; so are all, where nobody has marked any to be wanted.
    """
    if not any(_marks(case.input, kinds) for case in cases if case.new.annotated is not None):
        return []
    return [
        replace(case, old=_scored(case.old, case, kinds), new=_scored(case.new, case, kinds))
        for case in cases
        if case.new.annotated is not None
        and any(_marks(text, kinds) for text in (case.input, *_annotated(case)))
    ]


def entity_f1(cases: Sequence[Case], kinds: Collection[Kind]) -> tuple[float, float]:
    """Micro F1 of the entities that the old version found, 0 without one, and the new one."""
    wanted = [_marks(case.input, kinds) for case in cases]
    old = [_found(case.old, kinds) for case in cases]
    new = [_found(case.new, kinds) for case in cases]
    return span_f1(old, wanted), span_f1(new, wanted)


def _scored(judgement: Judgement | None, case: Case, kinds: Collection[Kind]) -> Judgement:
    is_right = _found(judgement, kinds) == _marks(case.input, kinds)
    given = judgement or Judgement("", 0.0, 0.0)
    return replace(given, score=float(is_right))


def _found(judgement: Judgement | None, kinds: Collection[Kind]) -> Marks:
    return _marks((judgement and judgement.annotated) or "", kinds)


def _annotated(case: Case) -> list[str]:
    judged = [each for each in (case.old, case.new) if each is not None]
    return [each.annotated for each in judged if each.annotated is not None]


def _marks(annotated: str, kinds: Collection[Kind]) -> Marks:
    marks = ((kind_of(each), each.start, each.end) for each in parse_annotation(annotated)[1])
    return frozenset(mark for mark in marks if mark[0] in kinds)
