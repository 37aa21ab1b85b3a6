"""What a learner did with courses: from the file of enrolments and from the conversation."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.reloading import folder_stamp
from skills.courses.catalogue.interactions import STRENGTHS, examples_of, read_interactions
from skills.courses.dialogue.recommender import History
from skills.courses.dialogue.state import State

FILE = "enrolments.csv"
"""Beside the courses: what learners did before they came to talk."""
KNOWN = STRENGTHS["completed"]
TAKEN = STRENGTHS["enrolled"]


@dataclass(frozen=True, slots=True)
class Histories:
    """The histories of a file, by the operator's own ids of learners."""

    of: Mapping[str, History]
    takers: Mapping[str, int]
    """How many learners took each course."""


def read_histories(data: Path, items: Collection[str]) -> Histories:
    """Read the file of enrolments; without one, nobody has a history."""
    file = data / FILE
    if not file.exists():
        return Histories({}, {})
    return _read(file, folder_stamp(file), frozenset(items))


@lru_cache(maxsize=2)
def _read(file: Path, stamp: Hashable, items: frozenset[str]) -> Histories:  # noqa: ARG001 - the key
    """Read only what has changed: an edited catalogue makes the skill anew, the file is long."""
    interactions, _ = read_interactions(file, items, time.time())
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for example in examples_of(interactions):
        found[example.input][example.target] = example.weight
    takers = Counter(item for history in found.values() for item in taken(history))
    return Histories(dict(found), takers)


def merged(before: History, state: State) -> dict[str, float]:
    """Add what was done in the conversation, the latest last; it counts for more than the file."""
    history = dict(before)
    said = {
        **{id: max(STRENGTHS["clicked"], history.get(id, 0.0)) for id in state.clicked},
        **dict.fromkeys(state.refused, 0.0),
        **dict.fromkeys(state.known, KNOWN),
        **dict.fromkeys(state.enrolled, TAKEN),
    }
    for id, weight in said.items():
        history.pop(id, None)
        history[id] = weight
    return history


def taken(history: History) -> list[str]:
    """Name the courses that a learner has taken, at least in part."""
    return [id for id, weight in history.items() if weight >= TAKEN]


def settled(history: History) -> set[str]:
    """Name the courses not to recommend: taken, or refused."""
    return {id for id, weight in history.items() if weight >= TAKEN or weight == 0}
