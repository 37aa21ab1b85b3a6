"""Commands: what a person types to the chat itself rather than to the bot."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.types import RESUME

COMMANDS = {
    "help": "what you can type",
    "new": "a new conversation",
    "rate 1-5": "rate the last answer",
    "why": "explain that answer",
    "profile": "what is known of you",
    "theme": "dark or light",
    "quit": "leave",
}
GREETING = "Ask in your own words. /help lists the commands."
KEYS = {
    "Enter": "send",
    "Ctrl+J": "new line",
    "1-9": "press a button",
    "Tab, ↑ ↓": "go to the buttons",
    "PgUp/Dn": "scroll",
    "Ctrl+T": "dark or light",
    "Ctrl+Q": "leave",
}
NOT_ANSWERED = "There is no answer to explain yet. Ask something first."
NEW_CONVERSATION = "A new conversation."
RATE_HINT = "Type /rate and a number from 1 (bad) to 5 (good), for example /rate 4."
ARGUMENTS = {"rate": ("1", "2", "3", "4", "5"), "theme": ("", "dark", "light")}
HINTS = {"rate": RATE_HINT, "theme": "Type /theme, /theme dark or /theme light."}
NAMES = tuple(usage.split()[0] for usage in COMMANDS)

# A word and nothing but blanks after it: neither a payload such as /faq{"answer": "x"} nor a path.
_COMMAND = re.compile(r"/([\w-]+)(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A known command with an argument that suits it."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What to tell a person who typed something close to a command."""

    text: str


def parse(text: str) -> Command | Hint | None:
    """Tell a command from a message to the bot, which gives None."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    name, argument = match[1].lower(), (match[2] or "").strip().lower()
    if text.strip() == RESUME:
        return None
    if name not in NAMES:
        return Hint(f"There is no command /{name}. The commands are /{', /'.join(NAMES)}.")
    if argument not in ARGUMENTS.get(name, ("",)):
        return Hint(HINTS.get(name, f"Nothing comes after /{name}: type it alone to use it."))
    return Command(name, argument)


def help_text(keys: bool = False) -> str:
    """List the commands, and the keys of the window, one a line."""
    listed = {f"/{usage}": meaning for usage, meaning in COMMANDS.items()} | (KEYS if keys else {})
    return "\n".join(f"{typed:<9}  {meaning}" for typed, meaning in listed.items())
