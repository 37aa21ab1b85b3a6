"""The conversation as the terminal chat shows it: what was said, answered and noted."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from textual.app import ComposeResult
from textual.containers import VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown, Static

from bot.channels.choices import Choice, Choices
from bot.channels.display import harmless, picture_lines, shortened
from bot.types import Outcome

BEATS_A_SECOND = 6
_BAR = re.compile("[█▏▎▍▌▋▊▉]+")


class Said(VerticalGroup):
    """What the person said, word for word: never markup."""

    def __init__(self, text: str) -> None:
        super().__init__(Static(Content(shortened(text))))


class Note(Static):
    """What the window itself says: help, explanations, errors."""

    def __init__(self, text: str, classes: str = "") -> None:
        content = Content(harmless(text))
        for match in _BAR.finditer(content.plain):
            content = content.stylize("$primary", match.start(), match.end())
        super().__init__(content, classes=classes)


class Answer(VerticalGroup):
    """What the bot answered: its replies as Markdown with their buttons."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome

    def compose(self) -> ComposeResult:
        """Lay out name and replies; numbers run on from one reply to the next."""
        yield Static("Nocturne", classes="name")
        number = 0
        for reply in self.outcome.replies:
            if reply.text:
                yield Markdown(harmless(reply.text), parser_factory=_parser)
            for line in picture_lines(reply):
                yield Static(Content(line), classes="picture")
            if reply.buttons:
                yield Choices(Choice(number + i, b) for i, b in enumerate(reply.buttons, 1))
            number += len(reply.buttons)


def _parser() -> MarkdownIt:
    # The widget would drop HTML without a trace; people write <Reset> and mean it.
    return MarkdownIt("gfm-like", {"html": False})


class Pulse(Static):
    """Shows that something is under way: dots while the bot thinks, words and a bar before."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.beats = 0

    def on_mount(self) -> None:
        """Start at rest."""
        self.rest()
        self.set_interval(1 / BEATS_A_SECOND, self._beat)

    def rest(self) -> None:
        """Show nothing."""
        self.display = False

    def show(self, words: str = "") -> None:
        """Show words behind a moving bar, or moving dots where there are none."""
        self.words, self.display = " ".join(harmless(words).split()), True
        self.update(self.frame())

    def frame(self) -> Content:
        """The picture of this beat."""
        cell, cells, lit = ("━", 12, 4) if self.words else ("●", 3, 1)
        signs = [
            (cell, "$primary" if (i - self.beats) % cells < lit else "$panel") for i in range(cells)
        ]
        return Content.assemble(*signs, "  ", (self.words, "$text-muted"))

    def _beat(self) -> None:
        if self.display and self.app.animation_level != "none":
            self.beats += 1
            self.update(self.frame())


class Transcript(VerticalScroll, can_focus=False):
    """The conversation. It follows what is new unless the person has scrolled up."""

    def __init__(self, greeting: str) -> None:
        self.pulse = Pulse()
        self._column = VerticalGroup(Note(greeting, "-greeting"), self.pulse)
        super().__init__(self._column)

    async def add(self, widget: Widget) -> None:
        """Put something at the end; only the pulse stays below it."""
        await self._column.mount(widget, before=self.pulse)

    @property
    def open_choices(self) -> list[Choice]:
        """The buttons that can still be pressed, by number."""
        return [choice for choice in self.query(Choice) if not choice.disabled]

    def choose(self, number: int) -> bool:
        """Press a button of the last reply; false if there is none of that number."""
        for choice in self.open_choices:
            if choice.number == number:
                choice.action_press()
                return True
        return False

    def close_choices(self, chosen: Choice | None = None) -> None:
        """Make all buttons inert, marking the one that was pressed."""
        for choice in self.open_choices:
            choice.disabled = True
        if chosen:
            chosen.mark()
