"""What a domain's responses say: which variation, and with which values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.types import Button, Reply

_PAYLOAD = re.compile(r"/[^{]+\{.*\}")
"""What counts of a payload with entities; Rasa ignores what comes after them."""
_SLOT = re.compile(r"\{([^{}\n]+)\}")


def said(
    variations: Sequence[Mapping[str, Any]], values: Mapping[str, Any], channel: str, draw: str
) -> dict[str, Any] | None:
    """Choose a variation and fill it in; None where none fits. `draw` decides among equals.

    As in Rasa, what is for the channel goes before what is for any, and what has a condition
    before what has none.
    """
    fitting = [each for each in variations if _fits(each, values, channel)]
    if not fitting:
        return None
    best = max(map(_rank, fitting))
    equal = [each for each in fitting if _rank(each) == best]
    number = int.from_bytes(sha256(draw.encode(errors="surrogatepass")).digest()[:8])
    return {key: filled(value, values) for key, value in equal[number % len(equal)].items()}


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Put values in the place of `{slot}` in all texts; what is not known stays as it is."""
    if isinstance(value, str):
        return _SLOT.sub(lambda m: str(values[m[1]]) if m[1] in values else m[0], value)
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    return value


def reply_of(messages: Iterable[Mapping[str, Any]]) -> Reply:
    """Put what was said in one turn together in one reply; the last buttons count."""
    texts: list[str] = []
    buttons: tuple[Button, ...] = ()
    for message in messages:
        links = (message.get(key) for key in ("image", "attachment"))
        texts += [str(each) for each in (message.get("text"), *links) if each]
        chosen = message.get("buttons") or message.get("quick_replies") or ()
        buttons = tuple(map(_button, chosen)) or buttons
    return Reply("\n\n".join(texts), buttons)


def _button(data: Mapping[str, Any]) -> Button:
    title = str(data.get("title") or data.get("payload"))
    payload = str(data.get("payload") or title)
    told = _PAYLOAD.match(payload)
    return Button(title, told[0] if told else payload)


def _fits(variation: Mapping[str, Any], values: Mapping[str, Any], channel: str) -> bool:
    conditions = variation.get("condition") or ()
    return variation.get("channel") in (None, channel) and all(
        _text(values.get(each.get("name"))) == _text(each.get("value")) for each in conditions
    )


def _rank(variation: Mapping[str, Any]) -> tuple[bool, bool]:
    is_for_channel, is_conditional = bool(variation.get("channel")), "condition" in variation
    return is_for_channel, is_conditional


def _text(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
