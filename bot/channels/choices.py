"""The buttons of a reply in the terminal chat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from bot.channels.display import harmless
from bot.types import Button


class Choice(Static, can_focus=True):
    """A button of a reply: pressed by mouse, by Enter, or by its number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Choose"),
        Binding("up,left", "app.focus_previous", show=False),
        Binding("down,right", "app.focus_next", show=False),
    ]
    ALLOW_SELECT = False

    class Pressed(Message):
        """A choice was made."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, number: int, button: Button) -> None:
        self.number = number
        self.button = button
        self.title = " ".join(harmless(button.title).split())
        super().__init__(self._content(str(number)))

    def _content(self, sign: str) -> Content:
        return Content.assemble((sign, "$accent"), "  ", self.title)

    def on_click(self) -> None:
        """Press by mouse."""
        self.action_press()

    def action_press(self) -> None:
        """Tell that this was chosen."""
        self.post_message(self.Pressed(self))

    def mark(self) -> None:
        """Show that this is the one that was chosen."""
        self.add_class("-chosen")
        self.update(self._content("✓"))


class Choices(Container):
    """The buttons of a reply: side by side where they fit, else one below the other."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.all = tuple(choices)
        super().__init__(*self.all)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the direction for the new width."""
        # A number, two spaces, the title, a cell of padding each side, a gap.
        needed = sum(Content(choice.title).cell_length + 6 for choice in self.all)
        self.set_class(needed <= event.size.width, "-row")
