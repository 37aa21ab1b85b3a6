"""What sets the parts apart: pages, hands, fonts, words and desks of one are in no other.

A page or a desk has a number, and its seed is its part and its number. So two parts share none, and
the same number is always the same page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

PartName = Literal["train", "valid", "eval"]


@dataclass(frozen=True, slots=True)
class Part:
    """What the photographs of one part are made of."""

    number: int
    """What seeds differ by."""
    pages: int
    """How many different pages there are; each is photographed again and again."""
    desks: int
    """How many different tables they lie on."""
    fonts: tuple[str, ...]
    """Files of printed letters, as matplotlib brings them: pairs of plain and bold."""
    formulas: tuple[str, ...]
    """Sets of fonts for formulas, as matplotlib names them."""
    things: tuple[str, ...]
    """Nouns, one of which is in every sentence."""
    names: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PARTS: Mapping[PartName, Part] = {
    "train": Part(
        number=1,
        pages=240,
        desks=48,
        fonts=(
            *("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
            *("STIXGeneral.ttf", "STIXGeneralBol.ttf"),
            *("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
        ),
        formulas=("dejavusans", "stix"),
        things=_words(
            "river forest engine planet battery market poem colony magnet triangle fraction verb "
            "volcano cell king harvest budget circuit melody desert bridge ocean merchant lens "
            "crystal border festival dialect pulley glacier parliament seed cloud vector tide"
        ),
        names=("Ana Ruiz", "Tom Becker", "Lena Vogt", "Omar Said", "Mia Chen", "Paul Roux"),
    ),
    "valid": Part(
        number=2,
        pages=60,
        desks=16,
        fonts=("cmss10.ttf", "cmss10.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
        formulas=("dejavuserif",),
        things=_words(
            "island enzyme senator proverb polygon turbine orchard comet canal ledger rhythm virus "
            "plateau harbour neuron treaty prism monsoon chapter quotient"
        ),
        names=("Ida Holm", "Ben Okoro", "Sara Lind"),
    ),
    "eval": Part(
        number=3,
        pages=90,
        desks=20,
        fonts=("cmr10.ttf", "cmb10.ttf", "cmtt10.ttf", "cmtt10.ttf"),
        formulas=("cm", "stixsans"),
        things=_words(
            "valley protein emperor novel circle generator meadow asteroid railway invoice chord "
            "bacterium cliff lighthouse reflex embassy mirror drought sonnet decimal molecule"
        ),
        names=("Eva Novak", "Jon Price", "Rui Costa", "Zoe Marsh"),
    ),
}


def generator_of(part: Part, kind: int, number: int) -> np.random.Generator:
    """Give the source of chance of one thing of a part; no other part has the same."""
    return np.random.default_rng((part.number, kind, number))
