"""The database file: migrations, backups, damage."""

from pathlib import Path
from threading import Thread

import pytest

from bot.database import open_store
from bot.errors import StoreError
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
