"""What waits for review as a file, and labels taken back from one: JSONL or Rasa's NLU format."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from bot.annotation import annotated, parse_annotation
from bot.errors import DataError
from bot.examples import objects_in, text_in, write_whole
from bot.nlu_data import read_utterances
from bot.review.labels import Labels
from bot.review.lessons import Label, annotated_text, lessons_of
from bot.review.ranking import Item
from bot.review.store import ReviewStore
from bot.types import INTENT, Example
from bot.wording import normal

UNLABELLED = "unlabelled"
"""In Rasa's format, the intent of utterances that nobody has labelled yet."""
HEADER = f"""\
# What waits for review. In place of '{UNLABELLED}' write the intent that was meant, moving lines
# apart where they differ: 'out_of_scope' is what no skill is for, 'faq/refund' is the answer
# 'refund' to the intent 'faq'. What stays '{UNLABELLED}' keeps waiting.
version: "3.1"
nlu:
"""


class Row(NamedTuple):
    """A labelled line of a file."""

    place: str
    item: Item
    label: Label
    taught: Mapping[str, Example]


class Taken(NamedTuple):
    """What became of the lines of a file."""

    new: int
    known: int
    empty: int


def write_items(file: Path, items: Sequence[Item], labels: Labels) -> None:
    """Write what waits into a file to be labelled, all of it or nothing."""
    if _is_yaml(file):
        write_whole(file, HEADER + "".join(_groups(items)))
        return
    lines = (json.dumps(_object(item, labels), ensure_ascii=False) + "\n" for item in items)
    write_whole(file, "".join(lines))


def take_labels(file: Path, reviews: ReviewStore, labels: Labels, waiting: Iterable[Item]) -> Taken:
    """Take all labels of a file or none; a DataError names the line. What is known adds nothing."""
    lines = _utterances(file) if _is_yaml(file) else _objects(file)
    items = {normal(item.text): item for item in waiting}
    rows = [_row(place, line, labels, items) for place, line in lines if line.target]
    _check_agreement(rows)
    with reviews.store.transaction():
        taken = [_take(row, reviews) for row in rows]
    return Taken(sum(taken), len(taken) - sum(taken), len(lines) - len(rows))


def _take(row: Row, reviews: ReviewStore) -> bool:
    taught = {
        learner: example
        for learner, example in row.taught.items()
        if not reviews.has_lesson(learner, example)
    }
    if taught:
        reviews.decide(row.item, "label", taught)
    return bool(taught)


def _row(place: str, line: Example, labels: Labels, items: Mapping[str, Item]) -> Row:
    """Understand a labelled line; the text may be annotated."""
    label = labels.named(line.target)
    if label is None:
        near = get_close_matches(line.target, labels.names, 3) or labels.names
        raise DataError(
            f"{place}: There is no label '{line.target}'. Write another, such as {', '.join(near)}."
        )
    try:
        text, entities = parse_annotation(line.input)
    except DataError as error:
        raise DataError(f"{place}: {error}") from error
    item = items.get(normal(text), Item(text))
    taught = lessons_of(item, label)
    if INTENT in taught:
        taught[INTENT] = Example(annotated(text, entities), taught[INTENT].target)
    return Row(place, item, label, taught)


def _check_agreement(rows: Iterable[Row]) -> None:
    """One text has one label for each learner."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        for learner, example in row.taught.items():
            other = first.setdefault((learner, normal(row.item.text)), row)
            if other.taught[learner].target != example.target:
                raise DataError(
                    f"{row.place}: '{row.item.text}' is labelled {row.label.name} here and "
                    f"{other.label.name} at {other.place}. Remove one of them."
                )


def _objects(file: Path) -> list[tuple[str, Example]]:
    found = []
    for place, fields in objects_in(file):
        target = text_in(fields, "target", place) if fields.get("target") else ""
        found.append((place, Example(text_in(fields, "input", place), target)))
    return found


def _utterances(file: Path) -> list[tuple[str, Example]]:
    lines = read_utterances(file)
    return [
        (place, Example(line.input, "" if line.target == UNLABELLED else line.target))
        for place, line in lines
    ]


def _object(item: Item, labels: Labels) -> dict[str, object]:
    return {
        "input": annotated_text(item),
        "target": None,
        "likely": [label.name for label in labels.likely(item)],
        "why": [doubt.reason for doubt in item.doubts],
        "answered": item.turn.answered if item.turn else None,
    }


def _groups(items: Sequence[Item]) -> Iterator[str]:
    """Write the utterances together that were understood as the same."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.turn.ranking[0].name if item.turn else "taught by others"].append(item)
    for name, members in groups.items():
        yield f"# {name}\n- intent: {UNLABELLED}\n  examples: |\n"
        yield from (f"    - {' '.join(annotated_text(item).split())}\n" for item in members)


def _is_yaml(file: Path) -> bool:
    ending = file.suffix.lower()
    if ending not in (".jsonl", ".yml", ".yaml"):
        raise DataError(f"{file} should end in .jsonl or .yml, which says its format. Rename it.")
    return ending != ".jsonl"
