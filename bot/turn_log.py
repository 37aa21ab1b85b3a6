"""What a turn adds to the log: the message, what each skill says, and what stays open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from rasa_sdk.events import ConversationPaused, ConversationResumed, EventType

from bot.answerer import MANAGER, Answer
from bot.events import (
    listen_event,
    question_events,
    question_from,
    reply_events,
    settles_question,
    user_event,
)
from bot.tracker import State, after
from bot.types import INTENT, Reply, Turn

RESUME = "/resume"
"""What people say to have the bot back."""
SILENT = Reply(f"From here on a person answers you. Send {RESUME} to talk to me again.")
"""The notice with which the bot falls silent."""
BACK = Reply("I'm back. What can I do for you?")

VersionOf = Callable[[str], str]
"""Names the version of the model that a skill, or the understanding, answers with."""


def closing(state: State, answers: Sequence[Answer], pauses: bool) -> tuple[Answer, ...]:
    """Say what comes after the answers: that the bot is silent now, or the open question again."""
    asker = state.active_skill
    if pauses and any(reply.handed_over for _, reply in answers):
        return (Answer(MANAGER, SILENT),)
    if state.question is None or asker is None:
        return ()
    if any(reply.requested_slot or settles_question(name, reply, asker) for name, reply in answers):
        return ()
    return (Answer(asker, question_from(state.question)),)


def turn_events(
    turn: Turn, answers: Sequence[Answer], after_them: Sequence[Answer], state: State, of: VersionOf
) -> list[EventType]:
    """Give the events of a turn, in their order; `state` is what was before it."""
    events = [user_event(turn, of(INTENT))]
    for name, reply in answers:
        asker = reduce(after, events, state).active_skill
        events += reply_events(name, reply, of(name))
        events += question_events(name, reply, asker)
    for name, reply in after_them:
        events += reply_events(name, reply)
        events += [ConversationPaused()] if reply is SILENT else []
    return [*events, listen_event()]


def paused_events(turn: Turn, is_called: bool) -> list[EventType]:
    """Give the events of a turn to which the bot is silent, unless it is called back."""
    back = [ConversationResumed(), *reply_events(MANAGER, BACK)] if is_called else []
    return [user_event(turn), *back, listen_event()]
