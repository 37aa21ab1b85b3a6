"""Reads the catalogue of courses, which people who do not program can edit."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml.nodes import Node, SequenceNode

from bot.errors import DataError
from bot.marked_yaml import (
    Mistake,
    document,
    fields,
    items,
    line,
    naming,
    refuse_repeated,
    scalar,
    text_of,
)
from bot.reloading import folder_stamp
from skills.courses.catalogue.course import COLUMNS, Course, course_of
from skills.courses.catalogue.fields import FieldError, Text, no_picture, no_such, unknown
from skills.courses.catalogue.prerequisites import circle_in, unknown_in

TOPICS = "topics.yml"
"""Beside the courses: what they can be about. Without it, any word is a topic."""
REMEMBERED = 64
"""Files whose courses are kept as they were read."""
REQUIRED = ("id", "title", "description", "topics", "level", "hours", "price")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All courses, in the order of the files, and the titles of what they are about."""

    courses: Mapping[str, Course]
    """By their ids."""
    topics: Mapping[str, str]

    @property
    def offered(self) -> tuple[Course, ...]:
        """The courses that can be taken."""
        return tuple(course for course in self.courses.values() if not course.is_retired)


@dataclass(frozen=True, slots=True)
class Entry:
    """A course and where it stands, for errors to name."""

    course: Course
    place: str


def read_catalogue(path: Path) -> Catalogue:
    """Read one file of courses, or every `*.yml` of a folder in order of name."""
    if not path.exists():
        raise DataError(f"There are no courses at {path}. Name a file of courses or a folder.")
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    titles = path / TOPICS
    topics = _topics(titles, folder_stamp(titles)) if titles.is_file() else {}
    known = tuple(topics)
    parts = [_read(each, folder_stamp(each), known) for each in files if each.name != TOPICS]
    found = [entry for part in parts for entry in part]
    refuse_repeated((entry.course.id, entry.place) for entry in found)
    entries = {entry.course.id: entry for entry in found}
    courses = {id: entry.course for id, entry in entries.items()}
    _check_prerequisites(courses, entries)
    return Catalogue(courses, topics or {topic: topic for topic in topics_of(courses)})


def topics_of(courses: Mapping[str, Course]) -> tuple[str, ...]:
    """What courses are about, sorted."""
    return tuple(sorted({topic for course in courses.values() for topic in course.topics}))


def _check_prerequisites(courses: Mapping[str, Course], entries: Mapping[str, Entry]) -> None:
    for course, needed in unknown_in(courses):
        raise DataError(
            f"{entries[course.id].place}: {no_such('course', needed, courses.keys())} "
            "Name the id of a course under 'prerequisites', or remove it."
        )
    circle = circle_in(courses)
    if circle:
        raise DataError(
            f"{entries[circle[-1]].place}: Prerequisites go in a circle, each before the next: "
            f"{', '.join(circle)}. Remove one of them."
        )


@lru_cache(maxsize=REMEMBERED)
def _topics(file: Path, stamp: Hashable) -> Mapping[str, str]:  # noqa: ARG001 - the key
    with naming(file):
        root = document(text_of(file))
        found = fields(root, None, "the topics") if root else {}
        return {id: scalar(node, f"The title of '{id}'") for id, node in found.items()}


@lru_cache(maxsize=REMEMBERED)
def _read(file: Path, stamp: Hashable, topics: tuple[str, ...]) -> tuple[Entry, ...]:  # noqa: ARG001 - the key
    """Read only what has changed: parsing, behind the scenes, slows the turns of a running bot."""
    return tuple(_entries(file, topics))


def _entries(file: Path, topics: Collection[str]) -> Iterator[Entry]:
    with naming(file):
        root = document(text_of(file))
        for node in items(root, "A file of courses", "- id: ") if root else ():
            yield Entry(_course(node, topics, file.parent), f"{file}, line {line(node)}")


def _course(node: Node, topics: Collection[str], folder: Path) -> Course:
    found = fields(node, tuple(COLUMNS), "a course")
    for key in REQUIRED:
        if key not in found:
            raise Mistake(line(node), f"This course has no '{key}'. Add '{key}: ' and its value.")
    try:
        values = {key: _text(value, key) for key, value in found.items()}
        return _known(course_of(values, folder), topics)
    except FieldError as error:
        raise Mistake(line(found.get(error.field, node)), str(error)) from error


def _known(course: Course, topics: Collection[str]) -> Course:
    if not course.topics:
        raise FieldError("topics", "A course needs a topic. Write at least one.")
    for topic in course.topics:
        if topics and topic not in topics:
            raise FieldError("topics", unknown("topic", topic, topics))
    if course.image and not course.image.is_file():
        raise FieldError("image", no_picture(course.image))
    return course


def _text(node: Node, key: str) -> Text:
    if isinstance(node, SequenceNode):
        return tuple(scalar(item, f"An item of '{key}'") for item in node.value)
    return scalar(node, f"'{key}'")
