"""DialogueManager: one turn, from the message to the replies. Read this second."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from bot.attachments import Attachments
from bot.events import (
    MODEL,
    example_from,
    listen_event,
    question_events,
    question_from,
    question_left,
    reply_events,
    resumed_events,
    taught_by,
    user_event,
)
from bot.feedback import GOOD, OBSERVED, FeedbackStore
from bot.policy import Policy
from bot.senders import SenderQueues
from bot.skill import AnySkill
from bot.stages import stage
from bot.tracker import OvertakenError, State, TrackerStore, after, context_from
from bot.types import INTENT, Context, Example, Message, Outcome, Reply, Turn

log = logging.getLogger(__name__)

APOLOGY = Reply("I'm sorry, something went wrong on my side. Could you try that again?")
NO_SKILL = Reply("I'm sorry, I can't help with that.")
FORGOTTEN = Reply("Everything that I knew about you has just been deleted.")
MANAGER = "manager"
"""Who says these; never the name of a skill's question."""


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
        profile = self.profile(message.sender_id)
        context = replace(context_from(state, self.abilities()), person=person, profile=profile)
        with stage("understand"):
            turn = self.understand(self._received(message))
        with stage("answer"):
            skill, reply = self._answer(turn, context)
        again = question_left(state, skill, reply)
        replies = (reply, question_from(again)) if again else (reply,)
        with stage("remember"), self.tracker.store.transaction():
            if self.tracker.forgotten(message.sender_id) != forgotten:
                outcome = self._dropped(turn, replies)
            else:
                slots = self._remember(turn, state, skill, reply, again).slots
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

    def profile(self, sender_id: str) -> Mapping[str, Any]:
        """Give what is known of a person."""
        return self.tracker.profiles.of(sender_id)

    def _answer(self, turn: Turn, context: Context) -> tuple[str, Reply]:
        """Run the candidates until one replies. A skill's exceptions are caught here."""
        skills = self.skills()
        answered = self._is_answer(turn, context, skills.get(context.active_skill or ""))
        for name in self.policy.candidates(turn, context, answered):
            if name not in skills:
                continue
            try:
                reply = skills[name].run(turn, self._seen_by(name, context))
            except Exception:
                log.exception("Skill '%s' failed", name)
                return MANAGER, APOLOGY
            if reply is not None:
                return name, self.attachments.sent(reply) if self.attachments else reply
        return MANAGER, NO_SKILL

    def _is_answer(self, turn: Turn, context: Context, asker: AnySkill | None) -> bool:
        name = context.active_skill
        if name is None or asker is None or not self.policy.changes_subject(turn, context):
            return False
        try:
            return asker.expects(turn, self._seen_by(name, context))
        except Exception:
            log.exception("Skill '%s' failed", name)
            return False

    def _seen_by(self, name: str, context: Context) -> Context:
        """The context as a skill sees it: only who asked knows what was asked for."""
        asked = context.requested_slot if name == context.active_skill else None
        return replace(context, requested_slot=asked, intents=self.policy.intents(name))

    def _dropped(self, turn: Turn, replies: tuple[Reply, ...]) -> Outcome:
        """Keep nothing of a turn whose sender was forgotten meanwhile."""
        if self.attachments:
            self.attachments.drop(turn.message.images)
            self.attachments.drop(each for reply in replies for each in reply.images)
        return Outcome(turn, MANAGER, (FORGOTTEN,))

    def _received(self, message: Message) -> Message:
        return self.attachments.received(message) if self.attachments else message

    def _remember(
        self, turn: Turn, state: State, skill: str, reply: Reply, again: Mapping[str, Any] | None
    ) -> State:
        """Write the turn in one transaction, with what it teaches."""
        asker = state.active_skill
        versions = self.versions()
        log_entries = [
            user_event(turn, versions.get(INTENT, "")),
            *reply_events(skill, reply, versions.get(self._learner(skill), "")),
            *question_events(skill, reply, asker),
            *(resumed_events(again, asker) if again else ()),
            listen_event(),
        ]
        sender_id = turn.message.sender_id
        with self.tracker.store.transaction():
            self.tracker.append(sender_id, log_entries, since=state.position)
            self.tracker.profiles.change(sender_id, reply.profile)
            for event in state.latest_replies:
                self._learn(sender_id, event, taught_by(turn.message, event), "button")
            if reply.observed:
                said = self.tracker.load(sender_id).latest_replies[0]  # it has its number now
                for example in reply.observed:
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
