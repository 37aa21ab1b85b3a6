"""Tells what came of dialogues: for people like a diff, for programs as figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from bot.dialogues.dialogue import Dialogue
from bot.dialogues.playing import Difference, Judged

COUNTED = {
    "turns": "turns",
    "dialogues": "dialogues",
    "context_turns": "turns that need what was said before",
    "out_of_scope_turns": "turns that are for nobody",
}
"""What is counted, in words."""


@dataclass(frozen=True, slots=True)
class Result:
    """A dialogue that was played."""

    file: Path
    dialogue: Dialogue
    turns: tuple[Judged, ...]

    @property
    def is_right(self) -> bool:
        """Whether all its turns are."""
        return all(turn.is_right for turn in self.turns)


def difference_lines(result: Result) -> Iterator[str]:
    """Tell what differed in a dialogue, with colours; nothing if it is right."""
    if result.is_right:
        return
    yield click.style(f"{result.file}: {result.dialogue.name}", bold=True)
    for number, turn in enumerate(result.turns, 1):
        if turn.is_right:
            continue
        yield f"  turn {number}: {turn.step.sent}"
        for what, alike in groupby(turn.differences, lambda each: each.what.removesuffix("_not")):
            yield from _diff(what, list(alike))
        if turn.outcome:
            likely = turn.outcome.turn.ranking[:2]
            shown = ", ".join(f"{intent.name} {intent.confidence:.0%}" for intent in likely)
            yield click.style(f"    understood: {shown}", dim=True)
    yield ""


def summary(results: Sequence[Result]) -> list[str]:
    """Say how much was right; what did not occur is left out."""
    return [
        f"{COUNTED[name]}: {sum(found)} of {len(found)} right"
        for name, found in _rights(results).items()
        if found
    ]


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Give the figures: how many there were, the share of right ones (0 to 1), what failed."""
    figures: dict[str, Any] = {}
    for name, found in _rights(results).items():
        figures[name] = len(found)
        figures[f"{name}_right"] = sum(found) / len(found) if found else None
    return {**figures, "failures": [each for result in results for each in _failures(result)]}


def _rights(results: Sequence[Result]) -> Mapping[str, list[bool]]:
    turns = [turn for result in results for turn in result.turns]
    return {
        "turns": [turn.is_right for turn in turns],
        "dialogues": [result.is_right for result in results],
        "context_turns": [turn.is_right for turn in turns if turn.step.needs_context],
        "out_of_scope_turns": [turn.is_right for turn in turns if turn.step.is_out_of_scope],
    }


def _failures(result: Result) -> Iterator[dict[str, Any]]:
    for number, turn in enumerate(result.turns, 1):
        if not turn.is_right:
            yield {
                "dialogue": result.dialogue.name,
                "file": str(result.file),
                "turn": number,
                "user": turn.step.sent,
                "differences": [
                    {"what": each.what, "wanted": each.wanted, "got": each.got}
                    for each in turn.differences
                ],
            }


def _diff(what: str, alike: Sequence[Difference]) -> Iterator[str]:
    """Give what was wanted, a line each, and what came instead of it all."""
    for each in alike:
        yield click.style(f"    - {each.what}: {_shown(each.wanted)}", fg="red")
    for line in f"{what}: {_shown(alike[0].got)}".splitlines():
        yield click.style(f"    + {line}", fg="green")


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
