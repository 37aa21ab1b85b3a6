"""One turn about courses: what it is about, and what a reply to it remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from bot import Button, Context, Example, Reply, Turn
from skills.courses.catalogue.course import Course
from skills.courses.dialogue.history import merged, settled, taken
from skills.courses.dialogue.knowing import languages_in, learnt, with_profile
from skills.courses.dialogue.offer import Offer
from skills.courses.dialogue.replies.wording import joined, wishes
from skills.courses.dialogue.state import State, slots_of, state_of
from skills.courses.dialogue.understanding.naming import names
from skills.courses.dialogue.understanding.negation import is_negation
from skills.courses.dialogue.understanding.requests import Wish, courses_in, wish_of


@dataclass(frozen=True)
class Talk:
    """A turn with all that is known for its answer."""

    offer: Offer
    turn: Turn
    context: Context
    today: date

    @cached_property
    def state(self) -> State:
        """What is remembered from before, in other conversations, too."""
        return with_profile(state_of(self.context.slots), self.context.profile)

    @cached_property
    def wish(self) -> Wish:
        """What the turn says of the courses wanted."""
        return wish_of(self.turn, self.offer.catalogue, self.today)

    @cached_property
    def untitled(self) -> tuple[str, ...]:
        """The words of the wish that no title names."""
        titles = [course.title for course in self.offer.courses]
        words = self.wish.constraints.words
        return tuple(word for word in words if not any(names(title, word) for title in titles))

    @cached_property
    def unnamed(self) -> tuple[str, ...]:
        """Those of them that no description names either."""
        texts = [course.description for course in self.offer.courses]
        return tuple(word for word in self.untitled if not any(names(t, word) for t in texts))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words to look for: beside topics, and where meanings are near, those of titles."""
        wanted = self.wish.constraints
        is_spared = wanted.topics or self.sense or len(self.untitled) < len(wanted.words)
        left_out = self.untitled if is_spared else self.unnamed
        return tuple(word for word in self.wish.constraints.words if word not in left_out)

    @cached_property
    def sense(self) -> str:
        """What is wished for by its meaning alone, if courses come near to it."""
        wanted, text = self.wish.constraints, ""
        if self.wish == Wish() and not self.is_pressed:
            text = self.turn.message.text.strip()
        if self.untitled and not wanted.topics and self.untitled == wanted.words:
            text = joined(self.untitled)
        return text if self.near(text) else ""

    @cached_property
    def meant(self) -> tuple[Course, ...]:
        """The courses that the turn points at."""
        return courses_in(self.turn, self.state.listed, self.offer.catalogue)

    @property
    def refuses_title(self) -> bool:
        """Whether the message is against the course whose title is in it."""
        text = self.turn.message.text
        places = [text.casefold().find(each.title.casefold()) for each in self.meant]
        return any(place > 0 and is_negation(text[:place]) for place in places)

    @property
    def is_pressed(self) -> bool:
        """Whether a button was pressed, which teaches by itself."""
        return self.turn.message.text.strip().startswith("/")

    @property
    def is_asked_by_another(self) -> bool:
        """Whether the latest reply was another skill's question, which "none of these" answers."""
        history = self.context.history
        return bool(history) and not self.is_fresh and history[-1][1].rstrip().endswith("?")

    @property
    def is_fresh(self) -> bool:
        """Whether the latest reply was about courses."""
        said, history = self.state.said, self.context.history
        return bool(said and history and history[-1][1].startswith(said))

    def near(self, text: str) -> Mapping[str, float]:
        """Give the ids of the courses that a text is near to in meaning, with their likeness."""
        return self.offer.near(text)

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
        like = self.known([state.like] if state.like else [])
        said = [f"like “{course.title}”" for course in like]
        said += [f"close to “{state.sense}”"] if state.sense else []
        return [*said, *wishes(state.wanted, self.offer.catalogue.topics)]

    def open_to(self, state: State) -> list[Course]:
        """Give the courses that can be recommended: offered, and neither taken nor refused."""
        done = settled(self.history(state))
        return [course for course in self.offer.courses if course.id not in done]

    def on_subject(self, state: State) -> list[Course]:
        """Give those of them that are like a course, or near to a meaning, where that is asked."""
        open_to = [course for course in self.open_to(state) if course.id != state.like]
        like = self.known([state.like] if state.like else [])
        close = self.near(state.sense)
        on = [c for c in open_to if c.id in close or (like and {*c.topics} & {*like[0].topics})]
        return on or open_to

    def spoken(self, courses: Iterable[Course], state: State) -> list[Course]:
        """Give those courses that are taught in a language of the learner."""
        languages = {None, *self.languages(state)}
        return [course for course in courses if course.language in languages]

    def missing(self, course: Course, state: State | None = None) -> list[Course]:
        """Give the courses that should be taken before and were not."""
        done = taken(self.history(state))
        return self.known([id for id in course.prerequisites if id not in done])

    def languages(self, state: State) -> set[str | None]:
        """Give the languages to recommend in: usual ones, the learner's, those asked for."""
        usual = Counter(course.language for course in self.offer.courses).most_common(1)
        used = (course.language for course in self.known(taken(self.history(state))))
        own = languages_in(self.context.profile)
        return {*(language for language, _ in usual), *used, *own, *state.wanted.languages}

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
        """Make a reply that remembers a state, how it began, and what it tells of the person."""
        said = replace(state, said=text.partition("\n")[0])
        return Reply(
            text,
            buttons=tuple(buttons),
            slots={**slots_of(said, self.state), **(slots or {})},
            profile=learnt(state, self),
            requested_slot=asks,
            observed=tuple(each for each in observed if each),
        )
