"""What a review shows of a turn and of labels, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.display import bar, harmless, shortened
from bot.review.lessons import Label
from bot.review.ranking import Item
from bot.types import INTENT, OUT_OF_SCOPE, Example

SHOWN_INTENTS = 3
ANSWER_CHARACTERS = 600
EARLIER_CHARACTERS = 200
NOTHING_WAITS = "Nothing waits for review."
LOST = "The conversation is not in the newest part of the log."
HELP = (
    "A number chooses a label, c says that what was understood is right, o that it is out of "
    "scope, s skips, / and words search for another label, u undoes the last decision, q leaves."
)


def earlier_lines(item: Item) -> list[tuple[str, str]]:
    """Who said what before: (`user` or `bot`, text)."""
    exchanges = item.turn.before if item.turn else ()
    said = [pair for user, bot in exchanges for pair in (("user", user), ("bot", bot))]
    return [
        (who, _clipped(" ".join(text.split()), EARLIER_CHARACTERS)) for who, text in said if text
    ]


def answer(item: Item) -> str:
    """What the bot said to it, and who said it."""
    turn = item.turn
    if turn is None:
        return LOST
    pressed = f"\n(pressed: {turn.pressed.title})" if turn.pressed else ""
    return harmless(_clipped(turn.answered, ANSWER_CHARACTERS) + pressed) or "(nothing)"


def why(item: Item) -> str:
    """Why the turn is shown."""
    return harmless("; ".join(doubt.reason for doubt in item.doubts))


def understood(item: Item, bars: bool = True) -> list[str]:
    """The likeliest intents, and what was found in the text."""
    turn = item.turn
    if turn is None:
        return []
    intents = [
        f"{intent.confidence:>4.0%} {bar(intent.confidence)} {intent.name}"
        if bars
        else f"{intent.name} {intent.confidence:.0%}"
        for intent in turn.ranking[:SHOWN_INTENTS]
    ]
    found = ", ".join(f"{entity.type} = {entity.value}" for entity in turn.entities)
    return [harmless(line) for line in (*intents, found) if line]


def label_line(label: Label) -> str:
    """A label as it is offered: its title, then who learns what from it."""
    name = label.target if label.learner == INTENT else f"{label.learner}: {label.target}"
    return harmless(" ".join(f"{label.title}  ({name})".split()) if label.title else name)


def right_line(taught: dict[str, Example]) -> str:
    """What saying “right” would teach."""
    names = [
        example.target.replace(OUT_OF_SCOPE, "out of scope")
        if learner == INTENT
        else f"{learner}: {example.target}"
        for learner, example in taught.items()
    ]
    return harmless(", ".join(names))


def numbered(labels: Sequence[Label]) -> list[str]:
    """Labels with the numbers that choose them."""
    return [f"  {number}. {label_line(label)}" for number, label in enumerate(labels, 1)]


def said(item: Item) -> str:
    """The text to judge."""
    return shortened(harmless(item.text))


def _clipped(text: str, length: int) -> str:
    text = harmless(text).strip()
    return text if len(text) <= length else f"{text[:length].rstrip()} …"
