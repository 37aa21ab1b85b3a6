"""Imports a catalogue that somebody else wrote: CSV or JSON Lines with the usual columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from bot.errors import DataError
from skills.courses.catalogue.catalogue import Catalogue, read_catalogue, topics_of
from skills.courses.catalogue.course import COLUMNS, Course, course_of
from skills.courses.catalogue.fields import FieldError, no_picture
from skills.courses.catalogue.prerequisites import circle_in, unknown_in
from skills.courses.catalogue.summary import Summary
from skills.courses.catalogue.tables import Remark, read_table

TABLES = ("courses.csv", "courses.jsonl")
"""Tables of courses that may stand in a folder, beside its `*.yml` or alone."""


def courses_of(data: Path, say: Callable[[str], None]) -> Catalogue:
    """Read all courses of a folder, or of one file; `say` is told what was refused of tables."""
    found = list(_catalogues(data, say))
    courses = {id: each for one in found for id, each in one.courses.items()}
    if len(courses) < sum(len(one.courses) for one in found):
        ids = [id for one in found for id in one.courses]
        twice = next(id for id in courses if ids.count(id) > 1)
        raise DataError(f"{data}: Course '{twice}' stands in two files. Remove it from one.")
    return Catalogue(courses, {id: title for one in found for id, title in one.topics.items()})


def _catalogues(data: Path, say: Callable[[str], None]) -> Iterator[Catalogue]:
    is_table = data.is_file() and data.suffix != ".yml"
    tables = [data] if is_table else [data / name for name in TABLES if (data / name).is_file()]
    if not tables or any(data.glob("*.yml")):
        yield read_catalogue(data)
    for table in tables:
        catalogue, summary = import_catalogue(table)
        say(str(summary))
        yield catalogue


def import_catalogue(file: Path) -> tuple[Catalogue, Summary]:
    """Read the courses of a file, and say which of its rows were refused and why.

    Only an id and a title are required. A prerequisite or a cover that cannot be is left out, its
    course not.
    """
    table = read_table(file, COLUMNS, required=("id", "title"))
    courses: dict[str, Course] = {}
    lines: dict[str, int] = {}
    refused, mended = list(table.refused), []
    for row in table.rows:
        try:
            course = course_of(row.values, file.parent)
            _refuse_taken(course.id, lines)
        except FieldError as error:
            refused.append(Remark(row.line, str(error)))
            continue
        courses[course.id] = course
        lines[course.id] = row.line
    _mend(courses, lambda id, text: mended.append(Remark(lines[id], text)))
    titles = {topic: topic for topic in topics_of(courses)}
    summary = Summary(file, len(courses), tuple(refused), tuple(mended), table.unused)
    return Catalogue(courses, titles), summary


def _refuse_taken(id: str, lines: dict[str, int]) -> None:
    if id in lines:
        raise FieldError("id", f"The id '{id}' is already used in line {lines[id]}. Use another.")


def _mend(courses: dict[str, Course], remark: Callable[[str, str], None]) -> None:
    for id, course in courses.items():
        if course.image and not course.image.is_file():
            courses[id] = replace(course, image=None)
            remark(id, no_picture(course.image))
    for course, needed in list(unknown_in(courses)):
        courses[course.id] = _without(courses[course.id], [needed])
        remark(course.id, f"There is no course '{needed}' to come before; it was left out.")
    while circle := circle_in(courses):
        *_, before, id = circle
        courses[id] = _without(courses[id], [before])
        text = f"Prerequisites go in a circle: {', '.join(circle)}. '{before}' was left out."
        remark(id, text)


def _without(course: Course, prerequisites: Collection[str]) -> Course:
    kept = tuple(each for each in course.prerequisites if each not in prerequisites)
    return replace(course, prerequisites=kept)
