"""Imports a catalogue that somebody else wrote: CSV or JSON Lines with the usual columns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from skills.courses.catalogue import Catalogue, topics_of
from skills.courses.course import COLUMNS, Course, course_of
from skills.courses.fields import FieldError
from skills.courses.prerequisites import circle_in, unknown_in
from skills.courses.summary import Summary
from skills.courses.tables import Remark, read_table


def import_catalogue(file: Path) -> tuple[Catalogue, Summary]:
    """Read the courses of a file, and say which of its rows were refused and why.

    Only an id and a title are required. A prerequisite that cannot be is left out, its course not.
    """
    table = read_table(file, COLUMNS, required=("id", "title"))
    courses: dict[str, Course] = {}
    lines: dict[str, int] = {}
    refused, mended = list(table.refused), []
    for row in table.rows:
        try:
            course = course_of(row.values)
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
