"""The review by lines, for pipes and screen readers: the same decisions as in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.channels.display import harmless
from bot.channels.review_text import (
    HELP,
    NOTHING_WAITS,
    answer,
    earlier_lines,
    numbered,
    right_line,
    said,
    understood,
    why,
)
from bot.errors import BotError
from bot.review.lessons import Label
from bot.review.ranking import Item
from bot.review.session import Review

QUIT = ("q", "quit")


def review_plain(review: Review, lines: Iterable[str], write: Callable[[str], None]) -> None:
    """Show one item after the other and take decisions, until there are none, `q` or no lines."""
    plain = PlainReview(review, write)
    plain.show()
    try:
        for line in lines:
            typed = harmless(line).strip()
            if typed.lower() in QUIT:
                return
            plain.take(typed)
    except KeyboardInterrupt:
        return


class PlainReview:
    """A sitting by lines; remembers the labels that numbers are about."""

    def __init__(self, review: Review, write: Callable[[str], None]) -> None:
        self.review = review
        self.write = write
        self.labels: Sequence[Label] = ()

    def show(self) -> None:
        """Write the item in hand and what it can be labelled with."""
        item = self.review.item
        if item is None:
            self.write(NOTHING_WAITS)
            return
        self.labels = self.review.labels.likely(item)
        for text in (*self._item_lines(item), *numbered(self.labels)):
            self.write(text)

    def take(self, typed: str) -> None:
        """Obey a line; a mistake is said and changes nothing."""
        try:
            done = self._obeyed(typed)
        except BotError as error:
            self.write(f"Error: {harmless(str(error))}")
            return
        if done is not None:
            self.write(done)
            self.show()

    def _obeyed(self, typed: str) -> str | None:
        """What was done, in words; None where the same item stays."""
        command = typed.lower()
        if command in ("u", "undo"):
            return self.review.undo()
        if self.review.item is None or not typed:
            self.write(HELP if self.review.item else NOTHING_WAITS)
            return None
        match command:
            case "c":
                return self.review.confirm()
            case "o":
                return self.review.out_of_scope()
            case "s":
                return self.review.skip()
        return self._chosen(typed)

    def _chosen(self, typed: str) -> str | None:
        if typed.startswith("/") and typed[1:].strip():
            self.labels = self.review.labels.matching(typed[1:])
            for line in numbered(self.labels) or ["No label fits these words. Try others."]:
                self.write(line)
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(self.labels):
            return self.review.label(self.labels[int(typed) - 1])
        self.write(HELP)
        return None

    def _item_lines(self, item: Item) -> list[str]:
        earlier = [f"  before, {who}> {text}" for who, text in earlier_lines(item)]
        meant = ", ".join(understood(item, bars=False))
        right = right_line(self.review.labels.confirmed(item))
        return [
            f"{self.review.progress}. {why(item)}",
            *earlier,
            f"user> {said(item)}",
            f"bot> {answer(item)}",
            *([f"understood: {meant}"] if meant else []),
            *([f"  c. as understood: {right}"] if right else []),
        ]
