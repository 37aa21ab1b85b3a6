"""What is said of a picture by its label, read from a file that people can edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.nodes import Node

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

FILE = "labels.yml"


@dataclass(frozen=True, slots=True)
class Label:
    """A label in words."""

    name: str
    says: str
    """What is the case, within a sentence."""
    advice: str = ""
    """What to do about it, as a sentence."""


def read_labels(data: Path) -> Mapping[str, Label]:
    """Read a folder's file of labels, by their names; without one, nothing is known of any."""
    file = data / FILE
    if not file.is_file():
        return {}
    with naming(file):
        root = document(text_of(file))
        found = [_label(node) for node in items(root, "The labels", "- label: ")] if root else []
    refuse_repeated((label.name, place) for label, place in _placed(found, file))
    return {label.name: label for label, _ in found}


def _placed(found: list[tuple[Label, int]], file: Path) -> Iterator[tuple[Label, str]]:
    for label, number in found:
        yield label, f"{file}, line {number}"


def _label(node: Node) -> tuple[Label, int]:
    found = fields(node, ("label", "says", "advice"), "a label")
    for key in ("label", "says"):
        if key not in found:
            raise Mistake(line(node), f"This label has no '{key}'. Add '{key}: ' and a text.")
    advice = scalar(found["advice"], "The advice") if "advice" in found else ""
    says = scalar(found["says"], "What a label says")
    return Label(scalar(found["label"], "The label"), says, advice), line(node)
