"""Which pictures there are to learn, and how large they are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from bot.errors import DataError
from bot.types import OUT_OF_SCOPE, Example
from skills.image_check.targets import canonical


def within(examples: Sequence[Example]) -> list[Example]:
    """Take the examples that count and have labels, these in order."""
    found = [replace(each, target=canonical(each.target)) for each in examples if each.weight > 0]
    kept = [each for each in found if each.target != OUT_OF_SCOPE]
    if examples and not kept:
        raise DataError("No example has a label to learn. Give each picture one as its target.")
    return kept


def there(examples: Sequence[Example], file_of: Callable[[Example], Path]) -> list[Example]:
    """Leave out pictures whose files are gone: what people send is kept for a while only."""
    found = [each for each in examples if file_of(each).is_file()]
    if examples and not found:
        raise DataError(
            f"None of {len(examples)} pictures is there, such as {file_of(examples[0])}. "
            "Paths in a file of examples are relative to it."
        )
    if gone := len(examples) - len(found):
        logging.getLogger(__name__).warning("%s pictures are gone and left out", gone)
    return found


def rows_of(part: Sequence[Example], examples: Sequence[Example], rows: Tensor) -> Tensor:
    """Take the rows of some examples out of those of all."""
    places = {each: place for place, each in enumerate(examples)}
    return rows[[places[each] for each in part]]
