"""Attachments: pictures of a turn are taken in safely, kept for a while, and named by files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import PictureError
from bot.picture_store import PictureStore
from bot.pictures import open_picture
from bot.types import Message, Reply

LONGEST = 2_048
"""Pixels of the longer side of what is kept: enough to read a page by."""
MOST = 10
"""Pictures of one message that are looked at."""
TOO_MANY = "I looked at the first {} pictures of {}. Send the others in another message."


@dataclass(frozen=True, slots=True)
class Attachments:
    """Whatever people send, skills see only files that this has written: plain pictures."""

    store: PictureStore
    clock: Callable[[], float] = time.time

    def received(self, message: Message) -> Message:
        """Put kept copies in the place of a message's pictures, and say which cannot be read."""
        kept, unreadable = [], list(message.unreadable)
        for path in message.images[:MOST]:
            try:
                kept.append(self._kept(path))
            except PictureError as error:
                unreadable.append(str(error))
        if len(message.images) > MOST:
            unreadable.append(TOO_MANY.format(MOST, len(message.images)))
        return replace(message, images=tuple(kept), unreadable=tuple(unreadable))

    def sent(self, reply: Reply) -> Reply:
        """Keep the pictures that a skill has made, and name their files instead."""
        if not any(isinstance(image, bytes) for image in reply.images):
            return reply
        images = (self._kept(each) if isinstance(each, bytes) else each for each in reply.images)
        return replace(reply, images=tuple(images))

    def drop(self, images: Iterable[Path | bytes]) -> None:
        """Delete pictures that are kept."""
        self.store.remove(image.name for image in images if isinstance(image, Path))

    def _kept(self, source: Path | bytes) -> Path:
        return self.store.keep(open_picture(source, LONGEST), self.clock())
