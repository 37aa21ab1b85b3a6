"""The chat in a terminal window: opens at once, loads the bot behind it, answers in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center
from textual.widgets import Footer

from bot.channels import Bot, Load
from bot.channels.choices import Choice
from bot.channels.commands import (
    GREETING,
    NEW_CONVERSATION,
    NOT_ANSWERED,
    Command,
    Hint,
    help_text,
    parse,
)
from bot.channels.composer import Composer
from bot.channels.display import harmless, known, why
from bot.channels.files import message_of
from bot.channels.themes import DARK, LIGHT, THEMES
from bot.channels.threads import attempted
from bot.channels.widgets import Answer, Note, Said, Transcript
from bot.errors import BotError
from bot.types import Outcome

Result = Outcome | str | None
"""An answer, a sentence for the person, or None for a new conversation."""

NOTHING_ANSWERS = BotError("Nothing can answer, because loading failed. /quit leaves.")


class ChatApp(App[None]):
    """One conversation in a window."""

    CSS_PATH = "terminal.tcss"
    TITLE = "Nocturne"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("ctrl+t", "theme", "Theme", priority=True),
        Binding("pageup", "scroll('up')", show=False, priority=True),
        Binding("pagedown", "scroll('down')", show=False, priority=True),
        Binding("escape", "compose", show=False),
    ]

    def __init__(self, load: Load, sender_id: str) -> None:
        super().__init__()
        self._load = load
        self._sender_id = sender_id
        self._requests: asyncio.Queue[Callable[[Bot], Result]] = asyncio.Queue()
        self._outcome: Outcome | None = None
        self._is_loading = True
        self._transcript = Transcript(GREETING)
        self._composer = Composer(self._transcript.choose)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        yield self._transcript
        yield Center(self._composer)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Start loading behind the open window."""
        self._composer.focus()
        self._transcript.anchor()
        self.call_after_refresh(self._serve)  # the window first

    @work
    async def _serve(self) -> None:
        """Load the bot, then answer one request after the other, however fast they come."""
        self._transcript.pulse.show("Loading")
        bot = await attempted(partial(self._load, self._tell_progress))
        self._is_loading = False
        self._transcript.pulse.rest()
        if isinstance(bot, BotError):
            await self._show(bot)
        while True:
            request = await self._requests.get()
            self._transcript.pulse.show()
            if isinstance(bot, BotError):
                await self._show(NOTHING_ANSWERS)
            else:
                await self._show(await attempted(partial(request, bot)))
            self._transcript.pulse.rest()

    def warn(self, words: str) -> None:
        """Show a warning; may be called from any thread."""
        self.call_later(self._show, BotError(words))

    def _tell_progress(self, words: str) -> None:
        self.call_later(self._show_progress, words)

    def _show_progress(self, words: str) -> None:
        # What was told last may arrive after the bot did.
        if self._is_loading:
            self._transcript.pulse.show(words)

    async def _show(self, result: Result | BotError) -> None:
        match result:
            case BotError():
                await self._transcript.add(Note(str(result), "-error"))
            case str():
                await self._transcript.add(Note(result))
            case None:
                self._close_choices()
                self._outcome = None
                await self._transcript.add(Note(NEW_CONVERSATION, "-divider"))
            case Outcome():
                self._close_choices()
                self._outcome = result
                await self._transcript.add(Answer(result))

    @on(Composer.Sent)
    async def _take(self, event: Composer.Sent) -> None:
        """Obey a command, or pass a message on to the bot."""
        match parse(event.text):
            case Command() as command:
                await self._obey(command)
            case Hint() as hint:
                await self._say(hint.text)
            case None:
                await self._send(event.text, event.text)

    async def _obey(self, command: Command) -> None:
        match command.name:
            case "quit":
                self.exit()
            case "help":
                await self._say(help_text(keys=True))
            case "why":
                await self._say(why(self._outcome) if self._outcome else NOT_ANSWERED)
            case "theme":
                self.action_theme(command.argument)
            case "rate":
                rating = int(command.argument)
                self._requests.put_nowait(lambda bot: bot.rate(self._sender_id, rating))
            case "profile":
                self._requests.put_nowait(lambda bot: known(bot.profile(self._sender_id)))
            case "new":
                self._requests.put_nowait(lambda bot: bot.restart(self._sender_id))

    async def _say(self, text: str) -> None:
        await self._transcript.add(Note(text))
        self._transcript.anchor()

    async def _send(self, text: str, shown: str) -> None:
        """Show what the person said, and ask the bot for an answer to it."""
        await self._transcript.add(Said(shown))
        self._transcript.anchor()
        self._requests.put_nowait(lambda bot: bot.handle(message_of(self._sender_id, text)))

    @on(Choice.Pressed)
    async def _press(self, event: Choice.Pressed) -> None:
        self._close_choices(event.choice)
        await self._send(event.choice.button.payload, event.choice.title)

    def _close_choices(self, chosen: Choice | None = None) -> None:
        if isinstance(self.focused, Choice):
            self._composer.focus()
        self._transcript.close_choices(chosen)

    def on_key(self, event: events.Key) -> None:
        """Typing goes to the composer, wherever the focus is."""
        if event.is_printable and event.character:
            self._composer.focus()
            self._composer.type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """So does what is pasted; the composer takes its own."""
        if self.focused is not self._composer:
            self._composer.focus()
            self._composer.insert(harmless(event.text))

    def action_theme(self, name: str = "") -> None:
        """Put on a theme by name, or the other one."""
        other = "light" if self.theme == DARK else "dark"
        self.theme = {"dark": DARK, "light": LIGHT}[name or other]

    def action_scroll(self, direction: str) -> None:
        """Scroll the transcript, wherever the focus is."""
        to = self._transcript
        (to.action_page_up if direction == "up" else to.action_page_down)()

    def action_compose(self) -> None:
        """Go back to typing."""
        self._composer.focus()
