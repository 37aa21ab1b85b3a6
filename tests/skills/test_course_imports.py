"""Catalogues of other people: what is read of them, and that nothing is lost without a word."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataError
from skills.courses.catalogue.imports import import_catalogue

HEADER = "course_id,course_title,summary,genres,difficulty,duration,cost,lang,requires,start_date\n"
SQL = 'sql,SQL,"Ask, and get answers.",Databases|Office,Beginner,14,$69,en,,2027-02-01;2027-05-03\n'


def written(folder: Path, text: str | bytes, name: str = "courses.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_usual_columns_are_understood(tmp_path: Path) -> None:
    found, summary = import_catalogue(written(tmp_path, HEADER + SQL))
    sql = found.courses["sql"]

    assert (sql.title, sql.description, sql.level) == ("SQL", "Ask, and get answers.", "beginner")
    assert (sql.topics, sql.hours, sql.price) == (("Databases", "Office"), 14.0, 69.0)
    assert (sql.language, sql.starts) == ("English", (date(2027, 2, 1), date(2027, 5, 3)))
    assert str(summary) == "courses.csv: 1 row read, 0 refused"


@pytest.mark.parametrize("separator", [";", "\t"], ids=["semicolon", "tab"])
def test_other_separators_are_understood(tmp_path: Path, separator: str) -> None:
    text = "\ufeffid,title,level\r\na,A,advanced\r\n".replace(",", separator)

    found, _ = import_catalogue(written(tmp_path, text))

    assert found.courses["a"].level == "advanced"


def test_json_lines_are_understood(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "name": "书法", "topics": ["art"], "price": 0, "retired": True, "level": None},
        {"id": "b", "title": "B", "prerequisites": ["7"], "vendor": {"x": [{}]}},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    found, summary = import_catalogue(written(tmp_path, text, "courses.jsonl"))

    assert found.courses["7"].title == "书法"
    assert found.courses["7"].is_retired
    assert found.courses["7"].price == 0
    assert found.courses["b"].prerequisites == ("7",)
    assert summary.unused == ("vendor",)
    assert found.topics == {"art": "art"}


def test_a_title_is_enough_and_nothing_is_made_up(tmp_path: Path) -> None:
    found, _ = import_catalogue(written(tmp_path, "item_id\ttitle\n1\tToy Story\n", "items.tsv"))
    film = found.courses["1"]

    assert film.text == "Toy Story"
    assert (film.level, film.hours, film.price, film.language) == (None, None, None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,,,,,,,,,", "'title' is missing or empty"),
        (",X,,,,,,,,", "'id' is missing or empty"),
        ("x,X,,,expert,,,,,", "There is no level 'expert'"),
        ("x,X,,,,,-1,,,", "'price' is -1; it should be 0 or more"),
        ("x,X,,,,,cheap,,,", "'price' should be a number, not 'cheap'"),
        ("x,X,,,,,,,,soon", "'soon' is no date. Write one as 2027-01-31, or 'any time'"),
        ("x,X", "There are 2 cells, and 10 in the header"),
        ('x,"X"y,,,,,,,,', "From here on this is no CSV"),
        ("sql,X,,,,,,,,", "The id 'sql' is already used in line 2"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_line_and_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    text = f"{HEADER}{SQL}\n{row}\nlast,Last,,,,,,,,\n"
    found, summary = import_catalogue(written(tmp_path, text))

    assert list(found.courses) == ["sql", "last"]
    (refused,) = summary.refused
    assert refused.line == 4
    assert reason in refused.text
    assert "2 rows read, 1 refused" in str(summary)
    assert f"line 4: {reason}" in str(summary)


def test_a_cell_of_several_lines_is_counted_from_its_first(tmp_path: Path) -> None:
    _, summary = import_catalogue(written(tmp_path, 'id,title\na,"A\nB"\n,"C\nD"\n'))

    assert [remark.line for remark in summary.refused] == [4]


def test_a_quote_that_is_never_closed_is_named_where_it_opens(tmp_path: Path) -> None:
    found, summary = import_catalogue(written(tmp_path, 'id,title\na,A\nb,"B\nc,C\nd,D\n'))

    assert list(found.courses) == ["a"]
    assert [remark.line for remark in summary.refused] == [3]


@pytest.mark.parametrize(
    "line", ["[1]", "{", '{"id": "x", "title": {}}', '{"id": "\\ud800", "title": "X"}', "\udcff"]
)
def test_a_line_that_is_no_object_is_refused(tmp_path: Path, line: str) -> None:
    content = b'{"id": "a", "title": "A"}\n' + line.encode("utf-8", "surrogateescape")
    found, summary = import_catalogue(written(tmp_path, content, "courses.jsonl"))

    assert list(found.courses) == ["a"]
    assert [remark.line for remark in summary.refused] == [2]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (
            "name,level\n",
            "c.csv",
            r"c\.csv, line 1: There is no column 'id' \(nor course_id, .*name",
        ),
        ("", "c.csv", r"There is no column 'id' .* only: none\. Name the columns in the first"),
        (b"id,title\na,\xff\n", "c.csv", r"line 2: This is not UTF-8\. Save the file"),
        ("", "c.xlsx", r"c\.xlsx should end in \.csv or \.tsv or \.jsonl or \.ndjson"),
    ],
    ids=["header", "empty", "encoding", "ending"],
)
def test_a_file_that_cannot_be_used_is_an_error(
    tmp_path: Path, text: str | bytes, name: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        import_catalogue(written(tmp_path, text, name))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv cannot be read .* Check its name"):
        import_catalogue(tmp_path / "nowhere.csv")


def test_prerequisites_that_cannot_be_are_left_out_and_their_courses_kept(tmp_path: Path) -> None:
    text = "id,title,prereqs\na,A,c\nb,B,a|gone\nc,C,b\nd,D,d\n"
    found, summary = import_catalogue(written(tmp_path, text))

    assert len(found.courses) == 4
    assert found.courses["b"].prerequisites in ((), ("a",))
    assert found.courses["d"].prerequisites == ()
    assert sum(len(course.prerequisites) for course in found.courses.values()) == 2
    assert (3, "gone") in [(each.line, each.text.split("'")[1]) for each in summary.mended]
    assert "4 rows read, 3 of them in part, 0 refused" in str(summary)
