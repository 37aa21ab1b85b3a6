"""DialogueManager: one turn, from the message to the replies. Read this second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from bot.answerer import MANAGER, Answerer
from bot.attachments import Attachments
from bot.events import (
    MODEL,
    buttons_from,
    example_from,
    listen_event,
    question_events,
    question_from,
    reply_events,
    settles_question,
    user_event,
)
from bot.feedback import GOOD, OBSERVED, FeedbackStore
from bot.policy import Policy
from bot.senders import SenderQueues
from bot.skill import AnySkill
from bot.stages import stage
from bot.tracker import OvertakenError, State, TrackerStore, after, context_from
from bot.types import INTENT, Context, Example, Message, Outcome, Reply, Turn

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
        person = self.feedback.pseudonyms.of(message.sender_id)
        context = replace(context_from(state, self.abilities()), person=person)
        with stage("understand"):
            turn = self.understand(self._received(message))
        with stage("answer"):
            skill, reply = self._answer(turn, context)
        replies = (reply, *_resumed(state, skill, reply))
        with stage("remember"), self.tracker.store.transaction():
            if self.tracker.forgotten(message.sender_id) != forgotten:
                outcome = self._dropped(turn, replies)
            else:
                slots = self._remember(turn, state, skill, replies).slots
                outcome = Outcome(turn, skill, replies, slots)
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

    def _answer(self, turn: Turn, context: Context) -> tuple[str, Reply]:
        skill, reply = Answerer(self.skills, self.policy).answer(turn, context)
        return skill, self.attachments.sent(reply) if self.attachments else reply

    def _dropped(self, turn: Turn, replies: tuple[Reply, ...]) -> Outcome:
        """Keep nothing of a turn whose sender was forgotten meanwhile."""
        if self.attachments:
            self.attachments.drop(turn.message.images)
            self.attachments.drop(each for reply in replies for each in reply.images)
        return Outcome(turn, MANAGER, (FORGOTTEN,))

    def _received(self, message: Message) -> Message:
        return self.attachments.received(message) if self.attachments else message

    def _remember(self, turn: Turn, state: State, skill: str, replies: tuple[Reply, ...]) -> State:
        """Write the turn in one transaction, with what it teaches."""
        asker = state.active_skill
        versions = self.versions()
        version = versions.get(self._learner(skill), "")
        log_entries = [
            user_event(turn, versions.get(INTENT, "")),
            *reply_events(skill, replies[0], version),
            *question_events(skill, replies[0], asker),
            *(event for again in replies[1:] for event in reply_events(asker or skill, again)),
            listen_event(),
        ]
        sender_id = turn.message.sender_id
        with self.tracker.store.transaction():
            self.tracker.append(sender_id, log_entries, since=state.position)
            for event in state.latest_replies:
                self._learn(sender_id, event, _taught_by(turn.message, event), "button")
            if replies[0].observed:
                said = self.tracker.load(sender_id).latest_replies[0]  # it has its number now
                for example in replies[0].observed:
                    self._learn(sender_id, said, example, OBSERVED)
        return reduce(after, log_entries, state)

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


def _resumed(state: State, skill: str, reply: Reply) -> tuple[Reply, ...]:
    """The open question once more, if the turn went elsewhere and left it open."""
    asker = state.active_skill
    if state.question is None or asker is None or reply.requested_slot:
        return ()
    return () if settles_question(skill, reply, asker) else (question_from(state.question),)


def _taught_by(message: Message, event: Mapping[str, Any]) -> Example | None:
    """What pressing teaches, if the message is the payload of one of the event's buttons."""
    buttons = buttons_from((event.get("data") or {}).get("buttons") or ())
    return next((b.example for b in buttons if b.payload == message.text.strip()), None)
