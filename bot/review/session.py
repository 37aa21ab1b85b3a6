"""Review: one person going through what waits; each decision is in the database at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.review.labels import Labels
from bot.review.lessons import Label, lessons_of, out_of_scope
from bot.review.ranking import Item
from bot.review.store import Decision, ReviewStore, Verdict
from bot.types import Example
from bot.wording import normal


@dataclass
class Review:
    """The items of one sitting: those done, the one in hand, those that wait."""

    store: ReviewStore
    labels: Labels
    waiting: list[Item]
    done: list[tuple[Item, Decision]] = field(default_factory=list)

    @property
    def item(self) -> Item | None:
        """The one in hand."""
        return self.waiting[0] if self.waiting else None

    @property
    def total(self) -> int:
        """How many there are in this sitting."""
        return len(self.done) + len(self.waiting)

    @property
    def progress(self) -> str:
        """Which of how many is in hand."""
        return f"{len(self.done) + 1} of {self.total}" if self.waiting else f"{self.total} done"

    def label(self, label: Label) -> str:
        """Say what the text in hand meant; gives back what was done, in words, as the others do."""
        return self._decide("label", lessons_of(self.waiting[0], label), f"Is {label.target}.")

    def confirm(self) -> str:
        """Say that it was understood as it should be."""
        taught = self.labels.confirmed(self.waiting[0])
        if not taught:
            return "What was understood is nothing that can be taught any more. Choose a label."
        targets = dict.fromkeys(example.target for example in taught.values())
        return self._decide("right", taught, f"Right: {', '.join(targets)}.")

    def out_of_scope(self) -> str:
        """Say that no skill is for it."""
        return self._decide("out_of_scope", out_of_scope(self.waiting[0]), "Is out of scope.")

    def skip(self) -> str:
        """Leave it without a label; it isn't shown again."""
        return self._decide("skip", {}, "Skipped.")

    def undo(self) -> str:
        """Take the last decision back and show its item again."""
        if not self.done:
            return "There is nothing to undo."
        item, decision = self.done.pop()
        self.store.take_back(decision)
        self.waiting.insert(0, item)
        return "Undone."

    def update(self, items: Sequence[Item]) -> int:
        """Take a new ranking of what waits, behind the one in hand; says how many came new."""
        before = self.total
        known = {
            normal(item.text) for item in (*self.waiting[:1], *(item for item, _ in self.done))
        }
        self.waiting[1:] = [item for item in items if normal(item.text) not in known]
        return self.total - before

    def _decide(self, verdict: Verdict, taught: dict[str, Example], words: str) -> str:
        item = self.waiting[0]
        decision = self.store.decide(item, verdict, taught)
        self.done.append((self.waiting.pop(0), decision))
        return words
