"""Policy: which skills may take the turn, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.types import OUT_OF_SCOPE, Context, Turn

Bids = Callable[[], Mapping[str, float]]
"""Asks the skills that bid how likely it is, from 0 to 1, that the turn is theirs."""
Expects = Callable[[], bool]
"""Asks whose question is open whether the message holds an answer to it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Orders the skills for a turn."""

    owners: Mapping[str, str]
    """Intent to the skill that declares it."""
    small_talk: Collection[str] = ()
    """Skills whose answers come first where others answer the same message."""
    fallback: str = "fallback"
    """The skill that comes last. Its intents (help, yes, no, …) never change the subject."""
    interrupts: float = 0.8
    """Confidence from which another skill's intent takes the turn from an open question."""
    divides: float = 0.9
    """Confidence from which a clause is answered by itself."""
    plausible: float = 0.1
    """Confidence below which an intent's owner isn't asked, nor who bids less."""
    close: float = 0.2
    """Difference of the two likeliest skills' confidences within which people are asked which."""
    likely: float = 0.3
    """Confidence that both of them need. These two are chosen on validation data."""

    def candidates(
        self, turn: Turn, context: Context, bids: Bids = dict, expects: Expects = bool
    ) -> Iterator[str]:
        """Name the skills to run until one replies; each once, `fallback` last.

        Whose question is open is asked whether it `expects` this only where the message seems to be
        about something else; and skills for `bids` only when those have declined whose turn it
        clearly is. Where people are to choose between two, it is the fallback that asks them.
        """
        named: set[str] = set()
        for name in self._in_order(turn, context, bids, expects):
            if name not in named:
                named.add(name)
                yield name

    def intents(self, skill: str) -> frozenset[str]:
        """Name the intents that a skill declares."""
        return frozenset(intent for intent, owner in self.owners.items() if owner == skill)

    def changes_subject(self, turn: Turn, context: Context) -> bool:
        """Whether the message clearly leaves the open question: another skill's, and surely so."""
        own = (None, self.fallback, context.active_skill)
        return self._sure_owner(turn) not in own

    def choice(self, turn: Turn, context: Context, bids: Bids) -> tuple[str, ...]:
        """Name the two intents, of different skills, that are about as likely; else nothing.

        Only those count that people can be offered, and only where no question is open.
        """
        if context.active_skill or self._sure_owner(turn):
            return ()
        shares, intents = {**self._shares(turn), **bids()}, self._likeliest(turn)
        two = sorted(shares, key=lambda name: -shares[name])[:2]
        if len(two) < 2 or shares[two[1]] < max(self.likely, shares[two[0]] - self.close):
            return ()
        named = tuple(intents.get(name, "") for name in two)
        return named if all(name in context.abilities for name in named) else ()

    def divided(self, turn: Turn) -> Turn:
        """Keep a turn's parts where each is surely another skill's, small talk first; else none.

        The last part is then the turn's intent. Nothing is kept where the whole is surely of an
        intent that is none of theirs.
        """
        if not turn.parts:
            return turn
        owners = [self._sure_owner(part, self.divides) for part in turn.parts]
        names = [part.intent.name for part in turn.parts]
        is_whole = self._sure_owner(turn) and turn.intent.name not in names
        others = {*owners} - {None, self.fallback}
        if is_whole or len(others) < len(owners):
            return replace(turn, parts=())
        parts = sorted(turn.parts, key=lambda part: self._sure_owner(part) not in self.small_talk)
        parts = [replace(part, is_part=True) for part in parts]
        return replace(turn, ranking=parts[-1].ranking, parts=tuple(parts))

    def _likeliest(self, turn: Turn) -> dict[str, str]:
        """Give each skill's likeliest intent."""
        known = [each.name for each in turn.ranking if each.name in self.owners]
        return {self.owners[name]: name for name in reversed(known)}

    def _shares(self, turn: Turn) -> dict[str, float]:
        """Give how likely each skill is meant, by its likeliest intent above out of scope."""
        shares: dict[str, float] = {}
        for intent in turn.ranking:
            if intent.name == OUT_OF_SCOPE:
                break
            if intent.name in self.owners:
                shares.setdefault(self.owners[intent.name], intent.confidence)
        return shares

    def _sure_owner(self, turn: Turn, least: float | None = None) -> str | None:
        is_sure = turn.intent.confidence >= (least or self.interrupts)
        return self.owners.get(turn.intent.name) if is_sure else None

    def _in_order(
        self, turn: Turn, context: Context, bids: Bids, expects: Expects
    ) -> Iterator[str]:
        asker, sure = context.active_skill, self._sure_owner(turn)
        if context.choice:
            yield self.fallback
        leaves = context.is_stale or self.changes_subject(turn, context)
        if asker and (not leaves or expects()):
            yield asker
        if sure:
            yield sure
        shares = {**self._shares(turn), **bids()}
        for name in sorted(shares, key=lambda name: -shares[name]):
            if shares[name] >= self.plausible:
                yield name
        if asker:
            yield asker
        yield self.fallback
