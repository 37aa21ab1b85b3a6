"""The chat by lines, as a pipe or a screen reader sees it."""

from collections.abc import Callable

import pytest

from bot.channels.plain import chat_plain
from bot.errors import BotError, ModelError
from bot.types import Reply
from tests.channels.fakes import QUESTION, FakeBot


def unheard(words: str) -> None:
    pass


def chat(bot: FakeBot, *lines: str) -> list[str]:
    written: list[str] = []
    chat_plain(lambda report: bot, "ada", (f"{line}\n" for line in lines), written.append, unheard)
    return written


def test_each_line_is_answered() -> None:
    assert chat(FakeBot(), "hello", "bye") == ["bot> Echo: hello", "bot> Echo: bye"]


def test_markdown_stays_as_it_is() -> None:
    assert chat(FakeBot({"x": Reply("**Yes**\n\n- one")}), "x") == ["bot> **Yes**\n\n- one"]


def test_an_empty_line_is_no_message() -> None:
    assert chat(FakeBot(), "", "   ") == []


def test_buttons_are_numbered_and_a_number_presses_one() -> None:
    bot = FakeBot({"help me": QUESTION})

    written = chat(bot, "help me", "2")

    assert written[:3] == ["bot> Which one?", "  1. Refund", "  2. Dates"]
    assert bot.asked == ["help me", "/dates{}"]


@pytest.mark.parametrize("number", ["0", "3", "-1", "1.5"])
def test_a_number_of_no_button_is_a_message(number: str) -> None:
    bot = FakeBot({"help me": QUESTION})

    chat(bot, "help me", number)

    assert bot.asked[-1] == number


def test_only_the_buttons_of_the_last_reply_can_be_pressed() -> None:
    bot = FakeBot({"help me": QUESTION})

    chat(bot, "help me", "something else", "1")

    assert bot.asked[-1] == "1"


def test_a_new_conversation_forgets_buttons_and_explanation() -> None:
    bot = FakeBot({"help me": QUESTION})

    written = chat(bot, "help me", "/new", "/why", "1")

    assert written[3:5] == [
        "A new conversation.",
        "There is no answer to explain yet. Ask something first.",
    ]
    assert bot.asked == ["help me", "restart by ada", "1"]


def test_a_rating_goes_to_the_bot_and_its_thanks_to_the_person() -> None:
    bot = FakeBot()

    assert chat(bot, "/rate 4") == ["Thank you for the 4."]
    assert bot.asked == ["4 by ada"]


def test_the_profile_is_shown_with_how_to_change_it() -> None:
    shown = chat(FakeBot(), "/profile")[-1]

    assert "Name       Ada" in shown
    assert "Interests  chess, tea" in shown
    assert "forget my level" in shown


def test_why_explains_the_last_answer_without_bars() -> None:
    explanation = chat(FakeBot(), "hello", "/why")[-1]

    assert "Answered by echo" in explanation
    assert "faq/refund, 75%" in explanation
    assert "█" not in explanation


@pytest.mark.parametrize("command", ["/help", "/theme", "/nonsense", "/rate 9"])
def test_commands_are_answered_without_the_bot(command: str) -> None:
    bot = FakeBot()

    assert len(chat(bot, command)) == 1
    assert bot.asked == []


def test_quit_ends_the_conversation() -> None:
    assert chat(FakeBot(), "/quit", "hello") == []


def test_a_payload_typed_by_hand_reaches_the_bot() -> None:
    bot = FakeBot()

    chat(bot, '/faq{"answer": "x"}')

    assert bot.asked == ['/faq{"answer": "x"}']


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (BotError("Run `nocturne fit faq`."), "Error: Run `nocturne fit faq`."),
        (ValueError("bad shape"), "(ValueError: bad shape)"),
    ],
)
def test_after_an_error_the_conversation_goes_on(error: Exception, says: str) -> None:
    written = chat(FakeBot({"x": error}), "x", "hello")

    assert says in written[0]
    assert written[1] == "bot> Echo: hello"


def test_without_a_bot_there_is_no_conversation() -> None:
    def load(report: Callable[[str], None]) -> FakeBot:
        raise ModelError("Run `nocturne fit intent`.")

    with pytest.raises(ModelError, match="nocturne fit intent"):
        chat_plain(load, "ada", ["hello"], print, print)


def test_progress_is_told_apart_from_the_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    def load(report: Callable[[str], None]) -> FakeBot:
        report("Reading the encoder")
        return FakeBot()

    chat_plain(load, "ada", ["hello"], print)

    printed = capsys.readouterr()
    assert printed.out == "bot> Echo: hello\n"
    assert "Reading the encoder" in printed.err


def test_an_interrupt_within_an_answer_is_not_taken_for_a_failure() -> None:
    with pytest.raises(KeyboardInterrupt):
        chat(FakeBot({"x": KeyboardInterrupt()}), "x")


def test_what_steers_a_terminal_is_neither_sent_nor_written() -> None:
    bot = FakeBot({"hi": Reply("\x1b[2Jhello")})

    assert chat(bot, "\x1bhi\x07") == ["bot> [2Jhello"]
    assert bot.asked == ["hi"]
