"""Augmented texts: small changes, and entities that stay on their words."""

from __future__ import annotations

import random

import pytest

from bot.annotation import parse_annotation
from training.augmentation import augmented

TEXTS = [
    "fly me to [Boston](city) on [friday](day)!",
    "[Rome](city)[Oslo](city)",
    "is it [x](letter)?",
    "我想订去[上海](city)的票。",
    "[now?](time)",
    "İstanbul [İzmir](city)",
    "7 + 7",
    "",
]


@pytest.mark.parametrize("example", TEXTS)
def test_entities_stay_within_the_text_and_on_what_they_named(example: str) -> None:
    text, entities = parse_annotation(example)
    for seed in range(100):
        changed, moved = augmented(text, entities, random.Random(seed))

        assert abs(len(changed) - len(text)) <= 1
        assert [(each.type, each.value) for each in moved] == [(e.type, e.value) for e in entities]
        for old, new in zip(entities, moved, strict=True):
            before = sorted(text[old.start : old.end].casefold())
            after = sorted(changed[new.start : new.end].casefold())
            assert after
            assert set(after) <= set(before)
            assert abs((new.end - new.start) - (old.end - old.start)) <= 1


def test_all_kinds_of_changes_are_made_and_the_seed_decides() -> None:
    made = {augmented("Where is it?", (), random.Random(seed))[0] for seed in range(60)}

    assert {"Where is it", "where is it?", "WHERE IS IT?", "Whree is it?"} <= made
    assert augmented("Where is it?", (), random.Random(1)) == augmented(
        "Where is it?", (), random.Random(1)
    )
