"""Profiles in the database: what is known of people, over all their conversations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.database import Store
from bot.pseudonyms import pseudonyms_in


class ProfileStore:
    """Profiles in the database, under pseudonyms: two verbs, `of` and `change`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pseudonyms = pseudonyms_in(store)

    def of(self, sender_id: str) -> dict[str, Any]:
        """Give what is known of a person; of a stranger that is nothing."""
        query = "select data from profiles where sender_id = ?"
        with self.store.transaction() as db:
            row = db.execute(query, [self.pseudonyms.of(sender_id)]).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def change(self, sender_id: str, changes: Mapping[str, Any]) -> None:
        """Add to what is known, or replace it, key by key; None forgets a key."""
        if not changes:
            return
        person = self.pseudonyms.of(sender_id)
        with self.store.transaction() as db:
            known = {**self.of(sender_id), **changes}
            kept = {key: value for key, value in known.items() if value is not None}
            db.table("profiles").delete_where("sender_id = ?", [person])
            if kept:
                row = {"sender_id": person, "data": json.dumps(kept, ensure_ascii=False)}
                db.table("profiles").insert(row)
