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
    right_line,
    said,
    understood,
    why,
)
from bot.review.ranking import Item
from bot.types import Example

WHO = {"user": "▸ ", "bot": "  "}


class ItemView(VerticalScroll, can_focus=False):
    """A turn with what came before it, what was answered and understood, and why it is here."""

    def compose(self) -> ComposeResult:
        """Lay out the parts; those that are empty take no room."""
        yield from (Static(id=name) for name in ("why", "before", "said", "answered", "meant"))

    def show(self, item: Item | None, right: dict[str, Example]) -> None:
        """Show an item and what saying that it is right would teach."""
        parts = _parts(item, right) if item else {"why": Content(NOTHING_WAITS)}
        for part in self.query(Static):
            content = parts.get(part.id or "", Content())
            part.update(content)
            part.display = bool(content)
        self.scroll_home(animate=False)


def _parts(item: Item, right: dict[str, Example]) -> dict[str, Content]:
    before = "\n".join(f"{WHO[who]}{' '.join(text.split())}" for who, text in earlier_lines(item))
    return {
        "why": Content(why(item)),
        "before": Content(before),
        "said": Content(said(item)),
        "answered": Content(answer(item)),
        "meant": Content("\n").join(_meant(item, right)),
    }


def _meant(item: Item, right: dict[str, Example]) -> Iterator[Content]:
    for line in understood(item):
        share, bar, rest = line[:4], line[5:13], line[13:]
        is_intent = share.endswith("%")
        yield Content.assemble(share, " ", (bar, "$primary"), rest) if is_intent else Content(line)
    if right:
        yield Content.assemble(("c", "$accent"), "  right: ", right_line(right))
