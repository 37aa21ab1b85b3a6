"""The window: what was typed, answered and explained."""

import pytest
from textual import events
from textual.widgets import Static

from bot.channels.themes import DARK, LIGHT
from bot.types import Reply
from tests.channels.fakes import FakeBot, window


async def test_several_messages_are_answered_in_order() -> None:
    bot = FakeBot()
    bot.gate.clear()
    async with window(bot) as chat:
        for text in ("one", "two", "/rate 3", "three"):
            await chat.send(text)
        bot.gate.set()
        await chat.until(lambda: len(chat.answers) == 3)
        assert bot.asked == ["one", "two", "3 by ada", "three"]
        assert chat.shown[-4:] == [
            "bot: Echo: one",
            "bot: Echo: two",
            "note: Thank you for the 3.",
            "bot: Echo: three",
        ]


async def test_enter_does_not_overtake_what_was_typed_before_it() -> None:
    bot = FakeBot()
    async with window(bot) as chat:
        for letter in "a long line typed in one go":
            chat.app.post_message(events.Key("space" if letter == " " else letter, letter))
        chat.app.post_message(events.Key("enter", "\r"))
        await chat.until(lambda: bool(chat.answers))
        assert bot.asked == ["a long line typed in one go"]


async def test_something_moves_while_the_bot_thinks() -> None:
    bot = FakeBot()
    bot.gate.clear()
    async with window(bot) as chat:
        pulse = chat.transcript.pulse
        await chat.send("hello")
        await chat.until(lambda: pulse.display and "●●●" in pulse.frame().plain)
        bot.gate.set()
        await chat.until(lambda: not pulse.display)


async def test_a_reply_is_shown_as_markdown() -> None:
    reply = Reply("- one\n- two\n\n```python\nx = 1\n```\n\nPress <Reset>.")
    async with window(FakeBot({"x": reply})) as chat:
        await chat.say("x")
        await chat.until(lambda: chat.app.query("MarkdownFence"))
        assert chat.app.query("MarkdownBulletList")
        assert "&lt;Reset&gt;" in chat.app.export_screenshot()


async def test_what_a_person_types_is_never_markup() -> None:
    async with window(FakeBot()) as chat:
        for text in ("[b]bold[/b] [/] [@click=app.quit]x[/]", "**not** _this_ `nor` # this"):
            await chat.say(text)
            assert f"you: {text}" in chat.shown


async def test_an_enormous_message_is_sent_whole_and_shown_by_its_beginning() -> None:
    bot = FakeBot({"x" * 100_000: Reply("That was long.")})
    async with window(bot) as chat:
        await chat.say("x" * 100_000)
        assert bot.asked == ["x" * 100_000]
        assert len(chat.shown[1]) < 1_100


@pytest.mark.parametrize("width", [12, 40, 250])
async def test_nothing_leaves_the_window_at_any_width(width: int) -> None:
    odd = "字" * 200 + " " + "w" * 300 + " שלום 👩‍👩‍👧‍👦 \u202e"
    async with window(FakeBot()) as chat:
        await chat.say(odd)
        await chat.send("/help")
        await chat.pilot.resize_terminal(width, 20)
        await chat.pilot.pause()
        shown = chat.app.query("Said Static, Answer, Markdown *, Note, Composer")
        assert len(shown) >= 6
        assert all(0 <= part.region.x <= part.region.right <= width for part in shown)


async def test_the_view_follows_what_is_new_unless_the_person_has_scrolled_up() -> None:
    async with window(FakeBot({"long": Reply("word\n\n" * 60)})) as chat:
        transcript = chat.transcript
        await chat.say("long")
        await chat.until(lambda: transcript.max_scroll_y > 20)
        await chat.until(lambda: transcript.scroll_y == transcript.max_scroll_y)
        await chat.press("pageup")
        await chat.pilot.wait_for_animation()
        place, end = transcript.scroll_y, transcript.max_scroll_y
        assert place < end
        await transcript.add(Static("new\n" * 30))
        await chat.until(lambda: transcript.max_scroll_y > end)
        assert transcript.scroll_y == place
        await chat.say("hello")
        await chat.until(lambda: transcript.scroll_y == transcript.max_scroll_y)


async def test_the_profile_is_shown_with_how_to_change_it() -> None:
    async with window(FakeBot()) as chat:
        await chat.send("/profile")
        await chat.until(lambda: any("chess, tea" in line for line in chat.shown))
        assert "forget my level" in chat.shown[-1]


async def test_why_explains_the_last_answer() -> None:
    async with window(FakeBot()) as chat:
        await chat.send("/why")
        assert chat.shown[-1].startswith("note: There is no answer to explain yet.")
        await chat.say("hello")
        await chat.send("/why")
        for part in ("Answered by echo", "75% ██████   faq/refund", "course = Python"):
            assert part in chat.shown[-1]


async def test_a_new_conversation_is_begun_and_seen() -> None:
    bot = FakeBot()
    async with window(bot) as chat:
        await chat.say("hello")
        await chat.send("/new")
        await chat.until(lambda: chat.shown[-1] == "note: A new conversation.")
        assert bot.asked == ["hello", "restart by ada"]
        await chat.send("/why")
        assert chat.shown[-1].startswith("note: There is no answer to explain yet.")


async def test_commands_are_told_from_payloads() -> None:
    bot = FakeBot()
    async with window(bot) as chat:
        await chat.send("/help")
        assert "/rate 1-5" in chat.shown[-1]
        await chat.send("/hepl")
        assert "There is no command /hepl" in chat.shown[-1]
        await chat.say('/faq{"answer": "x"}')
        assert bot.asked == ['/faq{"answer": "x"}']


async def test_the_theme_changes_by_key_and_by_command() -> None:
    async with window(FakeBot()) as chat:
        themes = [chat.app.theme]
        for act in (chat.press("ctrl+t"), chat.send("/theme"), chat.send("/theme light")):
            await act
            themes.append(chat.app.theme)
        assert themes == [DARK, LIGHT, DARK, LIGHT]
