"""Drift: whether what people say moves away from what was learnt."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.database import Store
from bot.types import OUT_OF_SCOPE

Array = NDArray[np.float64]
DRAWS = 200
"""Days of chance that are drawn to see how far chance alone can lead."""
CHANCE = 0.95
"""Part of those days that stay below `Day.by_chance`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance that came in, and what it was taken for."""

    day: date
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Day:
    """What came in on one day, in UTC."""

    day: date
    count: int
    confidence: float
    """Mean of the utterances."""
    out_of_scope: float
    """Share of the utterances."""
    divergence: float
    """Jensen-Shannon divergence, in bits, of the intents in scope from those of the examples that
    were learnt; NaN if either has none."""
    by_chance: float
    """What it would stay below on most days if as many utterances were drawn from the examples."""


def heard(store: Store, since: float = 0.0) -> list[Heard]:
    """Read from the log what came in since a time, without pressed buttons and pictures."""
    query = """select timestamp, json_extract(data, '$.parse_data.intent.name') as intent,
            json_extract(data, '$.parse_data.intent.confidence')
        from events where type = 'user' and timestamp >= ? and intent is not null
            and json_extract(data, '$.text') not like '/%'
            and trim(json_extract(data, '$.text')) != ''
        order by id"""
    with store.transaction() as db:
        rows = db.execute(query, [since]).fetchall()
    return [Heard(_day(time), intent, float(confidence or 0)) for time, intent, confidence in rows]


def _day(time: float) -> date:
    return datetime.fromtimestamp(time, UTC).date()


def days(utterances: Iterable[Heard], learnt: Mapping[str, int]) -> list[Day]:
    """Sum up each day, oldest first; `learnt` counts the examples of each intent."""
    by_day: dict[date, list[Heard]] = {}
    for each in utterances:
        by_day.setdefault(each.day, []).append(each)
    return [_summed_up(day, by_day[day], learnt) for day in sorted(by_day)]


def _summed_up(day: date, utterances: Sequence[Heard], learnt: Mapping[str, int]) -> Day:
    intents = Counter(each.intent for each in utterances)
    outside = intents.pop(OUT_OF_SCOPE, 0)
    expected = {name: count for name, count in learnt.items() if name != OUT_OF_SCOPE}
    count = len(utterances)
    mean = sum(each.confidence for each in utterances) / count
    return Day(day, count, mean, outside / count, *_divergences(intents, expected))


def _divergences(found: Mapping[str, int], expected: Mapping[str, int]) -> tuple[float, float]:
    names = sorted({*found, *expected})
    counts = np.array([found.get(name, 0) for name in names], dtype=float)
    wanted = np.array([expected.get(name, 0) for name in names], dtype=float)
    if not counts.sum() or not wanted.sum():
        return math.nan, math.nan
    shares = wanted / wanted.sum()
    draws = np.random.default_rng(0).multinomial(int(counts.sum()), shares, DRAWS) / counts.sum()
    chance = np.quantile(divergence(draws, shares), CHANCE)
    return float(divergence(counts / counts.sum(), shares)), float(chance)


def divergence(one: Array, other: Array) -> Any:
    """Jensen-Shannon divergence of distributions along the last axis: 0 if equal, 1 if disjoint."""
    mean = (one + other) / 2
    return (_relative_entropy(one, mean) + _relative_entropy(other, mean)) / 2


def _relative_entropy(one: Array, mean: Array) -> Any:
    ratio = np.divide(one, mean, out=np.ones_like(mean), where=one > 0)
    return (one * np.log2(ratio)).sum(-1)
