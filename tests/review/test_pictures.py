"""Pictures that the bot was unsure of, for a person to judge."""

from pathlib import Path

import pytest

from bot import Button, Context, Example, Reply, Skill, SkillModel, Turn
from tests.review.logs import OWNERS, Log, Model

PHOTO, CLEAR = "/home/ana/photo.jpg", "/home/ana/clear.jpg"


class Photos(Skill[None]):
    """Is sure of clear pictures, and asks back of others."""

    model_type: type[SkillModel] | None = Model  # type: ignore[misc] # a variable of the class

    def run(self, turn: Turn, context: Context) -> Reply | None:
        images = turn.message.images
        if len(images) != 1 or images[0].name == "clear.jpg":
            return Reply("Thank you.") if images or turn.intent.name == "image" else None
        labels = ("blurred", "dark")
        buttons = (Button(each, f"/image{each}", Example(str(images[0]), each)) for each in labels)
        return Reply("Blurred or dark?", tuple(buttons))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setitem(OWNERS, "image", "photos")
    log = Log()
    log.skills["photos"] = Photos(None, Path())
    return log


def test_a_picture_of_which_the_bot_was_unsure_waits_and_others_do_not(log: Log) -> None:
    log.show(CLEAR)
    log.show(PHOTO, text="is this all right")
    log.show(PHOTO, CLEAR)

    (item,) = log.items()

    assert item.text == PHOTO
    assert [doubt.reason for doubt in item.doubts] == ["unsure of the picture: blurred or dark"]


def test_a_label_teaches_the_picture_and_nothing_of_the_words_beside_it(log: Log) -> None:
    log.show(PHOTO, text="is this all right")
    review = log.review()
    (item,) = review.waiting

    labels = review.labels.likely(item)
    review.label(labels[1])

    assert [label.name for label in labels] == ["image/blurred", "image/dark"]
    assert log.taught() == [("photos", PHOTO, "dark")]
    assert log.items() == []


def test_a_picture_of_something_else_is_out_of_scope_for_the_skill_that_saw_it(log: Log) -> None:
    log.show(PHOTO)

    log.review().out_of_scope()

    assert log.taught() == [("photos", PHOTO, "out_of_scope")]


def test_who_chose_a_label_has_settled_it(log: Log) -> None:
    log.show(PHOTO)
    log.say("/imageblurred")

    assert log.items() == []
