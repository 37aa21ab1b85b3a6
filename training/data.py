"""What is learnt and what is held out: fingerprint, duplicates, split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.errors import DataError
from bot.examples import read_examples
from bot.types import Example

EVAL = "eval.jsonl"
LEARNT = "learnt.jsonl"
"""In a version's folder: all that it has learnt."""
VALID = "valid.jsonl"
NOT_LEARNT = (EVAL, VALID)
"""What stands in a learner's folder to score it: at last, and while its settings are chosen."""


def fingerprint(examples: Iterable[Example]) -> str:
    """Give a short text that is the same for the same examples in any order, and else differs."""
    lines = sorted(json.dumps([one.input, one.target, float(one.weight)]) for one in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def deduplicated(examples: Iterable[Example]) -> list[Example]:
    """Keep one example per input and target: the place of the first, the weight of the last."""
    kept = {(example.input, example.target): example for example in examples}
    return list(kept.values())


def hash_split(
    examples: Sequence[Example], share: float, salt: str = ""
) -> tuple[list[Example], list[Example]]:
    """Split into (kept, held out), about `share` of the inputs held out.

    An input's hash alone decides, so that it keeps its side for ever, whatever is added later.
    """
    kept: list[Example] = []
    held: list[Example] = []
    for example in examples:
        (held if _place(example.input, salt) < share else kept).append(example)
    return kept, held


def held_out(data: Path) -> list[Example]:
    """Read the held-out examples in a learner's folder of data; none if it has no `eval.jsonl`."""
    file = data / EVAL
    return read_examples(file) if file.is_file() else []


def to_score(
    data: Path,
    file: Path | None = None,
    read: Callable[[Path], list[Example]] = read_examples,
) -> list[Example]:
    """Read what to score a model by: the held-out examples, or exactly those of a file."""
    examples = read(file) if file else held_out(data)
    if not examples:
        raise DataError(
            f"There are no held-out examples at {file or data / EVAL}. "
            "Name a file of examples: --examples."
        )
    return examples


def _place(text: str, salt: str) -> float:
    """Give a text its place between 0 and 1."""
    digest = hashlib.sha256(f"{salt}\n{text}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
