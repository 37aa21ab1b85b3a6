"""What is noted of a version tells apart what was made otherwise."""

from dataclasses import replace

from bot.config import Settings
from bot.types import Example
from training.provenance import info_of, is_alike

EXAMPLES = [Example("hello", "greet"), Example("bye", "goodbye")]


def test_what_is_needed_to_make_a_version_again_is_noted(settings: Settings) -> None:
    info = info_of(settings, EXAMPLES, 7, {"accuracy": 0.9})

    assert info["settings"] == {
        "encoder": settings.encoder,
        "vision": settings.vision,
        "device": "cpu",
        "precision": "float32",
        "seed": 7,
        "training": {},
    }
    assert (info["examples"], info["metrics"]) == (2, {"accuracy": 0.9})
    assert all([info["data"], info["code"], info["python"], *info["libraries"].values()])


def test_the_same_things_are_noted_alike(settings: Settings) -> None:
    assert info_of(settings, EXAMPLES, 0, {}) == info_of(settings, EXAMPLES[::-1], 0, {})


def test_models_made_of_the_same_are_alike_but_for_chance(settings: Settings) -> None:
    info = info_of(settings, EXAMPLES, 0, {})
    elsewhere = replace(settings, encoder="another")

    assert is_alike(info, info_of(settings, EXAMPLES, 1, {"accuracy": 0.9}))
    assert not is_alike(info, info_of(settings, EXAMPLES[:1], 0, {}))
    assert not is_alike(info, info_of(elsewhere, EXAMPLES, 0, {}))


def test_what_was_made_otherwise_is_told_apart(settings: Settings) -> None:
    info = info_of(settings, EXAMPLES, 0, {})
    elsewhere = replace(settings, encoder="another")
    otherwise = replace(settings, training={"intent": {"epochs": 3}})

    assert info_of(settings, EXAMPLES[:1], 0, {})["data"] != info["data"]
    assert info_of(settings, EXAMPLES, 1, {})["settings"] != info["settings"]
    assert info_of(otherwise, EXAMPLES, 0, {})["settings"] != info["settings"]
    assert info_of(elsewhere, EXAMPLES, 0, {})["settings"] != info["settings"]
