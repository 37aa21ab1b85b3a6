"""The item in hand and its labels, as the window of the review shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from bot.channels.choices import Choice
from bot.channels.review_text import (
    NOTHING_WAITS,
    answer,
    earlier_lines,
    label_line,
    said,
    understood,
    why,
)
from bot.review.lessons import Label
from bot.review.ranking import Item
from bot.types import Button

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


class LabelList(VerticalGroup):
    """The labels that can be chosen, one a line: by number or by mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: Sequence[Label] = ()

    async def offer(self, labels: Sequence[Label]) -> None:
        """Offer these in place of those before."""
        self.labels = labels
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(_choice(number, label) for number, label in enumerate(labels, 1))


def _choice(number: int, label: Label) -> Choice:
    choice = Choice(number, Button(label_line(label), label.target))
    choice.can_focus = False  # the keys are for decisions
    return choice


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
