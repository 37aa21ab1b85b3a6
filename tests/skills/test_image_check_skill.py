"""What the image check says of pictures, turn by turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot import Context, Intent, Message, Reply, Turn
from bot.testing import turn
from bot.types import OUT_OF_SCOPE
from skills.image_check import ASK, FINE, GONE, SEEN, WHERE, ImageCheck
from skills.image_check.model import Verdict
from skills.image_check.wording import STRANGE

LABELS = """
- label: good
  says: legible
- label: dark
  says: it is too dark
  advice: Turn on a lamp.
- label: blurred
  says: it is blurred
"""


@dataclass
class Model:
    """Says of a picture what its colour stands for."""

    verdicts: Mapping[tuple[int, ...], Verdict] = field(default_factory=dict)
    longest: int = 16

    def check(self, pictures: list[Image.Image]) -> list[Verdict]:
        assert all(max(each.size) <= self.longest for each in pictures), "not as it learnt them"
        return [self.verdicts[each.getpixel((0, 0))] for each in pictures]  # type: ignore[index]

    def heat(self, picture: Image.Image, label: str) -> NDArray[np.float32]:
        return np.eye(4, dtype=np.float32) if label != "good" else np.zeros((4, 4), np.float32)


def verdict(target: str, confidence: float = 0.99, second: str = "blurred") -> Verdict:
    names = dict.fromkeys([target.split("+", maxsplit=1)[0], second, "good", "dark", "blurred"])
    names.pop(OUT_OF_SCOPE, None)
    shares = {name: confidence if n == 0 else 0.01 for n, name in enumerate(names)}
    return Verdict(target, confidence, shares, 0.9)


COLOURS = {
    "good": ((10, 10, 10), verdict("good")),
    "dark": ((20, 20, 20), verdict("dark", 0.85)),
    "both": ((30, 30, 30), verdict("blurred+dark", 0.7)),
    "unsure": ((40, 40, 40), verdict("dark", 0.4, "good")),
    "strange": ((50, 50, 50), verdict(OUT_OF_SCOPE, 0.8)),
}


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    for name, (colour, _) in COLOURS.items():
        Image.new("RGB", (24, 24), colour).save(tmp_path / f"{name}.png")
    return {name: tmp_path / f"{name}.png" for name in COLOURS}


@pytest.fixture
def skill(tmp_path: Path) -> ImageCheck:
    (tmp_path / "labels.yml").write_text(LABELS, encoding="utf-8")
    model: Any = Model(dict(COLOURS.values()))
    return ImageCheck(model, tmp_path)


def sent(*files: Path, unreadable: tuple[str, ...] = ()) -> Turn:
    message = Message("ana", images=files, unreadable=unreadable)
    return Turn(message, (Intent("image", 1.0),))


def answered(skill: ImageCheck, made: Turn, before: Reply | None = None) -> Reply:
    reply = skill.run(made, Context(before.slots if before else {}))
    assert reply is not None
    return reply


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("good", "**This picture is good**: legible. I'm sure of that."),
        (
            "dark",
            "**Better take it again**: it is too dark. I'm fairly sure.\n\n- Turn on a lamp.",
        ),
        (
            "both",
            "**Better take it again**: it is blurred and it is too dark. "
            "I think so, but look yourself.\n\n- Turn on a lamp.",
        ),
        ("unsure", "I'm not sure about this picture: perhaps it is too dark or perhaps legible."),
        ("strange", STRANGE),
    ],
)
def test_a_verdict_says_what_it_is_how_sure_that_is_and_what_to_do(
    skill: ImageCheck, photos: dict[str, Path], name: str, said: str
) -> None:
    assert answered(skill, sent(photos[name])).text == said


def test_who_is_asked_in_doubt_teaches_the_picture(
    skill: ImageCheck, photos: dict[str, Path]
) -> None:
    reply = answered(skill, sent(photos["unsure"]))

    assert [button.title for button in reply.buttons] == ["Dark", "Good"]
    assert [(b.example.input, b.example.target) for b in reply.buttons if b.example] == [
        (str(photos["unsure"]), "dark"),
        (str(photos["unsure"]), "good"),
    ]
    pressed = turn(reply.buttons[0].payload, "check_picture", {"label": "dark"})
    assert "Turn on a lamp" in answered(skill, pressed, reply).text


def test_several_pictures_get_one_summary(skill: ImageCheck, photos: dict[str, Path]) -> None:
    reply = answered(skill, sent(photos["good"], photos["dark"], photos["unsure"]))

    assert reply.text.splitlines() == [
        "1 of 3 pictures is good:",
        "",
        "1. **Good.**",
        "2. **It is too dark.** Turn on a lamp.",
        "3. I'm not sure: perhaps it is too dark or perhaps legible.",
    ]


def test_all_good_ones_are_praised_together(skill: ImageCheck, photos: dict[str, Path]) -> None:
    reply = answered(skill, sent(photos["good"], photos["good"]))

    assert reply.text.startswith("All 2 pictures are good:")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("dark", "good", "Much better!"),
        ("both", "dark", "No longer so: it is blurred."),
        ("dark", "both", "That is still so: it is too dark."),
    ],
)
def test_a_second_try_is_compared_with_the_first(
    skill: ImageCheck, photos: dict[str, Path], first: str, second: str, said: str
) -> None:
    before = answered(skill, sent(photos[first]))
    reply = answered(skill, sent(photos[second]), before)

    assert reply.text.partition("\n")[0] == said


@pytest.mark.parametrize("first", ["good", "strange"])
def test_nothing_is_compared_with_a_picture_that_was_good_or_another(
    skill: ImageCheck, photos: dict[str, Path], first: str
) -> None:
    before = answered(skill, sent(photos[first]))
    reply = answered(skill, sent(photos["dark"]), before)

    assert reply.text.startswith("**Better take it again**")


def test_what_is_wrong_is_shown_in_the_picture(skill: ImageCheck, photos: dict[str, Path]) -> None:
    before = answered(skill, sent(photos["good"], photos["dark"]))
    reply = answered(skill, turn("what's wrong with it?", "explain_picture"), before)

    assert reply.text == f"It is too dark. {WHERE}"
    (image,) = reply.images
    assert isinstance(image, bytes)
    assert image.startswith(b"\x89PNG")


def test_a_picture_is_chosen_by_its_number(skill: ImageCheck, photos: dict[str, Path]) -> None:
    before = answered(skill, sent(photos["dark"], photos["good"]))
    second = turn("what's wrong with the second?", "explain_picture", {"place": "2"})

    assert answered(skill, second, before).text == FINE


def test_a_picture_that_was_deleted_is_asked_for_anew(
    skill: ImageCheck, photos: dict[str, Path]
) -> None:
    before = answered(skill, sent(photos["dark"]))
    photos["dark"].unlink()

    assert answered(skill, turn("show me", "explain_picture"), before).text == GONE


@pytest.mark.parametrize("intent", ["image", "check_picture", "explain_picture"])
def test_without_a_picture_one_is_asked_for(skill: ImageCheck, intent: str) -> None:
    reply = answered(skill, turn("is this readable?", intent))

    assert (reply.text, reply.requested_slot) == (ASK, "picture")


def test_another_subject_is_not_taken_for_the_picture_that_was_asked_for(skill: ImageCheck) -> None:
    context = Context(active_skill="image_check", requested_slot="picture")

    assert skill.run(turn("how do I get a refund", "faq"), context) is None


def test_pictures_that_cannot_be_read_are_said_beside_the_others(
    skill: ImageCheck, photos: dict[str, Path]
) -> None:
    reply = answered(skill, sent(photos["good"], unreadable=("b.jpg is damaged.",)))

    assert reply.text.endswith("b.jpg is damaged.")
    alone = answered(skill, sent(unreadable=("b.jpg is damaged.",)))
    assert alone.text == "b.jpg is damaged."


def test_an_operators_own_labels_need_no_words(photos: dict[str, Path], tmp_path: Path) -> None:
    glass = Verdict("green_glass", 0.9, {"green_glass": 0.9, "metal": 0.1}, 0.9)
    model: Any = Model({COLOURS["good"][0]: glass})
    skill = ImageCheck(model, tmp_path / "nothing")

    assert answered(skill, sent(photos["good"])).text == "This is **green glass**. I'm fairly sure."


def test_slots_are_plain_data(skill: ImageCheck, photos: dict[str, Path]) -> None:
    slots = answered(skill, sent(photos["dark"])).slots

    assert slots == {SEEN: [{"path": str(photos["dark"]), "target": "dark", "label": "dark"}]}
