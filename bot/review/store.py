"""What people decided about turns: kept at once, and taken back on their word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.database import Store
from bot.feedback import REVIEW, FeedbackStore, Lesson
from bot.review.ranking import Item
from bot.types import INTENT, Example
from bot.wording import normal

Verdict = Literal["label", "right", "out_of_scope", "skip"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as it stands in the database, to be taken back."""

    review: int
    added: tuple[int, ...]
    """Lessons that it gave."""
    settled: tuple[Lesson, ...]
    """Lessons that it settled, as they were before."""


class ReviewStore:
    """Decisions, and the lessons that they give or settle."""

    def __init__(self, feedback: FeedbackStore) -> None:
        self.feedback = feedback
        self.store: Store = feedback.store
        self.clock: Callable[[], float] = feedback.clock

    def settled(self) -> dict[str, float]:
        """Give the texts that people have judged, in normal form, and when they last were."""
        with self.store.transaction() as db:
            rows = db.execute("select text, created from reviews order by created").fetchall()
        return {normal(text): created for text, created in rows}  # older rows have other keys

    def ratings(self, first: int) -> dict[int, int]:
        """Give the ratings of the bot's utterances from an event on."""
        query = "select event_id, rating from ratings where event_id >= ?"
        with self.store.transaction() as db:
            return dict(db.execute(query, [first]).fetchall())

    def decide(self, item: Item, verdict: Verdict, taught: Mapping[str, Example]) -> Decision:
        """Keep a decision and what it teaches each learner; a lesson set aside takes it over."""
        changed = tuple(lesson for lesson in item.lessons if lesson.learner in taught)
        waiting = {lesson.learner for lesson in changed}
        with self.store.transaction() as db:
            if not self._is_kept(item):
                return Decision(0, (), ())
            for lesson in changed:
                values = _values(taught[lesson.learner], REVIEW, None)
                db.table("feedback").update(lesson.id, values)
            new = {learner: taught[learner] for learner in taught if learner not in waiting}
            added = tuple(self._add(item, learner, new[learner]) for learner in new)
            review = db.table("reviews").insert(self._row(item, verdict)).last_pk or 0
        return Decision(int(review), added, changed)

    def take_back(self, decision: Decision) -> None:
        """Undo a decision; what a night has learnt of it meanwhile stays."""
        with self.store.transaction() as db:
            db.table("reviews").delete_where("id = ?", [decision.review])
            for id in decision.added:
                db.table("feedback").delete_where("id = ? and learnt_in is null", [id])
            for lesson in decision.settled:
                values = _values(lesson.example, lesson.source, lesson.aside)
                db.table("feedback").update(lesson.id, values)

    def _is_kept(self, item: Item) -> bool:
        """Whether nobody has deleted meanwhile what a decision is about."""
        count = self.store.db.table("feedback").count_where
        lessons = all(count("id = ?", [lesson.id]) for lesson in item.lessons)
        event = item.turn.event_id if item.turn else None
        count = self.store.db.table("events").count_where
        return lessons and (event is None or count("id = ?", [event]) > 0)

    def has_lesson(self, learner: str, example: Example) -> bool:
        """Whether a reviewer has taught this before."""
        where = "learner = ? and input = ? and target = ? and source = ?"
        values = [learner, example.input, example.target, REVIEW]
        with self.store.transaction() as db:
            return int(db.table("feedback").count_where(where, values)) > 0

    def _add(self, item: Item, learner: str, example: Example) -> int:
        answer = item.turn.answer if item.turn else None
        event_id = answer.event_id if answer else 0
        answered = answer.version if answer else ""
        version = item.turn.version if item.turn and learner == INTENT else answered
        return self.feedback.add(learner, example, REVIEW, REVIEW, event_id, version)

    def _row(self, item: Item, verdict: Verdict) -> dict[str, Any]:
        return {
            "text": normal(item.text),
            "event_id": item.turn.event_id if item.turn else 0,
            "verdict": verdict,
            "created": self.clock(),
        }


def _values(example: Example, source: str, aside: str | None) -> dict[str, Any]:
    return {"input": example.input, "target": example.target, "source": source, "aside": aside}
