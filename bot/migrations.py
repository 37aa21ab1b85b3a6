"""The schema of the database, one function a change. A function that has landed is never edited."""

import hashlib
import hmac
import secrets

from sqlite_utils.db import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("nocturne")


@migrations()
def m001_events(db: Database) -> None:
    """Conversations as append-only logs of Rasa events; `data` is the event as JSON."""
    db.table("events").create(
        {"id": int, "sender_id": str, "timestamp": float, "type": str, "data": str}, pk="id"
    )
    db.table("events").create_index(["sender_id", "id"])


@migrations()
def m002_snapshots(db: Database) -> None:
    """What replaying a sender's events up to `event_id` gives, so that no turn replays them all."""
    db.table("snapshots").create({"sender_id": str, "event_id": int, "state": str}, pk="sender_id")


@migrations()
def m003_feedback(db: Database) -> None:
    """Examples that wait for the night, each with where it came from."""
    db.table("feedback").create(
        {
            "id": int,
            "learner": str,
            "input": str,
            "target": str,
            "weight": float,
            "source": str,  # button, rating or review
            "sender_id": str,
            "event_id": int,  # the bot's utterance that was judged
            "created": float,
            "learnt_in": str,  # the version that learnt it; null while it waits
        },
        pk="id",
    )


@migrations()
def m004_ratings(db: Database) -> None:
    """What people thought of replies, 1 to 5; low ones teach nothing and wait for a review."""
    db.table("ratings").create(
        {"id": int, "sender_id": str, "event_id": int, "rating": int, "created": float}, pk="id"
    )
    db.table("ratings").create_index(["event_id"], unique=True)


@migrations()
def m005_provenance(db: Database) -> None:
    """Where an example came from, without the name of who gave it; and what became of it."""
    columns = {
        "giver": str,  # keyed hash of the sender
        "version": str,  # the version that had answered
        "is_held": int,  # held out for ever, to score versions by
        "aside": str,  # why it waits for a person; null if it doesn't
    }
    for name, kind in columns.items():
        db.table("feedback").add_column(name, kind)
    db.table("feedback").transform(drop={"sender_id"})
    db.table("secrets").create({"name": str, "value": str}, pk="name")
    db.table("secrets").insert({"name": "giver", "value": secrets.token_hex(32)})


@migrations()
def m006_reviews(db: Database) -> None:
    """What people decided about turns, so that they need not decide it again."""
    columns = {
        "id": int,
        "text": str,  # what was judged, without regard to case and blanks
        "event_id": int,  # the user's utterance; 0 where the text came from a file
        "verdict": str,  # label, right, out_of_scope or skip
        "created": float,
    }
    db.table("reviews").create(columns, pk="id")


@migrations()
def m007_pseudonyms(db: Database) -> None:
    """Conversations under pseudonyms, too, so that no platform's id is kept where none is needed.

    A table that keeps what belongs to somebody names them in a column `sender_id`, by the id or by
    the pseudonym: `bot/privacy.py` exports and forgets by it.
    """
    key = bytes.fromhex(db.table("secrets").get("giver")["value"])
    for table in ("events", "snapshots", "ratings"):
        query = f"select distinct sender_id from {table}"  # noqa: S608 - names of this list
        for (id,) in db.execute(query).fetchall():
            digest = hmac.digest(key, id.encode(errors="surrogatepass"), hashlib.sha256).hex()
            change = f"update {table} set sender_id = ? where sender_id = ?"  # noqa: S608
            db.execute(change, [f"p:{digest[:16]}", id])


@migrations()
def m008_forgotten(db: Database) -> None:
    """When people were forgotten, so that a turn that was under way then is not written."""
    db.table("forgotten").create({"person": str, "at": float}, pk="person")


@migrations()
def m009_inbox(db: Database) -> None:
    """What a platform delivered, until it is answered; its key stays: it is answered once."""
    columns = {
        "id": int,
        "key": str,  # the platform's id of the message
        "sender_id": str,
        "sent": float,  # when the sender sent it, in the platform's time
        "data": str,  # the message as JSON; empty once it is answered
        "received": float,
        "claimed": float,  # until then somebody is at work on it
        "attempts": int,
        "answered": float,  # null while it waits
    }
    db.table("inbox").create(columns, pk="id", not_null={"key", "sender_id", "sent", "data"})
    db.table("inbox").create_index(["key"], unique=True)
    db.execute("create index inbox_waiting on inbox (sender_id, sent, id) where answered is null")
    db.execute("create index inbox_oldest on inbox (received, id) where answered is null")


@migrations()
def m010_outbox(db: Database) -> None:
    """What is to be sent to people of a platform, until it is."""
    columns = {
        "id": int,
        "sender_id": str,  # who gets it
        "data": str,  # the message as JSON; empty once it is settled
        "created": float,
        "until": float,  # after that it may not be sent any more
        "due": float,  # not to be tried before
        "begun": float,  # when the attempt began whose end isn't known; null if there is none
        "attempts": int,
        "settled": float,  # null while it waits
        "error": str,  # why it could not be sent; null if it was
    }
    db.table("outbox").create(columns, pk="id", not_null={"sender_id", "data", "until", "due"})
    db.execute("create index outbox_waiting on outbox (sender_id, id) where settled is null")
    db.execute("create index outbox_due on outbox (due, id) where settled is null")


@migrations()
def m011_profiles(db: Database) -> None:
    """What is known of people, whatever conversation it came from; `data` is a mapping as JSON."""
    columns = {"sender_id": str, "data": str}
    db.table("profiles").create(columns, pk="sender_id", not_null={"data"})
