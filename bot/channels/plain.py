"""The chat without a screen: reads lines and writes lines, for pipes and screen readers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable

from bot.channels import Bot, Load
from bot.channels.commands import (
    GREETING,
    NEW_CONVERSATION,
    NOT_ANSWERED,
    Command,
    Hint,
    help_text,
    parse,
)
from bot.channels.display import buttons, harmless, known, picture_lines, unexpected, why
from bot.channels.files import message_of
from bot.errors import BotError
from bot.types import Outcome

logger = logging.getLogger(__name__)


def to_stderr(words: str) -> None:
    """Tell what is being done without mixing it into the conversation."""
    print(words, file=sys.stderr, flush=True)


def chat_plain(
    load: Load,
    sender_id: str,
    lines: Iterable[str],
    write: Callable[[str], None],
    progress: Callable[[str], None] = to_stderr,
) -> None:
    """Answer each line until the lines end or /quit.

    `write` is given one or more lines without the last line end, and should flush. What `load`
    raises is not caught: without a bot there is no conversation.
    """
    chat = PlainChat(load(progress), sender_id, write)
    progress(GREETING)
    for line in lines:
        if not chat.take(harmless(line).strip()):
            return


class PlainChat:
    """One conversation; remembers the last outcome, which numbers and /why are about."""

    def __init__(self, bot: Bot, sender_id: str, write: Callable[[str], None]) -> None:
        self.bot = bot
        self.sender_id = sender_id
        self.write = write
        self.outcome: Outcome | None = None

    def take(self, line: str) -> bool:
        """Answer a line; false if it ends the conversation."""
        parsed = parse(line)
        if parsed == Command("quit"):
            return False
        for text in self._answers(line, parsed) if line else ():
            self.write(text)
        return True

    def _answers(self, line: str, parsed: Command | Hint | None) -> list[str]:
        try:
            if parsed is None:
                return self._asked(line)
            return [parsed.text if isinstance(parsed, Hint) else self._obeyed(parsed)]
        except BotError as error:
            return [f"Error: {harmless(str(error))}"]
        except Exception as error:
            logger.exception("The bot failed on a line of the plain chat.")
            return [f"Error: {unexpected(error)}"]

    def _asked(self, line: str) -> list[str]:
        self.outcome = self.bot.handle(message_of(self.sender_id, text_sent(line, self.outcome)))
        return outcome_lines(self.outcome)

    def _obeyed(self, command: Command) -> str:
        match command.name:
            case "help":
                return help_text()
            case "rate":
                return harmless(self.bot.rate(self.sender_id, int(command.argument)))
            case "why":
                return why(self.outcome, bars=False) if self.outcome else NOT_ANSWERED
            case "profile":
                return known(self.bot.profile(self.sender_id))
            case "new":
                self.bot.restart(self.sender_id)
                self.outcome = None
                return NEW_CONVERSATION
            case _:
                return "Themes are for the chat with a screen."


def text_sent(line: str, outcome: Outcome | None) -> str:
    """What a line says to the bot: the payload where it is the number of a button, else itself."""
    payloads = [button.payload for button in buttons(outcome)] if outcome else []
    numbered = {str(number): payload for number, payload in enumerate(payloads, 1)}
    return numbered.get(line, line)


def outcome_lines(outcome: Outcome) -> list[str]:
    """An outcome as texts to write: the replies, then the buttons by number."""
    texts = [f"bot> {harmless(reply.text)}" for reply in outcome.replies if reply.text]
    pictures = [line for reply in outcome.replies for line in picture_lines(reply)]
    titles = [harmless(button.title) for button in buttons(outcome)]
    return [*texts, *pictures, *(f"  {number}. {title}" for number, title in enumerate(titles, 1))]
