"""What a terminal shows of texts and of turns, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.profiles import described
from bot.types import Button, Entity, Intent, Outcome, Reply

SHOWN_LINES = 12
SHOWN_CHARACTERS = 1000
SHOWN_INTENTS = 5
SHOWN_CONFIDENCE = 0.005
"""Below this, an intent would be shown as 0 %."""
BAR_CELLS = 8
CLIPPED_CHARACTERS = 60
NOTHING_KNOWN = "Nothing is known of you yet. Say it in words, such as “my name is Ana”."
HOW_TO_CHANGE = "Change it in words: “call me Bob”, “forget my level”, “forget all about me”."

# Control characters but tab and newline, directional overrides, and halves of characters: they
# would steer the terminal or cannot be written to it.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EIGHTHS = " ▏▎▍▌▋▊▉"


def harmless(text: str) -> str:
    """Text with ordinary line ends and without characters that steer a terminal."""
    return _STEERING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str) -> str:
    """A text that fits on a screen: itself, or its beginning and how much more there is."""
    start = "\n".join(text.split("\n", SHOWN_LINES)[:SHOWN_LINES])[:SHOWN_CHARACTERS]
    left = len(text) - len(start)
    return f"{start} …\n({left:,} more characters)" if left else text


def buttons(outcome: Outcome) -> tuple[Button, ...]:
    """All buttons of an outcome, in the order that people number them from 1."""
    return tuple(button for reply in outcome.replies for button in reply.buttons)


def picture_lines(reply: Reply) -> list[str]:
    """Where a reply's pictures are."""
    return [f"Picture: {harmless(str(path))}" for path in reply.images]


def unexpected(error: Exception) -> str:
    """Say in words that something failed that should not."""
    return harmless(f"Something failed that should not have ({type(error).__name__}: {error}).")


def why(outcome: Outcome, bars: bool = True) -> str:
    """Explain an outcome: which skill, what was understood, what is remembered."""
    first, *others = outcome.turn.ranking[:SHOWN_INTENTS]
    likely = [first, *(intent for intent in others if intent.confidence >= SHOWN_CONFIDENCE)]
    known = {name: value for name, value in outcome.slots.items() if value is not None}
    sections = {
        f"Answered by {outcome.skill}": [],
        "Understood as": [_line(intent, bars) for intent in likely],
        "Found in it": [_found(entity) for entity in outcome.turn.entities],
        "Remembered": [f"{name} = {_clipped(str(value))}" for name, value in known.items()],
    }
    return harmless("\n".join(_section_lines(sections)))


def known(profile: Mapping[str, Any]) -> str:
    """Show what is known of a person as a table, and how they change it."""
    rows = described(profile)
    if not rows:
        return NOTHING_KNOWN
    width = max(map(len, rows))
    table = "\n".join(f"  {title:<{width}}  {' '.join(row.split())}" for title, row in rows.items())
    return harmless(f"{table}\n{HOW_TO_CHANGE}")


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """A bar of so many cells, filled to a share from 0 to 1 in steps of an eighth of a cell."""
    full, eighths = divmod(round(min(max(share, 0.0), 1.0) * cells * 8), 8)
    return ("█" * full + _EIGHTHS[eighths] * (full < cells)).ljust(cells)


def _section_lines(sections: dict[str, list[str]]) -> Iterator[str]:
    for title, lines in sections.items():
        if lines or title.startswith("Answered"):
            yield title
            yield from (f"  {line}" for line in lines)


def _line(intent: Intent, bars: bool) -> str:
    if not bars:
        return f"{intent.name}, {intent.confidence:.0%}"
    return f"{intent.confidence:>4.0%} {bar(intent.confidence)} {_clipped(intent.name)}"


def _found(entity: Entity) -> str:
    parts = [
        entity.type,
        entity.role and f"as {entity.role}",
        entity.group and f"in {entity.group}",
    ]
    return f"{' '.join(part for part in parts if part)} = {_clipped(entity.value)}"


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CLIPPED_CHARACTERS else f"{line[:CLIPPED_CHARACTERS]}…"
