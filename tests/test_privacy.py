"""What is kept of people: exported whole, forgotten without a trace, not written again."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from bot import Context, Example, Intent, Message, Reply, Skill, Turn
from bot.attachments import Attachments
from bot.database import Store, open_store
from bot.errors import StoreError
from bot.feedback import FeedbackStore
from bot.manager import FORGOTTEN, DialogueManager
from bot.picture_store import PictureStore
from bot.policy import Policy
from bot.privacy import People
from bot.review.ranking import Item
from bot.review.store import ReviewStore
from bot.review.turns import newest_turns
from bot.tracker import SNAPSHOT_EVERY, TrackerStore

SAID = "my aunt lives in Ulaanbaatar"
OTHER = "the weather in Lima"


class Echo(Skill[None]):
    """Says what was said, and does something in between, as another process might."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def run(self, turn: Turn, context: Context) -> Reply | None:
        self.meanwhile()
        said = turn.message.text
        return Reply(f"You said: {said}", slots={"said": said}, example=Example(said, "echo"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nocturne.db"


@pytest.fixture
def pictures(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


@pytest.fixture
def store(file: Path) -> Store:
    return open_store(file)


@pytest.fixture
def people(store: Store, pictures: PictureStore) -> People:
    return People(store, pictures)


@pytest.fixture
def skill() -> Echo:
    return Echo(None, Path("none"))


@pytest.fixture
def bot(store: Store, pictures: PictureStore, skill: Echo) -> DialogueManager:
    return DialogueManager(
        lambda message: Turn(message, (Intent("echo", 1.0),)),
        lambda: {"echo": skill},
        Policy({"echo": "echo"}),
        TrackerStore(store),
        FeedbackStore(store),
        attachments=Attachments(pictures),
    )


@pytest.fixture
def talked(bot: DialogueManager, tmp_path: Path) -> DialogueManager:
    """Ana talked, sent a picture, rated and was reviewed; so was Ben, with other words."""
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    for sender_id, text in (("ana", SAID), ("ben", OTHER)):
        for _ in range(SNAPSHOT_EVERY // 4):  # events enough for a snapshot
            bot.handle(Message(sender_id, text))
        bot.rate(sender_id, 5)
    bot.handle(Message("ana", SAID, (tmp_path / "red.png",)))
    reviews = ReviewStore(bot.feedback)
    for turn in newest_turns(bot.tracker.store):
        reviews.decide(Item(turn.text, turn), "label", {"intent": Example(turn.text, "echo")})
    reviews.decide(Item(SAID), "label", {"intent": Example(SAID, "other")})  # from a file
    return bot


def files_with(folder: Path, text: str) -> list[str]:
    found = (file for file in folder.rglob("*") if file.is_file())
    return [file.name for file in found if text.encode() in file.read_bytes()]


def test_everything_of_a_person_is_exported(talked: DialogueManager, people: People) -> None:
    kept = people.kept_of("ana")

    rows = kept.rows
    assert {event["data"]["event"] for event in rows["events"]} >= {"user", "bot", "slot"}
    assert rows["snapshots"][0]["state"]["slots"] == {"said": SAID}
    assert [rating["rating"] for rating in rows["ratings"]] == [5]
    assert {lesson["source"] for lesson in rows["feedback"]} == {"rating", "review"}
    assert {lesson["target"] for lesson in rows["feedback"]} == {"echo", "other"}
    assert rows["reviews"]
    assert [file.suffix for file in kept.pictures] == [".jpg"]
    assert "Lima" not in json.dumps(rows)


def test_a_forgotten_person_is_in_no_file_any_more(
    talked: DialogueManager, people: People, tmp_path: Path
) -> None:
    talked.tracker.store.back_up()
    assert len(files_with(tmp_path, "Ulaanbaatar")) > 1

    counts = people.forget("ana").counts

    assert counts["events"] > 4 * SNAPSHOT_EVERY // 4
    assert files_with(tmp_path, "Ulaanbaatar") == []
    assert list(people.pictures.folder.iterdir()) == []
    assert people.kept_of("ana").counts == {}
    assert people.kept_of("ben").rows["feedback"]
    assert talked.tracker.load("ben").slots == {"said": OTHER}


def test_what_was_deleted_before_is_gone_too(store: Store, file: Path, people: People) -> None:
    """Rows that others removed leave remains in a database that was made without care for that."""
    store.db.execute("PRAGMA secure_delete = OFF")
    tracker = TrackerStore(store)
    tracker.append("ana", [{"event": "user", "text": SAID}] * 20)
    store.db.table("events").delete_where()
    assert files_with(file.parent, SAID)

    people.forget("ana")

    assert files_with(file.parent, SAID) == []


def test_no_id_of_a_platform_is_kept(talked: DialogueManager, tmp_path: Path) -> None:
    talked.handle(Message("psid-4711-0815", "hello"))
    talked.rate("psid-4711-0815", 1)
    talked.tracker.store.scrub()

    assert files_with(tmp_path, "hello")
    assert files_with(tmp_path, "psid-4711-0815") == []


def test_a_turn_under_way_does_not_bring_a_forgotten_person_back(
    bot: DialogueManager, skill: Echo, file: Path, pictures: PictureStore, tmp_path: Path
) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    bot.handle(Message("ana", SAID))

    def forget() -> None:
        with closing(open_store(file)) as other:
            People(other, pictures).forget("ana")

    skill.meanwhile = forget
    outcome = bot.handle(Message("ana", SAID, (tmp_path / "red.png",)))

    assert outcome.replies == (FORGOTTEN,)
    assert People(bot.tracker.store, pictures).kept_of("ana").counts == {}
    assert list(pictures.folder.iterdir()) == []
    assert files_with(tmp_path, "Ulaanbaatar") == []


def test_whoever_was_forgotten_can_begin_anew(talked: DialogueManager, people: People) -> None:
    people.forget("ana")

    talked.handle(Message("ana", "hello"))

    assert talked.tracker.load("ana").history == (("hello", "You said: hello"),)


def test_a_review_that_is_open_does_not_bring_a_forgotten_person_back(
    talked: DialogueManager, people: People
) -> None:
    turn = next(t for t in newest_turns(talked.tracker.store) if t.text == SAID)
    people.forget("ana")
    reviews = ReviewStore(talked.feedback)

    decision = reviews.decide(Item(SAID, turn), "label", {"intent": Example(SAID, "echo")})
    reviews.take_back(decision)

    assert people.kept_of("ana").counts == {}
    assert not talked.feedback.store.db.table("feedback").count_where("input = ?", [SAID])


def test_tables_of_others_are_exported_and_forgotten_by_their_column(
    store: Store, people: People
) -> None:
    store.db.table("deliveries").insert({"sender_id": "ana", "body": SAID})
    store.db.table("invitations").insert({"sender_id": people.pseudonyms.of("ana"), "body": SAID})

    assert people.forget("ana").counts == {"deliveries": 1, "invitations": 1}
    assert store.db.table("deliveries").count == store.db.table("invitations").count == 0


def test_that_remains_may_be_left_is_said(store: Store, people: People, file: Path) -> None:
    TrackerStore(store).append("ana", [{"event": "user", "text": SAID}])
    with closing(open_store(file)) as reader:
        reader.db.execute("begin")
        reader.db.execute("select * from events").fetchone()
        store.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreError, match=r"somebody is reading it.*Run the command again"):
            people.forget("ana")
        reader.db.execute("rollback")

    people.forget("ana")

    assert files_with(file.parent, SAID) == []
