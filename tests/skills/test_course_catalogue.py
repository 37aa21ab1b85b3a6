"""The catalogue of courses: what is read, and how a mistake in it is named."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml.nodes import Node

import bot.marked_yaml
from bot.errors import DataError
from skills.courses.catalogue.catalogue import read_catalogue
from skills.courses.catalogue.course import Course

SQL = """
- id: sql
  title: SQL for Everybody
  description: >-
    Ask a database questions.
    Get answers.
  topics: [databases, office]
  level: beginner
  hours: 14
  price: 69.50
  language: English
  provider: Lumen Academy
  starts: [2027-05-03, 2027-02-01]
"""
TUNING = """
- id: tuning
  title: Tuning
  description: Why it is slow.
  topics: [databases]
  level: advanced
  hours: 24
  price: free
  prerequisites: [sql]
  starts: any time
  retired: true
"""
TOPICS = "databases: Databases\noffice: Office skills\n"


def catalogue(folder: Path, *texts: str, topics: str = TOPICS) -> Path:
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    (folder / "topics.yml").write_text(topics, encoding="utf-8")
    return folder


def test_a_course_is_read_with_all_its_parts(tmp_path: Path) -> None:
    found = read_catalogue(catalogue(tmp_path, SQL, TUNING))

    assert found.courses["sql"] == Course(
        id="sql",
        title="SQL for Everybody",
        description="Ask a database questions. Get answers.",
        topics=("databases", "office"),
        level="beginner",
        hours=14.0,
        price=69.5,
        language="English",
        provider="Lumen Academy",
        starts=(date(2027, 2, 1), date(2027, 5, 3)),
    )
    assert found.topics == {"databases": "Databases", "office": "Office skills"}
    assert found.courses["sql"].text.startswith("SQL for Everybody. Ask a database")


def test_a_retired_course_is_known_but_not_offered(tmp_path: Path) -> None:
    found = read_catalogue(catalogue(tmp_path, TUNING, SQL))

    assert list(found.courses) == ["tuning", "sql"]
    assert [course.id for course in found.offered] == ["sql"]
    assert found.courses["tuning"].price == 0
    assert found.courses["tuning"].starts == ()


def test_a_file_alone_may_use_any_topic(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(SQL.replace("office", "bees"), encoding="utf-8")

    assert read_catalogue(file).topics == {"bees": "bees", "databases": "databases"}


def test_a_folder_without_courses_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert read_catalogue(catalogue(tmp_path, "", topics="")).courses == {}


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no courses at .*nowhere\. Name a file"):
        read_catalogue(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: SQL for Everybody", "title:", r"line 3: 'title' should be a text, and not empty"),
        ("  hours: 14\n", "", r"line 2: This course has no 'hours'\. Add 'hours: '"),
        ("[databases, office]", "[databses]", r"line 7: There is no topic 'databses'\. Did you me"),
        ("[databases, office]", "[]", r"line 7: A course needs a topic\. Write at least one"),
        ("level: beginner", "level: begginer", r"line 8: There is no level 'begginer'\. Did you m"),
        ("hours: 14", "hours: a week", r"line 9: 'hours' should be a number, not 'a week'"),
        ("hours: 14", "hours: 0", r"line 9: 'hours' is 0\. Say how long the course takes"),
        ("price: 69.50", "price: -5", r"line 10: 'price' is -5; it should be 0 or more"),
        ("price: 69.50", "price: .inf", r"line 10: 'price' should be a number"),
        ("price: 69.50", "price: [1, 2]", r"line 10: 'price' should be one text, not a list"),
        ("2027-05-03", "2027-02-30", r"line 13: '2027-02-30' is no date\. Write one as 2027-01-31"),
        ("provider:", "teacher:", r"line 12: Unknown key 'teacher' in a course\. Known keys"),
        ("  provider", "  level: advanced\n  provider", r"line 12: 'level' stands here twice"),
        ("- id: sql", "- id: [sql", r"not valid YAML .* Check indentation and quotes"),
        ("provider", "retired: maybe\n  provider", r"line 12: 'retired' should be true or false"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in SQL
    with pytest.raises(DataError, match=rf"0\.yml, .*{message}"):
        read_catalogue(catalogue(tmp_path, SQL.replace(old, new, 1)))


def test_an_id_that_is_used_twice_names_both_places(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"1\.yml, line 2: The id 'sql' .* at .*0\.yml, line 2"):
        read_catalogue(catalogue(tmp_path, SQL, SQL))


def test_an_unknown_prerequisite_is_named_with_what_may_be_meant(tmp_path: Path) -> None:
    broken = TUNING.replace("[sql]", "[sq]")

    with pytest.raises(DataError, match=r"1\.yml, line 2: There is no course 'sq'\. Did .* 'sql'"):
        read_catalogue(catalogue(tmp_path, SQL, broken))


@pytest.mark.parametrize("needed", ["[tuning]", "[sql]"], ids=["two courses", "itself"])
def test_prerequisites_in_a_circle_are_named(tmp_path: Path, needed: str) -> None:
    circle = SQL + f"  prerequisites: {needed}\n"

    with pytest.raises(DataError, match=r"Prerequisites go in a circle.*sql.*Remove one of them"):
        read_catalogue(catalogue(tmp_path, circle, TUNING))


def test_a_mistake_in_the_topics_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"topics\.yml, line 2: 'a' stands here twice"):
        read_catalogue(catalogue(tmp_path, SQL, topics="a: A\na: B\n"))


def test_only_an_edited_file_is_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = catalogue(tmp_path, SQL, TUNING)
    read_catalogue(folder)
    parsed: list[str] = []

    def document(text: str) -> Node | None:
        parsed.append(text)
        return bot.marked_yaml.document(text)

    monkeypatch.setattr("skills.courses.catalogue.catalogue.document", document)
    edited = SQL.replace("SQL for Everybody", "SQL for All")
    (folder / "0.yml").write_text(edited, encoding="utf-8")

    assert read_catalogue(folder).courses["sql"].title == "SQL for All"
    assert parsed == [edited]
