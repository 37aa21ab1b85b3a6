"""The database file: migrations, backups, damage."""

import json
from pathlib import Path
from threading import Thread

import pytest
from sqlite_utils.db import Database

from bot.database import open_store
from bot.errors import StoreError
from bot.migrations import migrations
from bot.pseudonyms import pseudonyms_in
from bot.tracker import TrackerStore


def damaged(file: Path) -> None:
    file.write_bytes(b"this is no database, and long enough to be looked at " * 40)


def test_a_database_can_be_opened_again_and_again(tmp_path: Path) -> None:
    for _ in range(3):
        open_store(tmp_path / "bot.db").close()

    assert (tmp_path / "bot.backup").exists()


def test_a_damaged_database_is_named_with_its_backup(tmp_path: Path) -> None:
    open_store(tmp_path / "bot.db").close()
    damaged(tmp_path / "bot.db")

    with pytest.raises(StoreError, match=r"bot\.db cannot be used.*bot\.backup"):
        open_store(tmp_path / "bot.db")


def test_the_backup_takes_the_place_of_a_damaged_database(tmp_path: Path) -> None:
    store = open_store(tmp_path / "bot.db")
    TrackerStore(store).append("ana", [{"event": "pause"}])
    store.close()
    (tmp_path / "bot.backup").unlink()
    open_store(tmp_path / "bot.db").close()
    damaged(tmp_path / "bot.db")
    (tmp_path / "bot.backup").replace(tmp_path / "bot.db")

    assert TrackerStore(open_store(tmp_path / "bot.db")).load("ana").paused


def test_a_damaged_database_without_a_backup_can_be_moved_away(tmp_path: Path) -> None:
    damaged(tmp_path / "bot.db")

    with pytest.raises(StoreError, match=r"Move .*bot\.db away"):
        open_store(tmp_path / "bot.db")


def test_a_failing_transaction_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "bot.db")
    with pytest.raises(StoreError, match="no such table"), store.transaction() as db:
        db.execute("insert into ratings (rating) values (5)")
        db.execute("insert into nowhere values (1)")

    assert store.db.table("ratings").count == 0


def test_a_place_where_no_database_can_be_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(StoreError, match="Check space and rights of"):
        open_store(tmp_path / "home" / "nocturne.db")
    (tmp_path / "nocturne.db").mkdir()
    with pytest.raises(StoreError, match="Check space and rights of"):
        open_store(tmp_path / "nocturne.db")


def test_two_processes_that_read_and_then_write_wait_for_each_other(tmp_path: Path) -> None:
    first, second = (open_store(tmp_path / "bot.db") for _ in range(2))
    other = Thread(target=TrackerStore(second).append, args=("ben", [{"event": "pause"}]))
    with first.transaction() as db:
        assert db.table("events").count == 0
        other.start()
        other.join(0.2)
        TrackerStore(first).append("ana", [{"event": "pause"}])
    other.join()

    assert len(TrackerStore(first).events("ana")) == len(TrackerStore(first).events("ben")) == 2


def test_ids_of_before_become_pseudonyms(tmp_path: Path) -> None:
    old = Database(tmp_path / "bot.db")
    migrations.apply(old, stop_before="m007_pseudonyms")
    event = json.dumps({"event": "pause"})
    old.table("events").insert_all(
        {"sender_id": id, "timestamp": 1.0, "type": "pause", "data": event} for id in ("ana", "ana")
    )
    old.table("ratings").insert({"sender_id": "ana", "event_id": 1, "rating": 5, "created": 1.0})
    old.close()

    store = open_store(tmp_path / "bot.db")

    assert TrackerStore(store).load("ana").paused
    assert len(TrackerStore(store).events("ana")) == 2
    names = {
        row["sender_id"] for name in ("events", "ratings") for row in store.db.table(name).rows
    }
    assert names == {pseudonyms_in(store).of("ana")}
