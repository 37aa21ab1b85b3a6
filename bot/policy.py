"""Policy: which skills may take the turn, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.types import OUT_OF_SCOPE, Context, Turn


@dataclass(frozen=True, slots=True)
class Policy:
    """Orders the skills for a turn."""

    owners: Mapping[str, str]
    """Intent to the skill that declares it."""
    open_ended: Sequence[str] = ()
    """Skills that are offered turns whatever their intent."""
    fallback: str = "fallback"
    """The skill that comes last. Its intents (help, yes, no, …) never change the subject."""
    interrupts: float = 0.8
    """Confidence from which another skill's intent takes the turn from an open question."""
    plausible: float = 0.1
    """Confidence below which an intent's owner isn't asked."""

    def candidates(self, turn: Turn, context: Context, answered: bool = False) -> tuple[str, ...]:
        """Name the skills to run until one replies; each once, `fallback` last.

        Where the message is known to hold an answer to the open question, its asker is the first.
        """
        return tuple(dict.fromkeys(self._in_order(turn, context, answered)))

    def intents(self, skill: str) -> frozenset[str]:
        """Name the intents that a skill declares."""
        return frozenset(intent for intent, owner in self.owners.items() if owner == skill)

    def changes_subject(self, turn: Turn, context: Context) -> bool:
        """Whether the message clearly leaves the open question: another skill's, and surely so."""
        owner = self.owners.get(turn.intent.name)
        own = (None, self.fallback, context.active_skill)
        return owner not in own and turn.intent.confidence >= self.interrupts

    def _in_order(self, turn: Turn, context: Context, answered: bool) -> Iterator[str]:
        asker = context.active_skill
        if asker and (answered or not self.changes_subject(turn, context)):
            yield asker
        for intent in turn.ranking:
            if intent.name == OUT_OF_SCOPE:
                break
            if intent.name in self.owners and intent.confidence >= self.plausible:
                yield self.owners[intent.name]
        yield from self.open_ended
        if asker:
            yield asker
        yield self.fallback
