"""Pseudonyms: what stands for people's ids wherever something is kept or learnt of them."""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import closing
from dataclasses import dataclass, field

from bot.config import Settings
from bot.database import Store, open_store

MARK = "p:"
NOBODY = MARK + 16 * "0"
"""Who talks where nobody does."""
_PSEUDONYM = re.compile(MARK + "[0-9a-f]{16}")


def is_pseudonym(id: str) -> bool:
    """Whether it stands for a person already."""
    return _PSEUDONYM.fullmatch(id) is not None


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Gives each id a pseudonym, always the same, that nobody without the key can undo or make."""

    key: bytes = field(repr=False)

    def of(self, id: str) -> str:
        """Give the pseudonym of an id; what is one already stays as it is."""
        if is_pseudonym(id):
            return id
        return (
            MARK
            + hmac.digest(self.key, id.encode(errors="surrogatepass"), hashlib.sha256).hex()[:16]
        )


def pseudonyms_in(store: Store) -> Pseudonyms:
    """Read the key of a database, which was made with it."""
    with store.transaction() as db:
        return Pseudonyms(bytes.fromhex(db.table("secrets").get("giver")["value"]))


def pseudonyms_of(settings: Settings) -> Pseudonyms:
    """Read the key of a home; a home without a database gets one."""
    with closing(open_store(settings.database, settings.database_key)) as store:
        return pseudonyms_in(store)
