"""The window while the bot loads, and when something fails."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from bot.channels.notices import Notices
from bot.errors import BotError, ModelError
from tests.channels.fakes import PATIENCE, FakeBot, window


def test_the_window_needs_no_model_library() -> None:
    code = (
        "import sys, bot.channels.terminal\n"
        "print({'torch', 'numpy', 'transformers', 'rasa_sdk', 'sqlite_utils'} & set(sys.modules))"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "set()\n"


async def test_the_window_is_open_and_says_what_it_loads() -> None:
    gate = threading.Event()

    def load(report: Callable[[str], None]) -> FakeBot:
        report("Reading the encoder")
        assert gate.wait(PATIENCE)
        return FakeBot()

    async with window(FakeBot(), load) as chat:
        pulse = chat.transcript.pulse
        await chat.until(lambda: "Reading the encoder" in pulse.frame().plain)
        assert pulse.display
        gate.set()
        await chat.until(lambda: not pulse.display)


async def test_what_is_typed_while_loading_is_answered_afterwards() -> None:
    gate = threading.Event()

    def load(report: Callable[[str], None]) -> FakeBot:
        assert gate.wait(PATIENCE)
        return FakeBot()

    async with window(FakeBot(), load) as chat:
        await chat.press(*"hello", "enter")
        assert chat.shown[1:] == ["you: hello"]
        gate.set()
        await chat.until(lambda: chat.answers)
        assert chat.shown[1:] == ["you: hello", "bot: Echo: hello"]


async def test_a_bot_that_cannot_be_loaded_says_why_and_the_window_stays() -> None:
    def load(report: Callable[[str], None]) -> FakeBot:
        raise ModelError("Run `nocturne fit intent`.")

    async with window(FakeBot(), load) as chat:
        await chat.until(lambda: "note: Run `nocturne fit intent`." in chat.shown)
        await chat.send("hello")
        await chat.until(lambda: "loading failed" in chat.shown[-1])
        await chat.send("/quit")
    assert chat.app.return_code == 0


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (BotError("Run `nocturne fit faq`."), "note: Run `nocturne fit faq`."),
        (ValueError("[b]bad[/b] shape"), "(ValueError: [b]bad[/b] shape)"),
    ],
)
async def test_after_an_error_the_conversation_goes_on(error: Exception, says: str) -> None:
    async with window(FakeBot({"x": error})) as chat:
        await chat.send("x")
        await chat.until(lambda: says in chat.shown[-1])
        await chat.say("hello")


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_the_window_closes_at_once_even_while_loading(key: str) -> None:
    gate = threading.Event()

    def load(report: Callable[[str], None]) -> FakeBot:
        assert gate.wait(PATIENCE)
        report("too late")
        return FakeBot()

    async with window(FakeBot(), load) as chat:
        await chat.send("hello")
        await chat.press(key)
        await chat.until(lambda: not chat.app.is_running)
    assert chat.app.return_code == 0
    gate.set()


async def test_what_the_bot_warns_of_is_shown_and_a_traceback_is_not() -> None:
    log = logging.Logger("bot")
    async with window(FakeBot()) as chat:
        log.addHandler(Notices(chat.app.warn))
        log.error("Skill failed", exc_info=ValueError("x"))
        log.warning("Serving %s meanwhile.", "v0001")
        await chat.until(lambda: chat.shown[-1] == "note: Serving v0001 meanwhile.")
        assert not any("Skill failed" in shown for shown in chat.shown)
