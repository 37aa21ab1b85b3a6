"""Tuning of the image check: batches go through the network in pieces, and memory is bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

import pytest
import torch
from PIL import Image

from bot.types import Example
from bot.vision import Vision
from skills.image_check.augmentation import Changes
from skills.image_check.lower import Lower
from skills.image_check.recipe import Recipe
from skills.image_check.solving import fresh
from skills.image_check.tuning import Learner, Lesson
from tests.tiny_vision import write_tiny_vision
from training.options import Options

COUNT = 21
RECIPE = Recipe(0, batch=10, views=2, dropout=0.0)
PAINTED = [Image.new("RGB", (40, 40), (10 * n, 40, 250 - 10 * n)) for n in range(COUNT)]


@pytest.fixture(scope="module")
def vision(tmp_path_factory: pytest.TempPathFactory) -> Vision:
    return Vision.load(str(write_tiny_vision(tmp_path_factory.mktemp("vision"))), device="cpu")


@pytest.fixture
def file() -> Iterator[IO[bytes]]:
    with TemporaryFile() as opened:
        yield opened


@pytest.fixture
def learner(vision: Vision, file: IO[bytes]) -> Learner:
    known = [Example(str(n), "ab"[n % 2]) for n in range(COUNT)]
    start = fresh(0.0, vision, known, vision.features(PAINTED))
    lesson = Lesson(
        [each.copy for each in PAINTED],
        torch.tensor([n % 2 for n in range(COUNT)]),
        torch.linspace(0.5, 2, COUNT),
        Changes(),
    )
    return Learner(start, lesson, RECIPE, 0, Options(), file)


def test_an_epoch_shows_each_picture_in_batches_of_one_size(learner: Learner) -> None:
    pieces = list(islice(learner.batches(), 3 * learner.pieces))
    shown = Counter(place for places, _ in pieces for place in places)

    assert set(shown) == set(range(COUNT))
    assert shown.total() == 3 * RECIPE.batch
    assert {view for _, view in pieces} == {1}


def test_pieces_teach_what_their_batch_would(learner: Learner) -> None:
    pieces = list(islice(learner.batches(), learner.pieces))
    places = [place for piece, _ in pieces for place in piece]
    mean = sum(learner.loss(piece) for piece in pieces) / len(pieces)

    learner.__class__ = type("Whole", (Learner,), {"pieces": 1})
    assert len(pieces) == 2
    assert torch.allclose(torch.as_tensor(mean), learner.loss((places, 1)), atol=1e-5)


def lower_of(vision: Vision, opened: Counter[int], recipe: Recipe, file: IO[bytes]) -> Lower:
    def opener(place: int) -> Callable[[], Image.Image]:
        def opens() -> Image.Image:
            opened[place] += 1
            return PAINTED[place]

        return opens

    return Lower(vision, [opener(n) for n in range(COUNT)], Changes(), recipe, 0, file)


def test_what_the_lower_parts_made_is_read_again_from_disk(vision: Vision, file: IO[bytes]) -> None:
    opened: Counter[int] = Counter()
    lower = lower_of(vision, opened, RECIPE, file)

    first, second = lower([3, 5, 3], 1), lower([5, 4, 3], 1)

    assert opened == {3: 1, 4: 1, 5: 1}
    assert torch.equal(first[0], first[2])
    assert torch.equal(first[[1, 0]], second[[0, 2]])
    assert not torch.equal(second[0], second[1])


def test_what_has_no_room_on_disk_is_made_anew(vision: Vision, file: IO[bytes]) -> None:
    opened: Counter[int] = Counter()
    lower = lower_of(vision, opened, replace(RECIPE, room=0), file)

    assert torch.equal(lower([3], 0), lower([3], 0))
    assert opened == {3: 2}
