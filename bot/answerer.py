"""Answerer: lets the skills answer a turn, in the order of the policy."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple

from bot.events import settles_question
from bot.policy import Bids, Policy
from bot.skill import AnySkill
from bot.types import Context, Reply, Turn

log = logging.getLogger(__name__)

APOLOGY = Reply("I'm sorry, something went wrong on my side. Could you try that again?")
NO_SKILL = Reply("I'm sorry, I can't help with that.")
MANAGER = "manager"
"""Who says these; never the name of a skill's question."""


class Answer(NamedTuple):
    """A reply, and the name of the skill whose it is."""

    skill: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Answerer:
    """Runs skills until one replies. What they raise is caught only here."""

    skills: Mapping[str, AnySkill]
    """The skills in service, by name."""
    policy: Policy

    def answers(self, turn: Turn, context: Context) -> tuple[Answer, ...]:
        """Answer each part of a turn that has parts, in their order; else the whole."""
        found: list[Answer] = []
        for part in turn.parts or (turn,):
            answer = self._answer(part, context)
            context = _after(context, answer)
            found.append(answer)
        return tuple(found)

    def _answer(self, turn: Turn, context: Context) -> Answer:
        bids: Bids = cache(lambda: dict(self._bids(turn, context)))
        choice = self.policy.choice(turn, context, bids)
        context = replace(context, choice=choice)
        expects = partial(self._expects, turn, context)
        for name in self.policy.candidates(turn, context, bids, expects):
            if name not in self.skills:
                continue
            try:
                reply = self.skills[name].run(turn, self._seen_by(name, context))
            except Exception:
                log.exception("Skill '%s' failed", name)
                return Answer(MANAGER, APOLOGY)
            if reply is not None:
                return Answer(name, reply)
        return Answer(MANAGER, NO_SKILL)

    def _seen_by(self, name: str, context: Context) -> Context:
        """The context as a skill sees it: only who asked knows what was asked for."""
        asked = context.requested_slot if name == context.active_skill else None
        return replace(context, requested_slot=asked, intents=self.policy.intents(name))

    def _bids(self, turn: Turn, context: Context) -> Iterator[tuple[str, float]]:
        """Ask every skill; one that fails passes."""
        for name, skill in self.skills.items():
            try:
                bid = skill.bid(turn, self._seen_by(name, context))
            except Exception:
                log.exception("Skill '%s' failed to bid", name)
                bid = 0.0
            if bid is not None:
                yield name, bid

    def _expects(self, turn: Turn, context: Context) -> bool:
        """Ask whose question is open whether this answers it; one that fails says no."""
        name = context.active_skill or ""
        if name not in self.skills:
            return False
        try:
            return self.skills[name].expects(turn, self._seen_by(name, context))
        except Exception:
            log.exception("Skill '%s' failed to tell an answer", name)
            return False


def _after(context: Context, answer: Answer) -> Context:
    """The context for the next part: what the reply remembers, and the question it asks or ends."""
    name, reply = answer
    slots, profile = _with(reply.slots, context.slots), _with(reply.profile, context.profile)
    context = replace(context, slots=slots, profile=profile)
    asked = reply.requested_slot
    if asked:
        return replace(context, active_skill=name, requested_slot=asked, is_stale=False)
    if settles_question(name, reply, context.active_skill):
        return replace(context, active_skill=None, requested_slot=None)
    return context


def _with(changes: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**known, **changes}.items() if value is not None}
