"""Policy: which skills may take the turn, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.types import OUT_OF_SCOPE, Context, Turn

Bids = Callable[[], Mapping[str, float]]
"""Asks the skills that bid how likely it is, from 0 to 1, that the turn is theirs."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Orders the skills for a turn."""

    owners: Mapping[str, str]
    """Intent to the skill that declares it."""
    fallback: str = "fallback"
    """The skill that comes last. Its intents (help, yes, no, …) never change the subject."""
    interrupts: float = 0.8
    """Confidence from which another skill's intent takes the turn from an open question."""
    plausible: float = 0.1
    """Confidence below which an intent's owner isn't asked, nor who bids less."""

    def candidates(self, turn: Turn, context: Context, bids: Bids = dict) -> Iterator[str]:
        """Name the skills to run until one replies; each once, `fallback` last.

        Skills are asked for bids only when those have declined whose turn it clearly is.
        """
        named: set[str] = set()
        for name in self._in_order(turn, context, bids):
            if name not in named:
                named.add(name)
                yield name

    def changes_subject(self, turn: Turn, context: Context) -> bool:
        """Whether the message clearly leaves the open question: another skill's, and surely so."""
        own = (None, self.fallback, context.active_skill)
        return self._sure_owner(turn) not in own

    def shares(self, turn: Turn) -> dict[str, float]:
        """Give how likely each skill is meant, by its likeliest intent above out of scope."""
        shares: dict[str, float] = {}
        for intent in turn.ranking:
            if intent.name == OUT_OF_SCOPE:
                break
            if intent.name in self.owners:
                shares.setdefault(self.owners[intent.name], intent.confidence)
        return shares

    def _sure_owner(self, turn: Turn) -> str | None:
        is_sure = turn.intent.confidence >= self.interrupts
        return self.owners.get(turn.intent.name) if is_sure else None

    def _in_order(self, turn: Turn, context: Context, bids: Bids) -> Iterator[str]:
        asker, sure = context.active_skill, self._sure_owner(turn)
        if asker and not self.changes_subject(turn, context):
            yield asker
        if sure:
            yield sure
        shares = {**self.shares(turn), **bids()}
        for name in sorted(shares, key=lambda name: -shares[name]):
            if shares[name] >= self.plausible:
                yield name
        if asker:
            yield asker
        yield self.fallback
