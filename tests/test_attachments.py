"""Pictures of a turn: taken in as plain copies, and given out as files."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot import Context, Message, Reply, Skill, Turn
from bot.app import App
from bot.attachments import LONGEST, MOST, Attachments
from bot.config import Settings
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.picture_store import PictureStore
from bot.pictures import open_picture
from bot.policy import Policy
from bot.tracker import TrackerStore
from bot.types import Intent


class Painter(Skill[None]):
    """Answers a picture with a red one, and says what else was sent."""

    def run(self, turn: Turn, context: Context) -> Reply | None:
        buffer = BytesIO()
        Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
        said = ", ".join([path.suffix for path in turn.message.images] + [*turn.message.unreadable])
        return Reply(said, images=(buffer.getvalue(),))


@pytest.fixture
def attachments(tmp_path: Path) -> Attachments:
    return Attachments(PictureStore(tmp_path / "kept"), clock=lambda: 1_700_000_000.0)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.png"
    Image.new("RGB", (LONGEST + 100, 10), "blue").save(file)
    return file


def test_skills_see_kept_copies_of_bounded_size(attachments: Attachments, photo: Path) -> None:
    (kept,) = attachments.received(Message("ana", images=(photo,))).images

    assert kept.parent == attachments.store.folder
    assert open_picture(kept).width == LONGEST


def test_what_cannot_be_read_is_said_and_costs_the_others_nothing(
    attachments: Attachments, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "no.jpg").write_text("no picture")

    found = attachments.received(Message("ana", "look", (tmp_path / "no.jpg", photo)))

    assert len(found.images) == 1
    assert len(found.unreadable) == 1
    assert "no.jpg" in found.unreadable[0]


def test_more_pictures_than_are_looked_at_are_counted(
    attachments: Attachments, photo: Path
) -> None:
    found = attachments.received(Message("ana", images=(photo,) * (MOST + 1)))

    assert len(found.images) == MOST
    assert f"first {MOST} pictures of {MOST + 1}" in found.unreadable[0]


def test_a_turn_with_pictures_keeps_what_came_and_what_was_made(
    attachments: Attachments, photo: Path
) -> None:
    store = Store.in_memory()
    tracker = TrackerStore(store)
    bot = DialogueManager(
        lambda message: Turn(message, (Intent("image", 1.0),)),
        lambda: {"painter": Painter(None, Path())},
        Policy({"image": "painter"}),
        tracker,
        FeedbackStore(store),
        attachments=attachments,
    )

    (reply,) = bot.handle(Message("ana", images=(photo,))).replies

    (made,) = reply.images
    assert isinstance(made, Path)
    assert open_picture(made).getpixel((0, 0)) == pytest.approx((255, 0, 0), abs=3)
    assert reply.text == ".jpg"
    events = list(store.db.query("select data from events where type in ('user', 'bot')"))
    assert str(photo) not in str(events)
    assert str(made) in str(events)


def test_a_bot_that_starts_deletes_pictures_whose_time_is_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = PictureStore(settings.pictures).keep(Image.new("RGB", (8, 8)), 1_700_000_000.0)
    monkeypatch.setattr(App, "manager_on", lambda self, store: store.close())

    App(settings).manager  # noqa: B018 - making it is what is tested

    assert not old.exists()
