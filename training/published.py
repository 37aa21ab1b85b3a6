"""Published data sets of utterances, read from their folders into examples."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.annotation import annotated
from bot.errors import DataError
from bot.types import OUT_OF_SCOPE, Entity, Example

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Published:
    """A data set: what to learn, what to score, and what others reached."""

    name: str
    train: list[Example]
    test: list[Example]
    references: Mapping[str, Figures] = field(default_factory=dict)


def read_published(folder: Path, variant: str = "") -> Published:
    """Read banking77 (variants full, 10-shot, 5-shot), clinc150 or snips-slots from its folder."""
    for mark, read in READERS.items():
        if (folder / mark).exists():
            return read(folder, variant)
    raise DataError(
        f"{folder} holds none of the data sets banking77 (train.csv), clinc150 (data_full.json) "
        "and snips-slots (train/seq.out). Name the folder of one of them."
    )


def _banking77(folder: Path, variant: str) -> Published:
    if variant in ("", "full"):
        train, test = (list(_csv(folder / f"{part}.csv")) for part in ("train", "test"))
        return Published("banking77, full", train, test, BANKING77)
    shots = {"10-shot": "train_10", "5-shot": "train_5"}.get(variant)
    if shots is None:
        raise DataError(f"banking77 has no variant '{variant}': take full, 10-shot or 5-shot.")
    train, test = (list(_lines(folder / "fewshot-split" / part)) for part in (shots, "test"))
    return Published(f"banking77, {variant}", train, test, BANKING77_SHOTS[variant])


def _clinc150(folder: Path, variant: str) -> Published:
    """Out-of-scope utterances for training are learnt from, as the data set means them to be."""
    name = f"data_{variant or 'full'}.json"
    try:
        parts = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(
            f"clinc150 has no {name}: take full, small, imbalanced, oos_plus."
        ) from error
    train = [*_pairs(parts["train"]), *_outside(parts["oos_train"])]
    test = [*_pairs(parts["test"]), *_outside(parts["oos_test"])]
    return Published(f"clinc150, {name}", train, test, CLINC150)


def _snips(folder: Path, variant: str) -> Published:
    if variant not in ("", "full"):
        raise DataError(f"snips-slots has no variant '{variant}': take full.")
    train, test = (list(_lines(folder / part)) for part in ("train", "test"))
    return Published("snips-slots", train, test, SNIPS)


def _csv(file: Path) -> Iterator[Example]:
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield Example(annotated(row["text"]), row["category"])


def _pairs(rows: Sequence[Sequence[str]]) -> Iterator[Example]:
    return (Example(annotated(text), intent) for text, intent in rows)


def _outside(rows: Sequence[Sequence[str]]) -> Iterator[Example]:
    return (Example(annotated(text), OUT_OF_SCOPE) for text, _ in rows)


def _lines(folder: Path) -> Iterator[Example]:
    """Read texts and labels line by line, and beside them the tags of their words if there are."""
    texts, labels = _read_lines(folder / "seq.in"), _read_lines(folder / "label")
    tags = _read_lines(folder / "seq.out") if (folder / "seq.out").is_file() else [""] * len(texts)
    for text, label, row in zip(texts, labels, tags, strict=True):
        yield Example(annotated(text, _entities(text, row.split())), label)


def _read_lines(file: Path) -> list[str]:
    if not file.is_file():
        raise DataError(f"{file} is missing. Get the data set anew.")
    return file.read_text(encoding="utf-8").splitlines()


def _entities(text: str, tags: Sequence[str]) -> Iterator[Entity]:
    """Read spans off the words' BIO tags; a stray I- begins a span."""
    spans: list[tuple[str, int, int]] = []
    before = -1
    for word, tag in zip(re.finditer(r"\S+", text), tags, strict=False):
        continues = tag.startswith("I-") and spans and spans[-1][::2] == (tag[2:], before)
        if continues:
            spans[-1] = (tag[2:], spans[-1][1], word.end())
        elif tag != "O":
            spans.append((tag[2:], word.start(), word.end()))
        before = word.end()
    return (Entity(kind, text[start:end], start, end) for kind, start, end in spans)


READERS = {"train.csv": _banking77, "data_full.json": _clinc150, "train/seq.out": _snips}
BANKING77 = {
    "BERT (Casanueva et al. 2020)": {"accuracy": 0.9366},
    "USE+ConveRT (Casanueva et al. 2020)": {"accuracy": 0.9336},
}
BANKING77_SHOTS = {
    "10-shot": {
        "RoBERTa": {"accuracy": 0.8427},
        "USE+ConveRT": {"accuracy": 0.8519},
        "DNNC": {"accuracy": 0.8671},
        "CPFT": {"accuracy": 0.8720},
        "ICDA (with a large language model)": {"accuracy": 0.8979},
    },
    "5-shot": {
        "RoBERTa": {"accuracy": 0.7404},
        "USE+ConveRT": {"accuracy": 0.7775},
        "DNNC": {"accuracy": 0.8040},
        "CPFT": {"accuracy": 0.8086},
    },
}
CLINC150 = {
    "BERT, out-of-scope class": {"in_scope_accuracy": 0.969, "out_of_scope_recall": 0.403},
    "BERT, threshold": {"in_scope_accuracy": 0.962, "out_of_scope_recall": 0.523},
    "Rasa": {"in_scope_accuracy": 0.915, "out_of_scope_recall": 0.453},
}
SNIPS = {
    "Slot-Gated": {"accuracy": 0.970, "entity_f1": 0.888},
    "Stack-Propagation": {"accuracy": 0.980, "entity_f1": 0.942},
    "JointBERT": {"accuracy": 0.986, "entity_f1": 0.970},
    "JointBERT, DistilBERT": {"accuracy": 0.980, "entity_f1": 0.961},
}
