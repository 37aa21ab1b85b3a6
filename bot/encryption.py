"""How the database lies on the disk: plain SQLite, or by SQLCipher where there is a key."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.errors import StoreError

BUSY_SECONDS = 10.0
"""How long one process waits for another one's transaction."""
KEY = "NOCTURNE_DATABASE_KEY"
"""The variable of the environment that holds the key."""
_LIBRARY = "sqlcipher3.dbapi2"
_PLAIN = b"SQLite format 3\0"
"""What a file begins with that is not encrypted."""


def connect(name: str, key: str = "") -> sqlite3.Connection:
    """Open a file for any thread, encrypted where there is a key; nothing is read yet."""
    library = _library() if key else sqlite3
    connection: sqlite3.Connection = library.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    if key:
        connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told by an error
        connection.execute(f"PRAGMA key = '{_quoted(key)}'")
    return connection


def database_errors(name: str = "DatabaseError") -> tuple[type[Exception], ...]:
    """Give the errors of that name which connections may raise; both libraries have their own."""
    libraries = (sqlite3, sys.modules.get(_LIBRARY))
    return tuple(getattr(library, name) for library in libraries if library)


def place_errors() -> tuple[type[Exception], ...]:
    """Give the errors of which the place of a file is at fault, and not what is in it."""
    return (OSError, *database_errors("OperationalError"))


def is_plain(file: Path) -> bool:
    """Whether there is a database that anybody can read."""
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return content.read(len(_PLAIN)) == _PLAIN


def encrypt(file: Path, key: str) -> None:
    """Put an encrypted copy in the place of a plain database that nobody has open."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    try:
        with closing(_library().connect(str(file), isolation_level=None)) as plain:
            plain.execute("PRAGMA journal_mode = DELETE")  # refuses while others have it open
            plain.execute("ATTACH DATABASE ? AS made KEY ?", (str(draft), key))
            plain.execute("SELECT sqlcipher_export('made')")
            plain.execute("DETACH DATABASE made")
    except database_errors() as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"{file} cannot be encrypted: {error}. End all that uses it, and try again."
        ) from error
    draft.replace(file)


def _library() -> Any:
    try:
        return importlib.import_module(_LIBRARY)
    except ImportError as error:
        raise StoreError(
            f"{KEY} is set, and what encrypts is missing. "
            "Run `pip install 'nocturne[encryption]'`, or unset it."
        ) from error


def _quoted(text: str) -> str:
    return text.replace("'", "''")
