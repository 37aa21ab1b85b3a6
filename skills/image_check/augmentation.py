"""Shows a picture otherwise than it was taken, as far as it is still the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from PIL import ImageEnhance
from PIL.Image import Image, Resampling, Transpose

from bot.vision import squeezed
from skills.image_check.model import ImageModel

SMALLEST = 0.6
"""Least part of a picture's area that a view of a part shows."""
STRETCH = 1.15
"""How much wider or higher than it is a part may look."""
COLOUR = 0.2
"""How much brighter, duller or greyer a view may be."""
BORNE = 0.05
"""Accuracy that a change may cost a head that has not learnt it. More, and it changes what pictures
are: mirroring cost 1 and 2.5 points on two sets of pictures, parts 2 points where they are harmless
and 22 where a label says that something is missing."""
SAMPLE = 200
"""About how many pictures that is tried on."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Which changes leave what pictures are."""

    mirrored: bool = False
    part: bool = False
    """A large part is shown, perhaps a little stretched."""
    light: bool = False
    """It is brighter or darker, duller or greyer."""


def augmented(picture: Image, size: int, changes: Changes, draw: random.Random) -> Image:
    """Make a square view of a picture."""
    view = squeezed(picture, size)
    if changes.part:
        view = picture.resize((size, size), Resampling.BILINEAR, box=_part(picture, draw))
    if changes.mirrored and draw.random() < 0.5:
        view = view.transpose(Transpose.FLIP_LEFT_RIGHT)
    if changes.light:
        for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            view = kind(view).enhance(draw.uniform(1 - COLOUR, 1 + COLOUR))
    return view


def harmless(
    model: ImageModel, pictures: Sequence[Callable[[], Image]], targets: Sequence[str]
) -> Changes:
    """Find the changes after which a model says of pictures that it has not learnt what it did."""
    found = Changes()
    pairs = list(zip(pictures, targets, strict=True))[:: -(-len(pictures) // SAMPLE) or 1]
    as_it_is = _accuracy(model, pairs, Changes())
    for field in fields(Changes):
        only = replace(Changes(), **{field.name: True})
        if _accuracy(model, pairs, only) >= as_it_is - BORNE:
            found = replace(found, **{field.name: True})
    return found


def _accuracy(
    model: ImageModel, pairs: Sequence[tuple[Callable[[], Image], str]], changes: Changes
) -> float:
    draw, size = random.Random(0), model.vision.size
    views = [augmented(opened(), size, changes, draw) for opened, _ in pairs]
    given = [each.target for each in model.check(views)]
    return sum(a == b for a, (_, b) in zip(given, pairs, strict=True)) / max(1, len(pairs))


def _part(picture: Image, draw: random.Random) -> tuple[float, float, float, float]:
    area, stretch = draw.uniform(SMALLEST, 1), draw.uniform(1 / STRETCH, STRETCH)
    width = picture.width * min(1.0, (area * stretch) ** 0.5)
    height = picture.height * min(1.0, (area / stretch) ** 0.5)
    left, top = draw.uniform(0, picture.width - width), draw.uniform(0, picture.height - height)
    return left, top, left + width, top + height
