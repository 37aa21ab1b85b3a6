"""Backlog: what waits for a person, read from the log and weighed by the models in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.database import Store
from bot.feedback import FeedbackStore
from bot.policy import Policy
from bot.review.labels import Labels
from bot.review.ranking import Evidence, Item, can_be_judged, ranked
from bot.review.session import Review
from bot.review.store import ReviewStore
from bot.review.turns import newest_turns
from bot.types import INTENT, Intent

if TYPE_CHECKING:
    from bot.app import App


PARSED_AGAIN = 500
"""How many texts, the newest, are shown to the version now in service."""
BATCH = 64


class Backlog:
    """The turns and lessons that wait, as they were when it was made."""

    def __init__(self, app: App, store: Store) -> None:
        self.app = app
        self.feedback = FeedbackStore(store)
        self.reviews = ReviewStore(self.feedback)
        self.skills = app.skills
        self.policy = Policy(self.skills.owners)
        self.turns = newest_turns(store)

    def labels(self) -> Labels:
        """What can be chosen from."""
        skills = self.skills
        return Labels(self.policy, skills.nlu.titles, skills.skills(), self.turns)

    def review(self) -> Review:
        """Begin a sitting."""
        return Review(self.reviews, self.labels(), self.items())

    def items(self, now: Mapping[str, Intent] | None = None) -> list[Item]:
        """What waits, the worthiest first; `now` is what the texts are taken for at present."""
        learners = (INTENT, *self.skills.specs)
        lessons = [lesson for learner in learners for lesson in self.feedback.aside(learner)]
        return ranked(self.turns, lessons, self._evidence(now or {}))

    def parsed_again(self, report: Callable[[str], None]) -> list[Item]:
        """Rank anew, with what the version in service, if any, takes the newest texts for."""
        is_served = bool(self.app.models.versions(INTENT) and self.app.versions()[INTENT])
        return self.items(self._taken_for(report) if is_served else {})

    def _taken_for(self, report: Callable[[str], None]) -> dict[str, Intent]:
        texts = self._texts(self.app.versions()[INTENT])
        now: dict[str, Intent] = {}
        for start in range(0, len(texts), BATCH):
            report(f"Reading {len(texts)} texts again: {start}")
            batch = texts[start : start + BATCH]
            parses = self.app.parse(batch)
            now |= {text: parse.ranking[0] for text, parse in zip(batch, parses, strict=True)}
        return now

    def _texts(self, version: str) -> list[str]:
        """The newest texts that another version has understood."""
        evidence = self._evidence({})
        turns = (
            turn
            for turn in reversed(self.turns)
            if turn.version != version
            and not turn.picture
            and not turn.answers_question
            and can_be_judged(turn, evidence)
        )
        return list(dict.fromkeys(turn.text for turn in turns))[:PARSED_AGAIN]

    def _evidence(self, now: Mapping[str, Intent]) -> Evidence:
        first = self.turns[0].event_id if self.turns else 0
        return Evidence(self.policy, self.reviews.ratings(first), self.reviews.settled(), now)
