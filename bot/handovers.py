"""Hand-overs: conversations that wait for a person, each with a summary for who takes over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rasa_sdk.events import ConversationResumed

from bot.errors import BotError
from bot.tracker import REQUESTED_SLOT, State, TrackerStore

EXCHANGES = 5
"""How many of the latest exchanges a summary shows."""
_WAITING = """
    select sender_id from events where type in ('bot', 'resume', 'restart') group by sender_id
    having max(case when json_extract(data, '$.metadata.handed_over') then id end)
        > coalesce(max(case when type != 'bot' then id end), 0)
    order by max(case when json_extract(data, '$.metadata.handed_over') then id end)
"""


@dataclass(frozen=True, slots=True)
class Handovers:
    """Conversations that were handed over and not given back, by their log."""

    tracker: TrackerStore

    def waiting(self) -> Iterator[tuple[str, State]]:
        """Give who waits, under their pseudonyms, longest first, with their conversations."""
        with self.tracker.store.transaction() as db:
            people = [person for (person,) in db.execute(_WAITING).fetchall()]
        for person in people:
            yield person, self.tracker.load(person)

    def resume(self, sender_id: str) -> None:
        """Give a conversation back to the bot; an error where it is not waiting."""
        person = self.tracker.pseudonyms.of(sender_id)
        if person not in dict(self.waiting()):
            raise BotError(
                f"No conversation of '{sender_id}' waits for a person. "
                "`nocturne handovers` lists those that do."
            )
        self.tracker.append(person, [ConversationResumed()])


def summary(who: str, state: State) -> str:
    """Write what a person has to know to go on: who, what is known of them, what was said last."""
    known = [f"{name}: {value}" for name, value in state.slots.items() if name != REQUESTED_SLOT]
    said = [line for exchange in state.history[-EXCHANGES:] for line in _lines(*exchange)]
    asked = state.history[-1][0] if state.history else ""
    state_of = "The bot is silent." if state.paused else "The bot goes on answering."
    return "\n".join([who, f"Said last: {asked}", *known, state_of, *said])


def _lines(said: str, answered: str) -> Iterator[str]:
    yield f"  person: {said}"
    if answered:
        yield f"  bot: {' '.join(answered.split())}"
