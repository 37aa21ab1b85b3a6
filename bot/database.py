"""The SQLite file: opened, migrated and backed up; its transactions are shared between threads."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils.db import Database

from bot.errors import StoreError
from bot.migrations import migrations

BACKUP_AGE = 24 * 3600
"""Seconds after which opening the database makes its backup anew."""
BUSY_SECONDS = 10.0
"""How long one process waits for another one's transaction."""


class Store:
    """A database whose transactions may be made from any thread, one at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = Database(connection)
        self._lock = threading.RLock()
        self._synced: bool | None = None
        migrations.apply(self.db)

    @classmethod
    def in_memory(cls) -> Store:
        """Make a database that lives as long as the object, for tests and trials."""
        return cls(_connection(":memory:"))

    @contextmanager
    def transaction(self, synced: bool = False) -> Iterator[Database]:
        """Do everything within or nothing; a damaged file is a StoreError.

        What is done outlives the process. With `synced`, all that was done by then outlives a
        power cut, too, which takes some milliseconds; a transaction within another is as that is.
        """
        with self._lock:
            try:
                with self.db.atomic() if self.db.conn.in_transaction else self._begun(synced):
                    yield self.db
            except sqlite3.DatabaseError as error:
                raise StoreError(f"The database cannot be used: {error}.") from error

    @contextmanager
    def _begun(self, synced: bool) -> Iterator[None]:
        if synced != self._synced:
            self.db.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
            self._synced = synced
        # What began by reading could not wait for another process to write.
        self.db.execute("BEGIN IMMEDIATE")
        with self.db.conn:
            yield

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def open_store(file: Path) -> Store:
    """Open the database, make it if there is none, and back it up once a day."""
    backup = file.with_suffix(".backup")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = _connection(str(file))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        store = Store(connection)
        if not backup.exists() or time.time() - backup.stat().st_mtime > BACKUP_AGE:
            _back_up(connection, backup)
    except (OSError, sqlite3.OperationalError) as error:  # the place is at fault, not the file
        raise StoreError(
            f"The database {file} cannot be used: {error}. Check space and rights of {file.parent} "
            "or name another home."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The database {file} cannot be used: {error}. {_remedy(file, backup)}"
        ) from error
    return store


def _connection(name: str) -> sqlite3.Connection:
    return sqlite3.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _back_up(connection: sqlite3.Connection, backup: Path) -> None:
    """Copy the database; only a sound copy replaces the last backup."""
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    draft = backup.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as copy:
        connection.backup(copy)
    draft.replace(backup)


def _remedy(file: Path, backup: Path) -> str:
    if not backup.exists():
        return f"Move {file} away to begin with an empty one."
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(backup.stat().st_mtime))
    return (
        f"Its backup of {made} is whole: move {backup} to {file} "
        f"and remove {file}-wal and {file}-shm."
    )
