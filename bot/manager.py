"""DialogueManager: one turn, from the message to the replies. Read this second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bot.answerer import MANAGER, Answer, Answerer
from bot.attachments import Attachments
from bot.events import MODEL, example_from, taught_by
from bot.feedback import GOOD, OBSERVED, FeedbackStore
from bot.policy import Policy
from bot.senders import SenderQueues
from bot.skill import AnySkill
from bot.stages import stage
from bot.tracker import OvertakenError, State, TrackerStore, context_from
from bot.turn_log import BACK, TurnLog, paused_events, turn_log
from bot.types import (
    INTENT,
    OUT_OF_SCOPE,
    RESUME,
    Context,
    Example,
    Intent,
    Message,
    Outcome,
    Reply,
    Turn,
)

DAY = 24 * 3600
"""Seconds after which the next message may well be no answer to the open question."""
FORGOTTEN = Reply("Everything that I knew about you has just been deleted.")


def _kept(_: Outcome) -> None:
    """Keep nothing else of a turn."""


@dataclass(frozen=True)
class DialogueManager:
    """Understands a message, lets a skill answer it, remembers the turn and what it teaches."""

    understand: Callable[[Message], Turn]
    skills: Callable[[], Mapping[str, AnySkill]]
    """The skills in service now, by name."""
    policy: Policy
    tracker: TrackerStore
    feedback: FeedbackStore
    abilities: Callable[[], Mapping[str, str]] = dict
    """Intents that can be offered to people, with their titles."""
    versions: Callable[[], Mapping[str, str]] = dict
    """The version of its model that each learner has in service now."""
    attachments: Attachments | None = None
    """Where pictures are kept; without it, none are looked at."""
    pauses: bool = False
    """Whether the bot is silent from when a person is to go on until it is called back."""
    _queues: SenderQueues = field(default_factory=SenderQueues)

    def handle(self, message: Message, keep: Callable[[Outcome], None] = _kept) -> Outcome:
        """Answer a message. Blocks; a sender's messages are answered in the order of the calls.

        `keep` is called in the transaction that remembers the turn; what it raises undoes both.
        Where another process answered the sender meanwhile, the turn begins anew.
        """
        with self._queues.turn(message.sender_id):
            forgotten = self.tracker.forgotten(message.sender_id)
            while True:
                with suppress(OvertakenError):
                    return self._handled(message, keep, forgotten)

    def _handled(
        self, message: Message, keep: Callable[[Outcome], None], forgotten: float
    ) -> Outcome:
        state = self.tracker.load(message.sender_id)
        if state.paused:
            return self._while_paused(message, state, keep)
        context = self._context(message.sender_id, state)
        with stage("understand"):
            turn = self.policy.divided(self.understand(self._received(message)))
        with stage("answer"):
            answers = self._answers(turn, context)
        log = turn_log(turn, answers, state, self._versions(answers), self.pauses)
        with stage("remember"), self.tracker.store.transaction():
            if self.tracker.forgotten(message.sender_id) != forgotten:
                outcome = self._dropped(turn, log.replies)
            else:
                self._remember(turn.message, state, answers, log)
                outcome = Outcome(turn, answers[-1].skill, log.replies, log.state.slots)
            keep(outcome)
        return outcome

    def _context(self, sender_id: str, state: State) -> Context:
        return replace(
            context_from(state, self.abilities()),
            person=self.feedback.pseudonyms.of(sender_id),
            profile=self.profile(sender_id),
            is_stale=self.tracker.clock() - state.latest > DAY,
        )

    def _while_paused(
        self, message: Message, state: State, keep: Callable[[Outcome], None]
    ) -> Outcome:
        """Keep what is said for the person who answers, in silence; come back when called."""
        turn = Turn(self._received(message), (Intent(OUT_OF_SCOPE, 1.0),))
        is_called = message.text.strip() == RESUME
        with self.tracker.store.transaction():
            said = paused_events(turn, is_called)
            self.tracker.append(message.sender_id, said, since=state.position)
            outcome = Outcome(turn, MANAGER, (BACK,) if is_called else (), state.slots)
            keep(outcome)
        return outcome

    def rate(self, sender_id: str, rating: int) -> str:
        """Take a person's rating, 1 to 5, of the latest reply; say what becomes of it."""
        with self._queues.turn(sender_id), self.tracker.store.transaction():
            replies = self.tracker.load(sender_id).latest_replies
            if not replies:
                return "There is no reply to rate yet."
            self.feedback.rate(sender_id, replies[0]["id"], rating)
            if rating < GOOD:
                return "Thank you. A person will look at this reply."
            example = example_from(replies[0]["metadata"].get("example"))
            self._learn(sender_id, replies[0], example, "rating")
            return "Thank you. I'll learn from this tonight." if example else "Thank you."

    def restart(self, sender_id: str) -> None:
        """Begin a new conversation; the log keeps the old one."""
        with self._queues.turn(sender_id):
            self.tracker.restart(sender_id)

    def profile(self, sender_id: str) -> Mapping[str, Any]:
        """Give what is known of a person."""
        return self.tracker.profiles.of(sender_id)

    def _answers(self, turn: Turn, context: Context) -> tuple[Answer, ...]:
        answers = Answerer(self.skills(), self.policy).answers(turn, context)
        if self.attachments is None:
            return answers
        return tuple(Answer(name, self.attachments.sent(reply)) for name, reply in answers)

    def _dropped(self, turn: Turn, replies: tuple[Reply, ...]) -> Outcome:
        """Keep nothing of a turn whose sender was forgotten meanwhile."""
        if self.attachments:
            self.attachments.drop(turn.message.images)
            self.attachments.drop(each for reply in replies for each in reply.images)
        return Outcome(turn, MANAGER, (FORGOTTEN,))

    def _received(self, message: Message) -> Message:
        return self.attachments.received(message) if self.attachments else message

    def _remember(
        self, message: Message, before: State, answers: Sequence[Answer], log: TurnLog
    ) -> None:
        """Write the turn in one transaction, with what it teaches."""
        sender_id = message.sender_id
        with self.tracker.store.transaction():
            self.tracker.append(sender_id, log.events, since=before.position)
            for _, reply in answers:
                self.tracker.profiles.change(sender_id, reply.profile)
            for event in before.latest_replies:
                self._learn(sender_id, event, taught_by(message, event), "button")
            if any(reply.observed for _, reply in answers):
                said = self.tracker.load(sender_id).latest_replies  # they have their numbers now
                for event, (_, reply) in zip(said, answers, strict=False):
                    for example in reply.observed:
                        self._learn(sender_id, event, example, OBSERVED)

    def _versions(self, answers: Sequence[Answer]) -> dict[str, str]:
        """The version of the model that understood, and of each that answered."""
        versions = self.versions()
        names = (INTENT, *(name for name, _ in answers))
        return {name: versions.get(self._learner(name), "") for name in names}

    def _learn(
        self, sender_id: str, event: Mapping[str, Any], example: Example | None, source: str
    ) -> None:
        """Keep an example for whoever learns from the skill that spoke."""
        if example is None:
            return
        about = event["metadata"]
        learner = self._learner(about["utter_action"])
        version = about.get(MODEL, "")
        self.feedback.add(learner, example, source, sender_id, event["id"], version)

    def _learner(self, name: str) -> str:
        """Who learns from what a skill says."""
        skill = self.skills().get(name)
        return (skill and skill.learner) or name
