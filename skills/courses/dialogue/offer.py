"""What there is to recommend, put together once for all turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.history import Histories
from skills.courses.dialogue.recommender import Recommender


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to recommend, and what recommends it."""

    catalogue: Catalogue
    histories: Histories
    model: Recommender
    index: Any
    courses: tuple[Course, ...]
    """The columns of the index."""
    near: Callable[[str], Mapping[str, float]]
    """Finds the courses that a text is near to; what it found of late is kept."""
