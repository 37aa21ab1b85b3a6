"""Answerer: lets the skills answer a turn, in the order of the policy."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

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

    skills: Callable[[], Mapping[str, AnySkill]]
    """The skills in service now, by name."""
    policy: Policy

    def answers(self, turn: Turn, context: Context) -> tuple[Answer, ...]:
        """Answer each part of a turn that has parts, in their order; else the whole."""
        found: list[Answer] = []
        for part in turn.parts or (turn,):
            answer = self._answer(part, context)
            context = replace(context, slots={**context.slots, **answer.reply.slots})
            found.append(answer)
        return tuple(found)

    def _answer(self, turn: Turn, context: Context) -> Answer:
        skills = self.skills()
        bids: Bids = cache(lambda: dict(_bids(skills, turn, context)))
        choice = self.policy.choice(turn, context, bids)
        context = replace(context, choice=choice)
        for name in self.policy.candidates(turn, context, bids):
            if name not in skills:
                continue
            try:
                reply = skills[name].run(turn, _seen_by(name, context))
            except Exception:
                log.exception("Skill '%s' failed", name)
                return Answer(MANAGER, APOLOGY)
            if reply is not None:
                return Answer(name, reply)
        return Answer(MANAGER, NO_SKILL)


def _seen_by(name: str, context: Context) -> Context:
    """The context as a skill sees it: only who asked knows what was asked for."""
    return context if name == context.active_skill else replace(context, requested_slot=None)


def _bids(
    skills: Mapping[str, AnySkill], turn: Turn, context: Context
) -> Iterator[tuple[str, float]]:
    """Ask every skill; one that fails passes."""
    for name, skill in skills.items():
        try:
            bid = skill.bid(turn, _seen_by(name, context))
        except Exception:
            log.exception("Skill '%s' failed to bid", name)
            bid = 0.0
        if bid is not None:
            yield name, bid
