"""Published data sets of learners and items, read from their folders for ranking."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import DataError

Figures = Mapping[str, float]
NCF_TRAIN = "ml-1m.train.rating"
MOOC_TRAIN = "train.txt"


@dataclass(frozen=True, slots=True)
class RankingData:
    """Who took what, what is to be found for each, and what others reached.

    Users and items are numbered from 0. The numbers of items tell nothing that a model may use:
    both data sets number them by first appearance, so neighbours in number share a user.
    """

    name: str
    histories: Sequence[Sequence[int]]
    wanted: Sequence[frozenset[int]]
    items: Sequence[Mapping[str, Any]]
    """What is known of each item, by the names that a catalogue of courses has for it."""
    negatives: Sequence[Sequence[int]] = ()
    """Items to rank the wanted one among; where there are none, the whole catalogue is ranked."""
    references: Mapping[str, Figures] = field(default_factory=dict)


def read_ranking(folder: Path) -> RankingData:
    """Read ncf-ml-1m or mooccubex-courses from its folder."""
    if (folder / NCF_TRAIN).exists():
        return _ncf(folder)
    if (folder / "course_profiles.jsonl").exists():
        return _mooccubex(folder)
    raise DataError(
        f"{folder} holds neither ncf-ml-1m ({NCF_TRAIN}) nor mooccubex-courses "
        "(course_profiles.jsonl). Name the folder of one of them."
    )


def _ncf(folder: Path) -> RankingData:
    wanted = {user: item for user, item, *_ in _numbers(folder / "ml-1m.test.rating")}
    histories: list[list[int]] = [[] for _ in range(len(wanted))]
    for user, item, *_ in _numbers(folder / NCF_TRAIN):
        histories[user].append(item)
    lines = (folder / "ml-1m.test.negative").read_text(encoding="utf-8").splitlines()
    return RankingData(
        "ncf-ml-1m",
        histories,
        [frozenset({wanted[user]}) for user in range(len(histories))],
        _films(folder / "items.tsv"),
        [[int(each) for each in line.split("\t")[1:]] for line in lines],
        NCF,
    )


def _films(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows.sort(key=lambda row: int(row["ncf_item"]))
    return [{"title": row["title"], "topics": row["genres"].split("|")} for row in rows]


def _mooccubex(folder: Path) -> RankingData:
    lines = (folder / "course_profiles.jsonl").read_text(encoding="utf-8").splitlines()
    courses = sorted((json.loads(line) for line in lines), key=_place)
    histories, wanted = (_enrolments(folder / name) for name in (MOOC_TRAIN, "test.txt"))
    return RankingData(
        "mooccubex-courses",
        [histories[user] for user in range(len(histories))],
        [frozenset(wanted.get(user, ())) for user in range(len(histories))],
        [_course(course) for course in courses],
        references=MOOCCUBEX,
    )


def _course(profile: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": profile["name"],
        "description": profile["about"] or "",
        "topics": profile.get("fields", []),
        "provider": ", ".join(profile.get("schools", [])),
    }


def _place(course: Mapping[str, Any]) -> int:
    return int(course["mapped_id"])


def _enrolments(path: Path) -> dict[int, list[int]]:
    return {user: items for user, *items in _numbers(path)}


def _numbers(path: Path) -> list[list[int]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[int(each) for each in line.split()] for line in lines if line.strip()]


# He et al. 2017 and Rendle et al. 2020, on the 99 negatives; the rest was measured on this cut.
NCF: Mapping[str, Figures] = {
    "popularity": {"hit_rate_at_10": 0.454, "ndcg_at_10": 0.254},
    "EASE": {"hit_rate_at_10": 0.718, "ndcg_at_10": 0.450},
    "matrix factorisation, tuned": {"hit_rate_at_10": 0.729, "ndcg_at_10": 0.452},
    "NeuMF": {"hit_rate_at_10": 0.730, "ndcg_at_10": 0.447},
}
MOOCCUBEX: Mapping[str, Figures] = {
    "popularity": {"recall_at_20": 0.096, "ndcg_at_20": 0.089},
    "item neighbours": {"recall_at_20": 0.133, "ndcg_at_20": 0.134},
    "EASE": {"recall_at_20": 0.143, "ndcg_at_20": 0.152},
}
