"""Which variation of a response is said, and how it is filled in."""

from typing import Any

import pytest

from bot import Button
from bot.rasa.responses import filled, reply_of, said

VIP = [{"type": "slot", "name": "tier", "value": "VIP"}]
VARIATIONS: list[dict[str, Any]] = [
    {"text": "plain"},
    {"text": "vip", "condition": VIP},
    {"text": "rest", "channel": "rest"},
    {"text": "vip at rest", "condition": VIP, "channel": "rest"},
]


@pytest.mark.parametrize(
    ("tier", "channel", "text"),
    [
        (None, "terminal", "plain"),
        ("vip", "terminal", "vip"),
        (None, "rest", "rest"),
        ("VIP", "rest", "vip at rest"),
    ],
)
def test_channel_goes_before_condition_and_condition_before_none(
    tier: str | None, channel: str, text: str
) -> None:
    found = said(VARIATIONS, {"tier": tier}, channel, "")

    assert found is not None
    assert found["text"] == text


def test_where_none_fits_nothing_is_said() -> None:
    assert said(VARIATIONS[3:], {"tier": "VIP"}, "terminal", "") is None


def test_variations_take_turns_and_the_same_draw_gives_the_same() -> None:
    texts = [{"text": str(number)} for number in range(3)]
    drawn = [said(texts, {}, "", str(draw)) for draw in range(50)]

    assert {each["text"] for each in drawn if each} == {"0", "1", "2"}
    assert drawn == [said(texts, {}, "", str(draw)) for draw in range(50)]


def test_values_are_filled_in_everywhere_and_what_is_not_known_stays() -> None:
    shape = {"text": "{city}, {b-c}, {none}", "buttons": [{"title": "{city}", "number": 1}]}

    assert filled(shape, {"city": "Lima", "b-c": 2}) == {
        "text": "Lima, 2, {none}",
        "buttons": [{"title": "Lima", "number": 1}],
    }


def test_messages_of_a_turn_are_one_reply() -> None:
    first = {"text": "Look:", "image": "http://a.test/b.png", "buttons": [{"title": "old"}]}
    second = {"text": "Well?", "quick_replies": [{"title": "Yes", "payload": '/a{"b": "c"}\''}]}

    reply = reply_of([first, second, {"custom": {"a": 1}}])

    assert reply.text == "Look:\n\nhttp://a.test/b.png\n\nWell?"
    assert reply.buttons == (Button("Yes", '/a{"b": "c"}'),)
