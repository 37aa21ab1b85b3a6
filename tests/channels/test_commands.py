"""What is a command, what is a slip of the pen, and what is for the bot."""

import pytest

from bot.channels.commands import COMMANDS, Command, Hint, help_text, parse


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/help", Command("help")),
        ("  /Quit ", Command("quit")),
        ("/new", Command("new")),
        ("/why", Command("why")),
        ("/rate 1", Command("rate", "1")),
        ("/rate   5", Command("rate", "5")),
        ("/theme", Command("theme")),
        ("/theme Light", Command("theme", "light")),
    ],
)
def test_a_known_command_is_understood(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "",
        "/",
        "//",
        '/faq{"answer": "x"}',
        '/faq{"answer": "two\nlines"}',
        "/greet{}",
        "/usr/bin/python is missing",
        "and/or",
        "help",
        "what does /help do?",
    ],
)
def test_anything_else_is_for_the_bot(text: str) -> None:
    assert parse(text) is None


def test_calling_the_bot_back_is_for_the_bot() -> None:
    assert parse(" /resume ") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/hepl", "There is no command /hepl. The commands are /help"),
        ("/refund please", "There is no command /refund"),
        ("/ask_refund", "There is no command /ask_refund"),
        ("/rate", "a number from 1"),
        ("/rate 6", "a number from 1"),
        ("/rate good", "a number from 1"),
        ("/theme pink", "/theme dark or /theme light"),
        ("/new password does not work", "Nothing comes after /new"),
    ],
)
def test_a_slip_gets_a_hint(text: str, says: str) -> None:
    hint = parse(text)

    assert isinstance(hint, Hint)
    assert says in hint.text


@pytest.mark.parametrize("usage", COMMANDS)
def test_help_lists_each_command(usage: str) -> None:
    assert f"/{usage} " in help_text()


def test_help_fits_a_narrow_window() -> None:
    assert max(len(line) for line in help_text(keys=True).splitlines()) <= 32
