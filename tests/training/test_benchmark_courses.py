"""The benchmark of the courses, on folders like those of the data sets and with a toy trainer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bot.config import Settings
from bot.types import Example
from tests.training.toy_ranking import Toy, ToyTrainer
from training import benchmark_courses, ranking_cases
from training.bench import bench
from training.benchmark_courses import bench_courses
from training.published_rankings import RankingData, read_ranking
from training.ranking_cases import day, hidden, scored, synthetic

FILMS = 30


class Learner(ToyTrainer):
    """Remembers what it was given to learn."""

    learnt: list[list[Example]]

    def fit(self, examples: Sequence[Example], seed: int = 0) -> Toy:
        Learner.learnt.append(list(examples))
        return super().fit(examples, seed)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    Learner.learnt = []
    monkeypatch.setattr(
        benchmark_courses,
        "trainer_of",
        lambda learner, settings, data, progress: Learner(settings, data, progress),
    )


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Everybody has film 1; everybody's last film is 2, which half had before."""
    histories = [[1, 10 + person, *([2] if person < 4 else [])] for person in range(8)]
    lines = [f"{n}\t{film}" for n, history in enumerate(histories) for film in history]
    (tmp_path / "ml-1m.train.rating").write_text("\n".join(lines), encoding="utf-8")
    wanted = [3 if person < 4 else 2 for person in range(8)]
    tests = "\n".join(f"{n}\t{film}\t5\t9" for n, film in enumerate(wanted))
    (tmp_path / "ml-1m.test.rating").write_text(tests, encoding="utf-8")
    negatives = "\n".join(f"({n},{film})\t25\t26\t27" for n, film in enumerate(wanted))
    (tmp_path / "ml-1m.test.negative").write_text(negatives, encoding="utf-8")
    rows = [f"{film}\t{film}\tFilm {film}\tDrama|War" for film in range(FILMS)]
    items = "\n".join(["ncf_item\tmovielens_id\ttitle\tgenres", *rows])
    (tmp_path / "items.tsv").write_text(items, encoding="utf-8")
    return tmp_path


@pytest.fixture
def data(films: Path) -> RankingData:
    return read_ranking(films)


def test_the_wanted_film_stands_among_its_negatives(films: Path, tmp_path: Path) -> None:
    found = bench_courses(films, "test", Settings(home=tmp_path))
    assert found.figures["hit_rate_at_10"] == 1.0
    assert found.figures["ndcg_at_10"] == pytest.approx((4 * 1 + 4 * 0.4307) / 8, abs=0.001)
    ours = {"popularity", "neighbours", "lightfm", "EASE"}
    assert {f"{name}, measured here" for name in ours} < set(found.references)
    assert found.references["popularity, measured here"] == pytest.approx(found.figures)
    assert "NeuMF" in found.references


def test_hidden_films_are_not_learnt_but_ranked(films: Path, tmp_path: Path) -> None:
    found = bench_courses(films, "cold", Settings(home=tmp_path))
    assert not {each.target for each in Learner.learnt[0]} & {"item0", "item10", "item20"}
    assert set(found.figures) == {"ndcg_at_10", "better_than_lightfm"}
    assert "LightFM, hybrid" in found.references


def test_a_hidden_film_is_found_among_hidden_films_that_the_person_has_not(
    data: RankingData,
) -> None:
    cold = hidden(data)
    assert cold.wanted == [frozenset({10}), *[frozenset[int]()] * 7]
    assert sorted(cold.negatives[0]) == [0, 20]
    assert hidden(data) == cold


def test_a_day_parts_what_people_did(data: RankingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_cases, "DAY", 0.3)
    old, new = day(data, 0)
    for history, before, after in zip(data.histories, old.histories, new.histories, strict=True):
        assert sorted([*before, *after]) == sorted(history)
    assert any(new.histories)
    assert any(old.histories)


def test_an_update_is_compared_with_learning_all_at_once(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_cases, "DAY", 0.3)
    found = bench_courses(films, "day", Settings(home=tmp_path)).figures
    assert found["loss_of_ndcg_at_10"] == 0.0
    assert found["share_of_the_time"] > 0
    assert sum(len(each) for each in Learner.learnt[:1]) < len(Learner.learnt[-1])


def test_answers_are_timed_for_the_data_set_and_for_many_items(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_courses, "MANY", 100)
    found = bench_courses(films, "speed", Settings(home=tmp_path)).figures
    assert set(found) == {"milliseconds_for_30_items", "milliseconds_for_100_items"}
    assert min(found.values()) > 0


def test_made_up_people_have_items_that_there_are() -> None:
    made = synthetic(1000, seed=0, people=5)
    assert {item for history in made.histories for item in history} <= set(range(1000))
    assert all(len(set(history)) == len(history) for history in made.histories)


def test_without_negatives_what_a_person_has_is_not_ranked(data: RankingData) -> None:
    whole = replace(data, negatives=())
    row = np.arange(FILMS, 0, -1, dtype=np.float32)  # film 0 first, then 1, which everybody has
    found = scored(whole, lambda people: np.tile(row, (len(people), 1)))
    assert found["recall_at_20"] == 1.0
    assert found["ndcg_at_20"] == pytest.approx(0.6309, abs=0.001)


def test_the_command_prints_a_table_and_json(films: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    table = CliRunner().invoke(bench, ["courses", str(films)], obj=settings)
    assert "hit_rate_at_10" in table.output
    assert "EASE, measured here" in table.output
    printed = CliRunner().invoke(bench, ["courses", str(films), "--json"], obj=settings)
    assert json.loads(printed.stdout)["name"] == "ncf-ml-1m"
