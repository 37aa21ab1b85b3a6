"""What a turn adds to the log: the message, what each skill says, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from rasa_sdk.events import ConversationPaused, ConversationResumed, EventType

from bot.answerer import MANAGER, Answer
from bot.events import (
    listen_event,
    question_events,
    question_from,
    question_left,
    reply_events,
    resumed_events,
    user_event,
)
from bot.tracker import State, after
from bot.types import INTENT, RESUME, Reply, Turn

SILENT = Reply(f"From here on a person answers you. Send {RESUME} to talk to me again.")
"""The notice with which the bot falls silent."""
BACK = Reply("I'm back. What can I do for you?")


@dataclass(frozen=True, slots=True)
class TurnLog:
    """A turn as it is remembered."""

    replies: tuple[Reply, ...]
    """The answers, and what is said after them: a notice, or a question that is put again."""
    events: Sequence[EventType]
    state: State
    """What the conversation is after them."""


def turn_log(
    turn: Turn, answers: Sequence[Answer], before: State, versions: Mapping[str, str], pauses: bool
) -> TurnLog:
    """Write down a turn after what was `before`, with the versions of models that it was due to.

    Where the bot `pauses`, it falls silent once a person is to go on.
    """
    events = [user_event(turn, versions.get(INTENT, ""))]

    def now() -> State:
        return reduce(after, events, before)

    for name, reply in answers:
        asker = now().active_skill
        events += reply_events(name, reply, versions.get(name, ""))
        events += question_events(name, reply, asker)
    replies = tuple(reply for _, reply in answers)
    again = question_left(before, now())
    if pauses and any(reply.handed_over for reply in replies):
        replies = (*replies, SILENT)
        events += [*reply_events(MANAGER, SILENT), ConversationPaused()]
    elif again:
        replies = (*replies, question_from(again))
        events += resumed_events(again, now().active_skill)
    events.append(listen_event())
    return TurnLog(replies, events, now())


def paused_events(turn: Turn, is_called: bool) -> list[EventType]:
    """Give the events of a turn to which the bot is silent, unless it is called back."""
    back = [ConversationResumed(), *reply_events(MANAGER, BACK)] if is_called else []
    return [user_event(turn), *back, listen_event()]
