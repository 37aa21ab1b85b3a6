"""Replies as messages of Messenger's Send API: pure functions, and the platform's limits."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.channels.plain_text import parts, plain_text
from bot.types import Button, Outcome, Reply

LONGEST_TEXT = 2_000
LONGEST_TITLE = 20
"""Of a button."""
MOST_QUICK_REPLIES = 13
LONGEST_ELEMENT = 80
"""Title of an element of the generic template."""
MOST_ELEMENTS = 10
LONGEST_PAYLOAD = 1_000
CHOOSE = "Choose"
CHOICES = "Please choose:"
"""Where buttons come without a text, which quick replies need."""

Body = dict[str, Any]
log = logging.getLogger(__name__)


def messages_of(outcome: Outcome) -> list[Body]:
    """All that is to be sent for a turn, in order.

    Each has a `message`, and a `file` where a picture is to be uploaded with it.
    """
    return [body for reply in outcome.replies for body in _messages(reply)]


def _messages(reply: Reply) -> Iterator[Body]:
    for image in reply.images:
        if isinstance(image, Path):
            yield picture(image)
    texts = parts(plain_text(reply.text), LONGEST_TEXT)
    buttons = _sendable(reply.buttons)
    if not are_quick(buttons):
        yield from ({"message": {"text": text}} for text in texts)
        yield from templates(buttons)
        return
    *earlier, last = texts or ([CHOICES] if buttons else [""])
    yield from ({"message": {"text": text}} for text in earlier)
    if last:
        yield {"message": {"text": last, **quick_replies(buttons)}}


def picture(file: Path) -> Body:
    """A message with a picture."""
    return {"message": {"attachment": {"type": "image", "payload": {}}}, "file": str(file)}


def are_quick(buttons: Sequence[Button]) -> bool:
    """Whether buttons fit below a text: few enough, with short titles."""
    is_short = all(len(button.title) <= LONGEST_TITLE for button in buttons)
    return is_short and len(buttons) <= MOST_QUICK_REPLIES


def quick_replies(buttons: Sequence[Button]) -> Body:
    """Buttons below a text."""
    found = [
        {"content_type": "text", "title": button.title, "payload": button.payload}
        for button in buttons
    ]
    return {"quick_replies": found} if found else {}


def templates(buttons: Sequence[Button]) -> Iterator[Body]:
    """Buttons as cards with their whole titles, as many messages as are needed."""
    for start in range(0, len(buttons), MOST_ELEMENTS):
        cards = [_card(button) for button in buttons[start : start + MOST_ELEMENTS]]
        payload = {"template_type": "generic", "elements": cards}
        yield {"message": {"attachment": {"type": "template", "payload": payload}}}


def _card(button: Button) -> Body:
    press = {"type": "postback", "title": CHOOSE, "payload": button.payload}
    return {"title": _clipped(button.title, LONGEST_ELEMENT), "buttons": [press]}


def _clipped(title: str, most: int) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"


def _sendable(buttons: Sequence[Button]) -> list[Button]:
    """Those whose payload the platform takes."""
    long = [button.title for button in buttons if len(button.payload) > LONGEST_PAYLOAD]
    if long:
        log.warning("Messenger takes no payload of over %s characters: %s", LONGEST_PAYLOAD, long)
    return [button for button in buttons if len(button.payload) <= LONGEST_PAYLOAD]
