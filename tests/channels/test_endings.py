"""How the chat ends other than by /quit: told by a signal, interrupted, or without its terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.channels.fakes import PATIENCE

pty = pytest.importorskip("pty", reason="there are pseudo terminals only on POSIX")
CHAT = """
import signal
import bot.commands
from bot.__main__ import main
from tests.channels.fakes import FakeBot

# what runs in the background, or under nohup, lets its children ignore these
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
bot.commands.loader = lambda settings: lambda report: FakeBot()
main()
"""
SCREEN, NO_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
ENTRY = [sys.executable, "-c", CHAT]


class Terminal:
    """A pseudo terminal with a chat in it; its session has another leader, as under make."""

    def __init__(self, home: Path) -> None:
        self.master, slave = pty.openpty()
        self.chat = subprocess.Popen(
            [*ENTRY, "--home", str(home), "chat"], stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        self.output = b""

    def read(self, until: bytes) -> None:
        """Read until something is shown, or until nobody writes any more."""
        with suppress(OSError):  # how Linux tells the end of a pseudo terminal
            while until not in self.output and (read := os.read(self.master, 65536)):
                self.output += read

    def close(self) -> None:
        if self.master >= 0:
            os.close(self.master)
        self.master = -1


@contextmanager
def terminal(home: Path) -> Iterator[Terminal]:
    opened = Terminal(home)
    try:
        yield opened
    finally:
        opened.close()
        opened.chat.kill()
        opened.chat.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_ends_the_window_and_gives_the_screen_back(tmp_path: Path, number: int) -> None:
    with terminal(tmp_path) as window:
        window.read(until=b"lists the commands")
        window.chat.send_signal(number)
        window.read(until=NO_SCREEN)

        assert window.chat.wait(PATIENCE) == 128 + number
        assert window.output.index(SCREEN) < window.output.index(NO_SCREEN)
        assert b"Traceback" not in window.output


def test_a_window_whose_terminal_is_gone_ends(tmp_path: Path) -> None:
    with terminal(tmp_path) as window:
        window.read(until=b"lists the commands")
        window.close()

        assert window.chat.wait(PATIENCE) == 128 + signal.SIGHUP


@contextmanager
def plain_chat(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A chat by lines that has answered one."""
    pipe = subprocess.PIPE
    command = [*ENTRY, "--home", str(home), "chat", "--plain"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as chat:
        assert chat.stdin and chat.stdout
        chat.stdin.write(b"hello\n")
        chat.stdin.flush()
        assert chat.stdout.readline() == b"bot> Echo: hello\n"
        yield chat
        chat.kill()


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGINT, 128 + signal.SIGINT),
        (signal.SIGTERM, -signal.SIGTERM),
        (signal.SIGHUP, -signal.SIGHUP),
    ],
    ids=str,
)
def test_a_signal_ends_the_plain_chat_quietly(tmp_path: Path, number: int, status: int) -> None:
    with plain_chat(tmp_path) as chat:
        chat.send_signal(number)
        _, said = chat.communicate(timeout=PATIENCE)

        assert chat.returncode == status
        assert said.splitlines()[1:] in ([], [b""])


def test_the_plain_chat_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    with plain_chat(tmp_path) as chat:
        assert chat.stdin and chat.stdout and chat.stderr
        chat.stdout.close()
        chat.stdin.write(b"hello\n" * 2)
        chat.stdin.close()
        said = chat.stderr.read()

        assert chat.wait(PATIENCE) == 1
        assert len(said.splitlines()) == 1
