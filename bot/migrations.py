"""The schema of the database, one function a change. A function that has landed is never edited."""

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
