"""What a text can be labelled with: intents, and what learning skills would answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.policy import Policy
from bot.pseudonyms import NOBODY, is_pseudonym
from bot.review.lessons import Label, annotated_text, lessons_of
from bot.review.ranking import Item
from bot.review.turns import LoggedTurn
from bot.skill import AnySkill
from bot.types import INTENT, OUT_OF_SCOPE, Context, Example, Intent, Message, Reply, Turn
from bot.wording import normal

log = logging.getLogger(__name__)

LIKELY = 5
"""Labels offered at once; each has a digit."""
FOUND = 9
"""Labels that a search gives at most."""
ANSWERS = 3
"""Of the likely labels, how many may be answers."""
REVIEWER = "reviewer"
TITLE_LENGTH = 70
_MARKUP = re.compile(r"^(\d+[.)]|[-*#>]+)\s+|\*\*")


@dataclass(frozen=True, slots=True)
class Labels:
    """Knows the labels there are: from the skills in service, and from what they offered before."""

    policy: Policy
    titles: Mapping[str, str] = field(default_factory=dict)
    """Intent to what people call it."""
    skills: Mapping[str, AnySkill] = field(default_factory=dict)
    turns: Sequence[LoggedTurn] = ()

    @property
    def names(self) -> list[str]:
        """The names of all intents."""
        return [*sorted(self.policy.owners), OUT_OF_SCOPE]

    def named(self, name: str) -> Label | None:
        """Give the label of a name; of an answer, only its skill need be known."""
        prefix, _, target = name.partition("/")
        if not target:
            return self._label(INTENT, name) if name in self.names else None
        learner = self.policy.owners.get(prefix, prefix)
        skill = self.skills.get(learner)
        return self._label(learner, target) if skill and skill.model_type else None

    def likely(self, item: Item) -> tuple[Label, ...]:
        """Offer what a text may mean, likeliest first: what was taught, answers, intents."""
        taught = [self._label(lesson.learner, lesson.example.target) for lesson in item.lessons]
        picture = item.turn.picture if item.turn else ""
        asked = self._asked("", picture) if picture else self._asked(item.text)
        answers = [*(self._recorded(item.turn) if item.turn else ()), *asked]
        if picture:
            answers = [label for label in answers if label.learner != INTENT]
        ranking = item.turn.ranking if item.turn and not picture else ()
        known = [intent.name for intent in ranking if intent.name in self.policy.owners]
        intents = [self._intent(name) for name in known]
        others = [label for label in answers if label.target in self.policy.owners]
        own = _distinct(label for label in answers if label.learner != INTENT)
        return _distinct([*taught, *own[:ANSWERS], *intents, *others])[:LIKELY]

    def matching(self, words: str) -> tuple[Label, ...]:
        """Find labels by part of a name or title, and by what learning skills make of the words."""
        part = normal(words)
        known = [self._intent(name) for name in sorted(self.policy.owners)]
        seen = [label for turn in self.turns for label in self._recorded(turn)]
        named = _distinct(label for label in (*known, *seen) if part in normal(_name(label)))
        exact = [label for label in named if part == normal(label.target)]
        first = named[: FOUND - ANSWERS]
        return _distinct([*exact, *first, *self._asked(words), *named])[:FOUND]

    def given(self, turn: LoggedTurn) -> list[Label]:
        """Name what the bot's own answer to a turn stands for, if it stands for something."""
        first = turn.answer
        example = first.reply.example if first else None
        if first is None or example is None or _is_of_person(example):
            return []
        return [self._label(self.learner(first.skill), example.target, _first_line(first.reply))]

    def confirmed(self, item: Item) -> dict[str, Example]:
        """Say what it teaches that a text was understood, and answered, as it should be."""
        if item.turn is None:
            return {lesson.learner: lesson.example for lesson in item.lessons}
        name = item.turn.ranking[0].name
        is_known = name in self.policy.owners or name == OUT_OF_SCOPE
        is_known = is_known and not item.turn.picture
        taught = {INTENT: Example(annotated_text(item), name)} if is_known else {}
        for label in self.given(item.turn):
            taught |= lessons_of(item, label)
        return taught

    def learner(self, skill: str) -> str:
        """Name who learns from what a skill says."""
        found = self.skills.get(skill)
        return (found and found.learner) or skill

    def _intent(self, name: str) -> Label:
        return Label(INTENT, name, self.titles.get(name, ""))

    def _label(self, learner: str, target: str, title: str = "") -> Label:
        if learner == INTENT:
            return self._intent(target)
        return Label(learner, target, title, self._intent_of(learner))

    def _intent_of(self, skill: str) -> str | None:
        """The intent of what a skill answers, if it has but one."""
        own = [intent for intent, owner in self.policy.owners.items() if owner == skill]
        return own[0] if len(own) == 1 else None

    def _recorded(self, turn: LoggedTurn) -> Iterator[Label]:
        yield from self.given(turn)
        for answer in turn.answers:
            yield from self._offered(answer.skill, answer.reply)

    def _offered(self, skill: str, reply: Reply) -> Iterator[Label]:
        learner = self.learner(skill)
        for button in reply.buttons:
            if button.example and not _is_of_person(button.example):
                yield self._label(learner, button.example.target, button.title)

    def _asked(self, text: str, picture: str = "") -> Iterator[Label]:
        """Ask learning skills what they would answer now: by their replies, their labels show."""
        message = Message(REVIEWER, text, (Path(picture),) if picture else ())
        for name, skill in self.skills.items():
            reply = _tried(skill, message, self._intent_of(name)) if skill.model_type else None
            if reply is None:
                continue
            if reply.example and not _is_of_person(reply.example):
                target = reply.example.target
                yield self._label(self.learner(name), target, _first_line(reply))
            yield from self._offered(name, reply)


def _is_of_person(example: Example) -> bool:
    """Whether it says what a person wants: no label of what words mean."""
    return is_pseudonym(example.input)


def _tried(skill: AnySkill, message: Message, intent: str | None) -> Reply | None:
    turn = Turn(message, (Intent(intent or OUT_OF_SCOPE, 1.0),))
    try:
        return skill.run(turn, Context(person=NOBODY))
    except Exception:
        log.exception("A skill failed in a review")
        return None


def _first_line(reply: Reply) -> str:
    line = _MARKUP.sub("", reply.text.strip().partition("\n")[0])
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"


def _name(label: Label) -> str:
    return f"{label.target} {label.title}"


def _distinct(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Keep one label of each target, the first that has a title."""
    found: dict[tuple[str, str], Label] = {}
    for label in labels:
        known = found.get((label.learner, label.target))
        if known is None or not known.title:
            found[label.learner, label.target] = label
    return tuple(found.values())
