"""The window's buttons: how they are pressed, and when they no longer can be."""

from collections.abc import Sequence

import pytest
from textual import events

from bot.types import Button, Reply
from tests.channels.fakes import QUESTION, FakeBot, window


@pytest.mark.parametrize(
    "keys",
    [
        ("2",),
        ("tab", "tab", "enter"),
        ("tab", "down", "space"),
        ("tab", "2"),
        ("up", "enter"),
    ],
    ids=" ".join,
)
async def test_a_button_is_pressed_by_keys(keys: Sequence[str]) -> None:
    bot = FakeBot({"help me": QUESTION})
    async with window(bot) as chat:
        await chat.say("help me")
        await chat.press(*keys)
        await chat.until(lambda: len(chat.answers) == 2)
        assert bot.asked == ["help me", "/dates{}"]
        assert chat.shown[-2] == "you: Dates"
        assert chat.app.focused is chat.composer


async def test_a_button_is_pressed_by_mouse() -> None:
    bot = FakeBot({"help me": QUESTION})
    async with window(bot) as chat:
        await chat.say("help me")
        await chat.pilot.click(chat.choices[0])
        await chat.until(lambda: len(chat.answers) == 2)
        assert bot.asked == ["help me", "/refund"]


async def test_a_pressed_button_is_marked_and_all_become_inert_at_once() -> None:
    bot = FakeBot({"help me": QUESTION})
    async with window(bot) as chat:
        await chat.say("help me")
        bot.gate.clear()
        await chat.press("1")
        await chat.until(lambda: chat.shown[-1] == "you: Refund")
        assert [str(choice.visual) for choice in chat.choices] == ["✓  Refund", "2  Dates"]
        assert all(choice.disabled for choice in chat.choices)
        await chat.pilot.click(chat.choices[1])
        bot.gate.set()
        await chat.until(lambda: len(chat.answers) == 2)
        assert bot.asked == ["help me", "/refund"]


async def test_a_newer_reply_makes_older_buttons_inert() -> None:
    bot = FakeBot({"help me": QUESTION})
    async with window(bot) as chat:
        await chat.say("help me")
        await chat.say("something else")
        assert all(choice.disabled for choice in chat.choices)
        await chat.press("1")
        assert chat.composer.text == "1"


async def test_a_rating_leaves_the_buttons_as_they_are() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        await chat.send("/rate 5")
        await chat.until(lambda: "Thank you" in chat.shown[-1])
        assert not any(choice.disabled for choice in chat.choices)


async def test_a_digit_is_text_where_there_is_text_or_no_such_button() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.press(*"10")
        assert chat.composer.text == "10"
        await chat.say("help me")
        await chat.press(*"31")
        assert chat.composer.text == "31"


async def test_typing_while_a_button_has_the_focus_goes_to_the_composer() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        await chat.press("tab", "n", "o", "space", "2")
        assert chat.app.focused is chat.composer
        assert chat.composer.text == "no 2"


async def test_pasting_goes_to_the_composer_once_wherever_the_focus_is() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        for before in ("tab", "escape"):
            await chat.press(before)
            chat.app.post_message(events.Paste("two\nlines\x1b "))
            await chat.pilot.pause()
        assert chat.composer.text == "two\nlines two\nlines "


async def test_a_click_beside_the_buttons_leaves_the_composer_ready() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        await chat.pilot.click(chat.transcript, offset=(2, 15))
        await chat.press("h", "i", "enter")
        await chat.until(lambda: "you: hi" in chat.shown)


async def test_escape_leaves_the_buttons() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        await chat.press("tab", "escape")
        assert chat.app.focused is chat.composer


async def test_buttons_stand_side_by_side_where_they_fit() -> None:
    async with window(FakeBot({"help me": QUESTION})) as chat:
        await chat.say("help me")
        await chat.until(lambda: chat.choices[0].region.y == chat.choices[1].region.y)
        await chat.pilot.resize_terminal(24, 20)
        await chat.until(lambda: chat.choices[0].region.y < chat.choices[1].region.y)
        assert all(choice.region.right <= 24 for choice in chat.choices)


async def test_a_long_title_of_a_button_wraps() -> None:
    reply = Reply("Which?", (Button("a very long title [b]indeed[/b] " * 5, "/x"),))
    async with window(FakeBot({"x": reply}), width=40) as chat:
        await chat.say("x")
        await chat.until(lambda: chat.choices[0].region.height > 3)
        assert chat.choices[0].region.right <= 40
