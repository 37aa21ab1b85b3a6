"""The database at rest: unreadable without its key, and clear about what is wrong."""

import importlib
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import Example
from bot.config import Settings, read_settings
from bot.database import open_store
from bot.encryption import encrypt
from bot.errors import SettingsError, StoreError
from bot.feedback import FeedbackStore
from bot.picture_store import PictureStore
from bot.privacy import People
from bot.review.store import ReviewStore
from bot.tracker import SNAPSHOT_EVERY, TrackerStore

SAID = {"event": "user", "text": "my aunt lives in Ulaanbaatar"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nocturne.db"


@pytest.fixture
def library() -> None:
    pytest.importorskip("sqlcipher3")


@pytest.mark.usefixtures("library")
def test_nothing_on_the_disk_can_be_read_without_the_key(file: Path) -> None:
    store = open_store(file, "it's secret")
    TrackerStore(store).append("ana", [SAID] * SNAPSHOT_EVERY)
    store.back_up()

    contents = [each.read_bytes() for each in file.parent.iterdir()]
    assert len(contents) >= 3
    assert not any(b"Ulaanbaatar" in each or b"SQLite format" in each for each in contents)
    store.close()
    for each in (file, file.with_suffix(".backup")):
        assert (
            TrackerStore(open_store(each, "it's secret")).events("ana")[1]["text"] == SAID["text"]
        )


@pytest.mark.usefixtures("library")
def test_all_that_is_done_with_a_database_can_be_done_with_an_encrypted_one(file: Path) -> None:
    store = open_store(file, "key")
    feedback = FeedbackStore(store)
    TrackerStore(store).append("ana", [SAID])
    feedback.add("intent", Example("hello", "greet"), "button", "ana", 2)
    feedback.rate("ana", 2, 1)
    feedback.mark_learnt(feedback.waiting("intent"), "v1")

    assert ReviewStore(feedback).ratings(0) == {2: 1}
    people = People(store, PictureStore(file.parent / "pictures"))
    assert people.forget("ana").counts == {"events": 2, "ratings": 1, "feedback": 1}
    with pytest.raises(StoreError, match="no such table"), store.transaction() as db:
        db.execute("insert into nowhere values (1)")


@pytest.mark.usefixtures("library")
def test_a_wrong_key_and_a_missing_one_are_told(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    open_store(file, "key").close()

    with pytest.raises(StoreError, match="NOCTURNE_DATABASE_KEY is not the one"):
        open_store(file, "other")
    with pytest.raises(StoreError, match="encrypted, put its key into NOCTURNE_DATABASE_KEY"):
        open_store(file)
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("library")
def test_a_plain_database_can_be_encrypted(file: Path) -> None:
    plain = open_store(file)
    TrackerStore(plain).append("ana", [SAID])

    with pytest.raises(StoreError, match=r"not encrypted yet.*nocturne encrypt"):
        open_store(file, "key")
    plain.close()
    encrypt(file, "key")

    assert TrackerStore(open_store(file, "key")).events("ana")[1]["text"] == SAID["text"]
    assert b"Ulaanbaatar" not in file.read_bytes()


@pytest.mark.usefixtures("library")
def test_a_database_in_use_is_not_encrypted(file: Path) -> None:
    open_store(file).close()
    library = importlib.import_module("sqlcipher3.dbapi2")  # locks as another process would
    with closing(library.connect(file)) as other:
        other.execute("select * from events").fetchall()
        with pytest.raises(StoreError, match="End all that uses it"):
            encrypt(file, "key")

    open_store(file).close()


def test_a_missing_library_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)

    with pytest.raises(StoreError, match=r"pip install 'nocturne\[encryption\]'"):
        open_store(file, "key")


def test_the_key_comes_from_the_environment_only(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"NOCTURNE_DATABASE_KEY": "key"})

    assert settings.database_key == "key"
    assert "key'" not in repr(settings)
    (tmp_path / "nocturne.toml").write_text('database_key = "key"')
    with pytest.raises(SettingsError, match="Put it into the environment: NOCTURNE_DATABASE_KEY"):
        read_settings(tmp_path, {})


def test_days_can_be_for_ever(tmp_path: Path) -> None:
    (tmp_path / "nocturne.toml").write_text("conversation_days = 30\npicture_days = inf\n")

    assert read_settings(tmp_path, {}).conversation_days == 30
    assert Settings().conversation_days == read_settings(tmp_path, {}).picture_days
    with pytest.raises(SettingsError, match=r"'conversation_days'.*number of days"):
        read_settings(tmp_path, {"NOCTURNE_CONVERSATION_DAYS": "-1"})
