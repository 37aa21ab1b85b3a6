"""Retention: what people said longer ago than is to be kept is deleted."""

from __future__ import annotations

import logging
import math

from bot.config import Settings
from bot.database import Store
from bot.errors import StoreError
from bot.picture_store import DAY, PictureStore

log = logging.getLogger(__name__)


def retain(settings: Settings, store: Store, now: float) -> None:
    """Delete pictures and conversations whose time is over; times are seconds since 1970."""
    PictureStore(settings.pictures, settings.picture_days).forget(now)
    if settings.conversation_days == math.inf:
        return
    if forget_before(store, now - settings.conversation_days * DAY):
        try:
            store.scrub()
        except StoreError as error:  # the next time will do it
            log.warning("%s", error)


def forget_before(store: Store, time: float) -> int:
    """Delete what was said before a time and what is remembered of it; say how many events.

    Lessons that wait go with it. What was learnt or is held out is part of what models know: it
    stays, without its place in the log. A profile is kept for as long as anything that was said is.
    """
    with store.transaction() as db:
        (count,) = db.execute("select count(*) from events where timestamp < ?", [time]).fetchone()
        for change in CHANGES if count else ():
            db.execute(change, {"time": time})
    return int(count)


CHANGES = (
    """delete from snapshots where sender_id in
        (select sender_id from events where timestamp < :time)""",
    "delete from ratings where event_id in (select id from events where timestamp < :time)",
    """delete from reviews where event_id in (select id from events where timestamp < :time)
        or (event_id = 0 and created < :time)""",
    """delete from feedback where learnt_in is null and not coalesce(is_held, 0)
        and (created < :time or event_id in (select id from events where timestamp < :time))""",
    """update feedback set event_id = 0
        where event_id in (select id from events where timestamp < :time)""",
    "delete from events where timestamp < :time",
    "delete from profiles where sender_id not in (select sender_id from events)",
)
