"""The composer of the terminal chat: where the person types."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from bot.channels.display import harmless


class Composer(TextArea):
    """Where the person types. Enter sends; a digit typed into nothing presses that button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send"),
        Binding("ctrl+j,shift+enter,alt+enter", "insert('\\n')", "New line", key_display="^j"),
    ]

    class Sent(Message):
        """The person sent a text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, choose: Callable[[int], bool]) -> None:
        super().__init__(placeholder="Message, or /help", highlight_cursor_line=False)
        self._choose = choose

    def type(self, character: str) -> None:
        """Take a character typed here, or while something else had the focus."""
        digit = character.isdecimal() and not self.text
        if not (digit and self._choose(int(character))):
            self.insert(character)

    def on_key(self, event: events.Key) -> None:
        """Take Enter, and a key typed into nothing, before the text area does.

        In turn, that is: a priority binding would let Enter overtake what was typed before it.
        """
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
        elif event.is_printable and event.character and not self.text:
            event.stop()
            event.prevent_default()
            self.type(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Keep what steers a terminal out of the text area, which shows text as it is."""
        event.text = harmless(event.text)

    def action_send(self) -> None:
        """Hand over what was typed and be empty again."""
        text = harmless(self.text).strip()
        self.clear()
        if text:
            self.post_message(self.Sent(text))

    def action_insert(self, text: str) -> None:
        """Insert a text at the cursor."""
        self.insert(text)

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up a line, or from an empty text to the buttons."""
        if self.text:
            super().action_cursor_up(select)
            return
        self.app.action_focus_previous()
