"""The item in hand, as the window of the review shows it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from bot.channels.review_text import (
    NOTHING_WAITS,
    answer,
    earlier_lines,
    said,
    understood,
    why,
)
from bot.review.ranking import Item

WHO = {"user": "▸ ", "bot": "  "}


class ItemView(VerticalScroll, can_focus=False):
    """A turn with what came before it, what was answered and understood, and why it is here."""

    def compose(self) -> ComposeResult:
        """Lay out the parts; those that are empty take no room."""
        yield from (Static(id=name) for name in ("why", "before", "said", "answered", "meant"))

    def on_mount(self) -> None:
        """Be empty until there is something to show."""
        for part in self.query(Static):
            part.display = False

    def show(self, item: Item | None) -> None:
        """Show an item, or that there is none."""
        parts = _parts(item) if item else {"why": Content(NOTHING_WAITS)}
        for part in self.query(Static):
            content = parts.get(part.id or "", Content())
            part.update(content)
            part.display = bool(content)
        self.scroll_home(animate=False)


def _parts(item: Item) -> dict[str, Content]:
    before = "\n".join(f"{WHO[who]}{text}" for who, text in earlier_lines(item))
    return {
        "why": Content(why(item)),
        "before": Content(before),
        "said": Content(said(item)),
        "answered": Content(answer(item)),
        "meant": Content("\n").join(_meant(item)),
    }


def _meant(item: Item) -> Iterator[Content]:
    for line in understood(item):
        share, bar, rest = line[:4], line[5:13], line[13:]
        is_intent = share.endswith("%")
        yield Content.assemble(share, " ", (bar, "$primary"), rest) if is_intent else Content(line)
