"""Reads the files of answers, which people who do not program can edit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import Node

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

REQUIRED = ("id", "question", "answer")
KNOWN = (*REQUIRED, "variants", "tags", "link", "answers")
CONDITIONS = ("language", "level")
"""What of a person's profile an answer of its own can be for."""


@dataclass(frozen=True, slots=True)
class Suited:
    """An answer for some people: those of whom all of this is known."""

    answer: str
    profile: tuple[tuple[str, str], ...]

    def is_for(self, profile: Mapping[str, Any]) -> bool:
        """Whether a person is one of them."""
        known = {key: str(profile.get(key, "")).casefold() for key in CONDITIONS}
        return all(known[key] == value.casefold() for key, value in self.profile)


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of the FAQ: what is asked, in how many ways, and the answer in Markdown."""

    id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    link: str = ""
    answers: tuple[Suited, ...] = ()
    """Answers in place of it, for some people; the first that suits counts."""

    def suiting(self, profile: Mapping[str, Any]) -> str:
        """Give the answer for a person."""
        return next((each.answer for each in self.answers if each.is_for(profile)), self.answer)

    @property
    def questions(self) -> tuple[str, ...]:
        """Every known way to ask, the question itself first."""
        return (self.question, *self.variants)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer and where it stands, for errors to name."""

    answer: Answer
    place: str


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Read one file of answers, or every `*.yml` of a folder in order of name."""
    if not path.exists():
        raise DataError(f"There are no answers at {path}. Name a file of answers or a folder.")
    return _read(path, folder_stamp(path))


@lru_cache(maxsize=2)
def _read(path: Path, stamp: Hashable) -> tuple[Answer, ...]:  # noqa: ARG001 - it is the key
    """Read only what has changed: parsing, behind the scenes, slows the turns of a running bot."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    entries = [entry for file in files for entry in _entries(file)]
    refuse_repeated((entry.answer.id, entry.place) for entry in entries)
    return tuple(entry.answer for entry in entries)


def _entries(file: Path) -> Iterator[Entry]:
    with naming(file):
        root = document(text_of(file))
        for node in items(root, "A file of answers", "- id: ") if root else ():
            yield Entry(_answer(node), f"{file}, line {line(node)}")


def _answer(node: Node) -> Answer:
    found = fields(node, KNOWN, "an answer")
    for key in REQUIRED:
        if key not in found:
            raise Mistake(line(node), f"This answer has no '{key}'. Add '{key}: ' and a text.")
    return Answer(
        id=scalar(found["id"], "The id"),
        question=scalar(found["question"], "The question"),
        answer=scalar(found["answer"], "The answer"),
        variants=_texts(found.get("variants"), "'variants'"),
        tags=_texts(found.get("tags"), "'tags'"),
        link=scalar(found["link"], "The link") if "link" in found else "",
        answers=tuple(_suited(item) for item in _listed(found.get("answers"))),
    )


def _listed(node: Node | None) -> list[Node]:
    return items(node, "'answers'", "- level: ") if node else []


def _suited(node: Node) -> Suited:
    found = fields(node, (*CONDITIONS, "answer"), "an answer for some people")
    said = {key: scalar(value, f"'{key}'") for key, value in found.items()}
    answer = said.pop("answer", "")
    if not answer or not said:
        names = " or ".join(f"'{key}'" for key in CONDITIONS)
        raise Mistake(line(node), f"An answer for some people needs 'answer' and {names}. Add it.")
    return Suited(answer, tuple(said.items()))


def _texts(node: Node | None, name: str) -> tuple[str, ...]:
    listed = items(node, name, "- ") if node else []
    return tuple(scalar(item, f"An item of {name}") for item in listed)
