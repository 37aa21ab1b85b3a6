"""What learners did: read with every refused row named, and made into examples."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.types import Example
from skills.courses.catalogue.interactions import (
    Interaction,
    examples_of,
    read_interactions,
    write_interactions,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp()
ITEMS = {"sql", "python", "old"}
MAY = datetime(2026, 5, 1, tzinfo=UTC).timestamp()


def written(folder: Path, text: str, name: str = "ratings.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_usual_columns_are_understood(tmp_path: Path) -> None:
    text = f"userId,courseId,course,rating,timestamp\nana,x,sql,4.5,{MAY:.0f}\n"
    found, summary = read_interactions(written(tmp_path, text), ITEMS, NOW)

    assert found == [Interaction("ana", "sql", "rated", 4.5, MAY)]
    assert str(summary) == "ratings.csv: 1 row read, 0 refused; not used: courseId"


@pytest.mark.parametrize(
    "moment",
    ["2026-05-01", "20260501", "2026-05-01T02:00+02:00", "2026-05-01T00:00:00Z", f"{MAY:.0f}000"],
)
def test_moments_are_understood_as_people_write_them(tmp_path: Path, moment: str) -> None:
    text = f'{{"user": 1, "item": "sql", "timestamp": "{moment}", "event": "Completion"}}'
    found, _ = read_interactions(written(tmp_path, text, "log.jsonl"), ITEMS, NOW)

    assert found == [Interaction("1", "sql", "completed", None, MAY)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ana,sql,rated,7,2026-05-01", "The rating 7 is out of range: 1 to 5"),
        ("ana,sql,rated,-1,2026-05-01", "The rating -1 is out of range: 1 to 5"),
        ("ana,sql,rated,good,2026-05-01", "'rating' should be a number, not 'good'"),
        ("ana,sql,rated,nan,2026-05-01", "'rating' should be a number, not 'nan'"),
        ("ana,sql,,4,2027-05-01", "The time 2027-05-01 is in the future"),
        ("ana,sql,,4,yesterday", "'yesterday' is no moment. Write seconds since 1970"),
        ("ana,cobol,,4,2026-05-01", "There is no course 'cobol'. Add it to the catalogue first"),
        (",sql,,4,2026-05-01", "'user' is missing or empty"),
        ("ana,,,4,2026-05-01", "'item' is missing or empty"),
        ("ana,sql,ate,4,2026-05-01", "There is no kind 'ate'"),
        ("bo,old,enrolled,,2026-05-01", "This says the same as line 2. Remove one"),
        ("ana,sql", "There are 2 cells, and 5 in the header"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_line_and_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    text = f"user,item,kind,rating,timestamp\nbo,old,,,2026-05-01\n{row}\nbo,sql,,,\n"
    found, summary = read_interactions(written(tmp_path, text), ITEMS, NOW)

    assert [each.item for each in found] == ["old", "sql"]
    assert [remark.line for remark in summary.refused] == [3]
    assert f"line 3: {reason}" in str(summary)


def test_every_row_is_either_read_or_refused(tmp_path: Path) -> None:
    rows = [f"u{n},{'sql' if n % 3 else 'gone'},{n % 7}" for n in range(200)]
    text = "\n".join(["user,item,rating", *rows])
    found, summary = read_interactions(written(tmp_path, text), ITEMS, NOW)

    lines = {remark.line for remark in summary.refused}
    assert len(found) == summary.read
    assert summary.read + len(lines) == 200


def test_a_clock_of_another_zone_is_not_the_future(tmp_path: Path) -> None:
    text = "user,item,timestamp\nana,sql,2026-11-02T01:00\n"
    found, _ = read_interactions(written(tmp_path, text), ITEMS, NOW)

    assert len(found) == 1


def test_without_a_catalogue_any_item_is_one(tmp_path: Path) -> None:
    found, _ = read_interactions(written(tmp_path, "user,item\nana,film\n"), None, NOW)

    assert found == [Interaction("ana", "film", "enrolled")]


def test_another_scale_of_ratings_can_be_named(tmp_path: Path) -> None:
    file = written(tmp_path, "user,item,rating\nana,sql,85\n")
    found, _ = read_interactions(file, ITEMS, NOW, scale=(0, 100))

    assert examples_of(found, scale=(0, 100)) == [Example("ana", "sql", 1.7)]


def test_a_wrong_header_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 1: There is no column 'user' .* only: who, what"):
        read_interactions(written(tmp_path, "who,what\nana,sql\n"), ITEMS, NOW)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    interactions = [
        Interaction("ana", "sql", "completed", 4.0, MAY),
        Interaction("ana, 1", "python", "clicked"),
    ]
    write_interactions(file, interactions)

    assert read_interactions(file, ITEMS, NOW)[0] == interactions


@pytest.mark.parametrize(
    ("steps", "weight"),
    [
        ("clicked", 0.25),
        ("clicked enrolled completed", 1.5),
        ("completed enrolled", 1.5),
        ("enrolled refused", 0.0),
        ("refused enrolled", 1.0),
        ("completed:5", 2.0),
        ("completed:1", 0.0),
        ("rated:2 completed", 0.5),
        ("rated:2 rated:5", 2.0),
        ("rated:5 refused", 0.0),
    ],
)
def test_all_that_a_learner_did_with_a_course_makes_one_weight(steps: str, weight: float) -> None:
    interactions = []
    for moment, step in enumerate(steps.split()):
        kind, _, rating = step.partition(":")
        stars = float(rating) if rating else None
        interactions.append(Interaction("ana", "sql", kind, stars, float(moment)))

    assert examples_of(reversed(interactions)) == [Example("ana", "sql", weight)]


def test_examples_come_in_the_order_in_which_courses_were_last_touched() -> None:
    looked = Interaction("ana", "c", "clicked", timestamp=0.0)
    later, sooner, first = (
        Interaction("ana", item, timestamp=at) for item, at in (("c", 3.0), ("b", 2.0), ("a", 1.0))
    )

    found = examples_of([later, sooner, first, looked])
    assert [each.target for each in found] == ["a", "b", "c"]
