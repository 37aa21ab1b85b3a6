"""Which turns are most worth a person's second, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.annotation import parse_annotation
from bot.answerer import MANAGER
from bot.errors import DataError
from bot.feedback import Lesson
from bot.nlu import has_words, payload_in
from bot.policy import Policy
from bot.review.turns import LoggedTurn
from bot.types import INTENT, OUT_OF_SCOPE, Intent
from bot.wording import normal

RATED = {1: 10.0, 2: 8.0, 3: 3.0}
"""What a rating is worth; a low one counts for more than all else together."""
SET_ASIDE = 6.0
FAILED = 3.0
UNANSWERED = 2.5
DECLINED = 1.5
ASKED_BACK = 1.5
CHANGED = 2.0
UNSURE = 0.6
"""Confidence below which the best intent is a doubtful one."""
CLOSE = 0.2
"""Margin below which the two best intents are hard to tell apart."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a turn is worth a look, and how much so; worths of one turn are added up."""

    reason: str
    worth: float


@dataclass(frozen=True, slots=True)
class Item:
    """A text, or the file of a picture, for a person to judge."""

    text: str
    turn: LoggedTurn | None = None
    """The turn it was said in; None where only a lesson knows the text."""
    doubts: tuple[Doubt, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    """What others taught about this text and was set aside."""

    @property
    def worth(self) -> float:
        """How much a person's second is worth here."""
        return sum(doubt.worth for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the turns beside the log."""

    policy: Policy
    ratings: Mapping[int, int] = field(default_factory=dict)
    """The bot's utterance to its rating."""
    settled: Mapping[str, float] = field(default_factory=dict)
    """Normal form of a text to the time when a person judged it last."""
    now: Mapping[str, Intent] = field(default_factory=dict)
    """Text to what the version in service takes it for."""


def text_of(lesson: Lesson) -> str:
    """The plain text that a lesson is about; the intents' learner is taught annotated ones."""
    if lesson.learner != INTENT:
        return lesson.example.input
    try:
        return parse_annotation(lesson.example.input)[0]
    except DataError:
        return lesson.example.input


def ranked(
    turns: Sequence[LoggedTurn], lessons: Iterable[Lesson], evidence: Evidence
) -> list[Item]:
    """Name what waits for a person, the worthiest first; each text once."""
    items: dict[str, Item] = {}
    for turn in turns:
        key = normal(turn.judged)
        if not can_be_judged(turn, evidence):
            continue
        item = Item(turn.judged, turn, tuple(doubts_of(turn, evidence)))
        if key not in items or item.worth >= items[key].worth:
            items[key] = item
    for key, group in _by_text(lessons, evidence).items():
        doubts = tuple(_set_aside(lesson) for lesson in group)
        item = items.get(key, Item(text_of(group[0])))
        items[key] = replace(item, doubts=(*doubts, *item.doubts), lessons=tuple(group))
    found = [item for item in items.values() if item.doubts]
    return sorted(found, key=lambda item: (-item.worth, -_age(item)))


def can_be_judged(turn: LoggedTurn, evidence: Evidence) -> bool:
    """Whether there is something to judge, and nobody has judged it since it was said."""
    return (
        bool(turn.ranking)
        and has_words(turn.judged)
        and payload_in(turn.judged, evidence.policy.owners) is None
        and turn.timestamp > evidence.settled.get(normal(turn.judged), 0.0)
    )


def doubts_of(turn: LoggedTurn, evidence: Evidence) -> Iterator[Doubt]:
    """Say what speaks for a look at a turn."""
    ratings = [evidence.ratings.get(answer.event_id, 5) for answer in turn.answers]
    worst = min(ratings, default=5)
    if worst in RATED:
        yield Doubt(f"rated {worst} of 5", RATED[worst])
    is_settled = turn.answers_question or (turn.pressed and turn.pressed.example)
    if turn.picture:
        yield from () if is_settled else _asked_back(turn)
        return
    if not is_settled:
        yield from _unanswered(turn, evidence.policy)
        yield from _unsure(turn.ranking)
    now = evidence.now.get(turn.text)
    if now and now.name != turn.ranking[0].name:
        yield Doubt(f"the version now in service understands {_said(now)}", CHANGED)


def _unanswered(turn: LoggedTurn, policy: Policy) -> Iterator[Doubt]:
    best = turn.ranking[0]
    owner = policy.owners.get(best.name)
    if turn.skill == MANAGER:
        yield Doubt("answering it failed", FAILED)
    elif turn.skill == policy.fallback and owner != policy.fallback:
        yield Doubt("no skill answered it", UNANSWERED)
    is_asked = best.name != OUT_OF_SCOPE and best.confidence >= policy.plausible
    if owner and is_asked and turn.skill not in (owner, MANAGER):
        yield Doubt(f"{owner} declined it", DECLINED)


def _asked_back(turn: LoggedTurn) -> Iterator[Doubt]:
    """Say of a picture that the bot was unsure: it offered labels, and nobody chose one."""
    offered = [button for answer in turn.answers for button in answer.reply.buttons]
    labels = [b.title for b in offered if b.example and b.example.input == turn.picture]
    if labels:
        yield Doubt(f"unsure of the picture: {' or '.join(labels)}", ASKED_BACK)


def _unsure(ranking: Sequence[Intent]) -> Iterator[Doubt]:
    best = ranking[0]
    if best.confidence < UNSURE:
        yield Doubt(f"unsure: {_said(best)}", 1 - best.confidence)
    if len(ranking) > 1 and best.confidence - ranking[1].confidence < CLOSE:
        margin = best.confidence - ranking[1].confidence
        yield Doubt(f"close: {best.name} or {ranking[1].name}", 1 - margin / CLOSE)


def _set_aside(lesson: Lesson) -> Doubt:
    return Doubt(f"{lesson.source} taught {lesson.example.target}: {lesson.aside}", SET_ASIDE)


def _by_text(lessons: Iterable[Lesson], evidence: Evidence) -> dict[str, list[Lesson]]:
    groups: dict[str, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        key = normal(text_of(lesson))
        if lesson.created > evidence.settled.get(key, 0.0):
            groups[key].append(lesson)
    return groups


def _age(item: Item) -> float:
    """When it was said or taught; the newest of equally worthy ones comes first."""
    return item.turn.timestamp if item.turn else item.lessons[0].created


def _said(intent: Intent) -> str:
    return f"{intent.name} {intent.confidence:.0%}"
