"""The database file: opened, migrated, backed up; its transactions are shared by threads."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils.db import Database

from bot.encryption import KEY, connect, database_errors, is_plain, place_errors
from bot.errors import StoreError
from bot.migrations import migrations

BACKUP_AGE = 24 * 3600
"""Seconds after which opening the database makes its backup anew."""


class Store:
    """A database whose transactions may be made from any thread, one at a time."""

    def __init__(
        self, connection: sqlite3.Connection, backup: Path | None = None, key: str = ""
    ) -> None:
        """Take a connection; `backup` is the file of its copy, encrypted with the same key."""
        self.db = Database(connection)
        self._backup = backup
        self._key = key
        self._lock = threading.RLock()
        self._synced: bool | None = None
        migrations.apply(self.db)

    @classmethod
    def in_memory(cls) -> Store:
        """Make a database that lives as long as the object, for tests and trials."""
        return cls(connect(":memory:"))

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
            except database_errors() as error:
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

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the file, in its log or in its backup."""
        with self._lock:
            try:
                self.db.execute("VACUUM")
                (is_busy, *_) = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except database_errors() as error:
                raise StoreError(_UNSCRUBBED.format(error)) from error
            if is_busy:
                raise StoreError(_UNSCRUBBED.format("somebody is reading it"))
            self.back_up()

    def back_up(self) -> None:
        """Copy the database; only a sound copy replaces the last backup."""
        if self._backup is None:
            return
        damage = self.db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise sqlite3.DatabaseError(damage)
        draft = self._backup.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with closing(connect(str(draft), self._key)) as copy:
            self.db.conn.backup(copy)
        draft.replace(self._backup)

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


_UNSCRUBBED = (
    "What was deleted is gone from the database, but remains of it may still be in its files: {}. "
    "Run the command again."
)


def open_store(file: Path, key: str = "") -> Store:
    """Open the database, make it if there is none, and back it up once a day."""
    backup = file.with_suffix(".backup")
    if key and is_plain(file):
        raise StoreError(
            f"{KEY} is set, and {file} is not encrypted yet. Stop the bot and run "
            "`nocturne encrypt`, or unset it."
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(str(file), key)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        store = Store(connection, backup, key)
        if not backup.exists() or time.time() - backup.stat().st_mtime > BACKUP_AGE:
            store.back_up()
    except place_errors() as error:
        raise StoreError(
            f"The database {file} cannot be used: {error}. Check space and rights of {file.parent} "
            "or name another home."
        ) from error
    except database_errors() as error:
        raise StoreError(
            f"The database {file} cannot be used: {error}. {_remedy(file, backup, key)}"
        ) from error
    return store


def _remedy(file: Path, backup: Path, key: str) -> str:
    if key:
        return f"The key in {KEY} is not the one that it was encrypted with, or it is damaged."
    is_encrypted = f"If it is encrypted, put its key into {KEY}. Else: "
    if is_plain(file):
        is_encrypted = ""
    if not backup.exists():
        return f"{is_encrypted}Move {file} away to begin with an empty one."
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(backup.stat().st_mtime))
    return (
        f"{is_encrypted}Its backup of {made} is whole: move {backup} to {file} "
        f"and remove {file}-wal and {file}-shm."
    )
