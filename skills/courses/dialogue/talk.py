"""One turn about courses: what it is about, and what a reply to it remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from bot import Button, Context, Example, Reply, Turn
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.history import Histories, merged, settled, taken
from skills.courses.dialogue.recommender import Recommender
from skills.courses.dialogue.requests import Wish, courses_in, wish_of
from skills.courses.dialogue.state import State, slots_of, state_of
from skills.courses.dialogue.wording import joined, wishes


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to recommend, and what recommends it."""

    catalogue: Catalogue
    histories: Histories
    model: Recommender
    index: Any
    courses: tuple[Course, ...]
    """The columns of the index."""


@dataclass(frozen=True)
class Talk:
    """A turn with all that is known for its answer."""

    offer: Offer
    turn: Turn
    context: Context
    today: date

    @cached_property
    def state(self) -> State:
        """What is remembered from before."""
        return state_of(self.context.slots)

    @cached_property
    def wish(self) -> Wish:
        """What the turn says of the courses wanted."""
        return wish_of(self.turn, self.offer.catalogue, self.today)

    @cached_property
    def meant(self) -> tuple[Course, ...]:
        """The courses that the turn points at."""
        return courses_in(self.turn, self.state.listed, self.offer.catalogue)

    @property
    def is_pressed(self) -> bool:
        """Whether a button was pressed, which teaches by itself."""
        return self.turn.message.text.strip().startswith("/")

    @property
    def is_fresh(self) -> bool:
        """Whether the latest reply was about courses."""
        said, history = self.state.said, self.context.history
        return bool(said and history and history[-1][1].startswith(said))

    def course(self, id: str) -> Course:
        """Give a course by its id."""
        return self.offer.catalogue.courses[id]

    def known(self, ids: Sequence[str]) -> list[Course]:
        """Give those courses that are still in the catalogue."""
        courses = self.offer.catalogue.courses
        return [courses[id] for id in ids if id in courses]

    def history(self, state: State | None = None) -> dict[str, float]:
        """Give the learner's history, from the file and from the conversation."""
        before = self.offer.histories.of.get(self.turn.message.sender_id, {})
        return merged(before, state or self.state)

    def wishes(self, state: State) -> list[str]:
        """Say what is wanted, a few words each."""
        said = wishes(state.wanted, self.offer.catalogue.topics)
        if state.about and state.wanted.topics:
            said[0] = f"about {joined(state.about, 'or')}"
        return said

    def open_to(self, state: State) -> list[Course]:
        """Give the courses that can be recommended: offered, and neither taken nor refused."""
        done = settled(self.history(state))
        return [course for course in self.offer.courses if course.id not in done]

    def missing(self, course: Course, state: State | None = None) -> list[Course]:
        """Give the courses that should be taken before and were not."""
        done = taken(self.history(state))
        return self.known([id for id in course.prerequisites if id not in done])

    def languages(self, state: State) -> set[str | None]:
        """Give the languages to recommend in: the catalogue's, those taken in, those asked for."""
        usual = Counter(course.language for course in self.offer.courses).most_common(1)
        used = (course.language for course in self.known(taken(self.history(state))))
        return {*(language for language, _ in usual), *used, *state.wanted.languages}

    def example(self, id: str, weight: float) -> Example | None:
        """Say what a deed teaches of whoever talks."""
        person = self.context.person
        return Example(person, id, weight) if person else None

    def reply(
        self,
        text: str,
        state: State,
        buttons: Sequence[Button] = (),
        asks: str | None = None,
        observed: Sequence[Example | None] = (),
        slots: dict[str, Any] | None = None,
    ) -> Reply:
        """Make a reply that remembers a state, and how it began."""
        said = replace(state, said=text.partition("\n")[0])
        return Reply(
            text,
            buttons=tuple(buttons),
            slots={**slots_of(said, self.state), **(slots or {})},
            requested_slot=asks,
            observed=tuple(each for each in observed if each),
        )
