"""Published data sets for ranking, from folders of two users each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import DataError
from training.published_rankings import read_ranking


@pytest.fixture
def films(tmp_path: Path) -> Path:
    (tmp_path / "ml-1m.train.rating").write_text("0\t0\n0\t2\n1\t1\n", encoding="utf-8")
    (tmp_path / "ml-1m.test.rating").write_text("0\t1\t5\t978\n1\t2\t3\t977\n", encoding="utf-8")
    negatives = "(0,1)\t3\t4\n(1,2)\t0\t3\n"
    (tmp_path / "ml-1m.test.negative").write_text(negatives, encoding="utf-8")
    rows = [f'{item}\t9\tThe "{item}" (1990)\tComedy|War' for item in (1, 0, 2, 3, 4)]
    items = "\n".join(["ncf_item\tmovielens_id\ttitle\tgenres", *rows])
    (tmp_path / "items.tsv").write_text(items, encoding="utf-8")
    return tmp_path


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    (tmp_path / "train.txt").write_text("0 1 2\n1 0\n", encoding="utf-8")
    (tmp_path / "test.txt").write_text("0 0\n", encoding="utf-8")
    profiles = [
        {"mapped_id": 2, "name": "Logic", "about": None},
        {"mapped_id": 0, "name": "摄影", "about": "器材"},
        {"mapped_id": 1, "name": "English", "about": "Talk"},
    ]
    lines = "\n".join(json.dumps(profile, ensure_ascii=False) for profile in profiles)
    (tmp_path / "course_profiles.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_films_come_with_histories_the_wanted_film_and_its_negatives(films: Path) -> None:
    data = read_ranking(films)
    assert data.histories == [[0, 2], [1]]
    assert data.wanted == [frozenset({1}), frozenset({2})]
    assert data.negatives == [[3, 4], [0, 3]]


def test_films_are_in_the_order_of_their_numbers(films: Path) -> None:
    assert read_ranking(films).items[1] == {
        "title": 'The "1" (1990)',
        "topics": ["Comedy", "War"],
    }


def test_courses_are_ranked_in_full_and_a_learner_may_want_nothing(courses: Path) -> None:
    data = read_ranking(courses)
    assert data.histories == [[1, 2], [0]]
    assert data.wanted == [frozenset({0}), frozenset()]
    assert not data.negatives


def test_courses_are_in_the_order_of_their_numbers_with_what_is_said_of_them(courses: Path) -> None:
    items = read_ranking(courses).items
    assert [item["title"] for item in items] == ["摄影", "English", "Logic"]
    assert [item["description"] for item in items] == ["器材", "Talk", ""]


def test_a_folder_without_a_known_data_set_is_refused_with_what_was_looked_for(
    tmp_path: Path,
) -> None:
    with pytest.raises(DataError, match=r"ml-1m\.train\.rating.*course_profiles\.jsonl"):
        read_ranking(tmp_path)
