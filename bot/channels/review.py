"""The review in a terminal window: one turn at a time, a key or two for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Input, Static

from bot.channels import Backlog
from bot.channels.choices import Choice
from bot.channels.display import harmless
from bot.channels.review_text import right_line
from bot.channels.review_view import ItemView, LabelList
from bot.channels.themes import DARK, LIGHT, THEMES
from bot.channels.threads import attempted
from bot.errors import BotError
from bot.review.labels import FOUND
from bot.review.session import Review

LoadBacklog = Callable[[Callable[[str], None]], Backlog]


class ReviewApp(App[None]):
    """One sitting in a window."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["terminal.tcss", "review.tcss"]
    TITLE = "Nocturne: review"
    AUTO_FOCUS = ""  # the keys are for decisions
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"label({n})", show=False) for n in range(1, FOUND + 1)),
        Binding("c", "decide('confirm')", "Right"),
        Binding("o", "decide('out_of_scope')", "Out of scope"),
        Binding("s,space", "decide('skip')", "Skip", key_display="s"),
        Binding("slash", "search", "Search", key_display="/"),
        Binding("u", "decide('undo')", "Undo"),
        Binding("escape", "likely", show=False),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+q,ctrl+c", "quit", show=False, priority=True),
        Binding("ctrl+t", "theme", "Theme", priority=True),
        Binding("pageup", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, load: LoadBacklog) -> None:
        super().__init__()
        self._load = load
        self._review: Review | None = None
        self._list = LabelList()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        yield Static(id="progress")
        yield ItemView()
        yield Static(id="right")
        yield self._list
        yield Input(placeholder="Search for another label, then Enter", id="search")
        yield Static(id="status")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Start loading behind the open window."""
        self.query_one(Input).display = False
        self.call_after_refresh(self._begin)

    @work
    async def _begin(self) -> None:
        """Show what waits; meanwhile let the version in service read the texts again."""
        begun = await attempted(partial(_begun, self._load, self._tell))
        if isinstance(begun, BotError):
            self._say(str(begun))
            return
        backlog, self._review = begun
        await self._show()
        items = await attempted(partial(backlog.parsed_again, self._tell))
        if isinstance(items, BotError):
            self._say(str(items))
            return
        in_hand = self._review.item
        self._review.update(items)
        self._say("")
        self._show_progress()
        if in_hand is None:
            await self._show()

    async def action_decide(self, verdict: str) -> None:
        """Take a decision on the item in hand, or the last one back."""
        if self._review and (self._review.item or verdict == "undo"):
            await self._do(getattr(self._review, verdict))

    async def action_label(self, number: int) -> None:
        """Give the item in hand the label of that number."""
        if self._review and self._review.item and number <= len(self._list.labels):
            await self._do(partial(self._review.label, self._list.labels[number - 1]))

    @on(Choice.Pressed)
    async def _press(self, event: Choice.Pressed) -> None:
        await self.action_label(event.choice.number)

    async def _do(self, decide: Callable[[], str]) -> None:
        try:
            done = decide()
        except BotError as error:
            self._say(str(error))
            return
        self._say(done)
        await self._show()

    def action_search(self) -> None:
        """Open the line to search in."""
        if self._review and self._review.item:
            search = self.query_one(Input)
            search.display = True
            search.clear()
            search.focus()

    @on(Input.Submitted)
    async def _search(self, event: Input.Submitted) -> None:
        words = harmless(event.value).strip()
        self._close_search()
        if self._review and words:
            found = await attempted(partial(self._review.labels.matching, words))
            labels = () if isinstance(found, BotError) else found
            self._say("Escape: the likely ones." if labels else f"No label fits “{words}”.")
            if labels:
                await self._list.offer(labels)

    async def action_likely(self) -> None:
        """Leave the search and offer the likely labels again."""
        self._close_search()
        await self._show()

    def _close_search(self) -> None:
        self.query_one(Input).display = False
        self.set_focus(None)

    async def _show(self) -> None:
        """Show the item in hand and its likely labels."""
        review = self._review
        if review is None:
            return
        self._show_progress()
        item = review.item
        self.query_one(ItemView).show(item)
        self._show_right(right_line(review.labels.confirmed(item)) if item else "")
        await self._list.offer(())
        found = await attempted(partial(review.labels.likely, item)) if item else ()
        if item is review.item:
            await self._list.offer(() if isinstance(found, BotError) else found)

    def _show_right(self, words: str) -> None:
        """Show what saying that it is right would teach."""
        right = self.query_one("#right", Static)
        right.update(Content.assemble(("c", "$accent"), "  as understood: ", words))
        right.display = bool(words)

    def _show_progress(self) -> None:
        review = self._review
        self.query_one("#progress", Static).update(review.progress if review else "")

    def _tell(self, words: str) -> None:
        self.call_later(self._say, words)

    def _say(self, words: str) -> None:
        self.query_one("#status", Static).update(Content(harmless(words)))

    def action_theme(self) -> None:
        """Put on the other theme."""
        self.theme = LIGHT if self.theme == DARK else DARK

    def action_scroll(self, pages: int) -> None:
        """Scroll a long item."""
        view = self.query_one(ItemView)
        view.scroll_relative(y=pages * view.size.height, animate=False)


def _begun(load: LoadBacklog, report: Callable[[str], None]) -> tuple[Backlog, Review]:
    backlog = load(report)
    return backlog, backlog.review()
