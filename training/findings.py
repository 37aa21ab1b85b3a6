"""Findings: what speaks for a new version, against it, or neither, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.evidence import Tolerance
from training.paired import Paired
from training.record import Case


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks for the new version, against it, or neither."""

    text: str
    is_fault: bool = False
    is_gain: bool = False


def judged(
    name: str, cases: Sequence[Case], tolerance: Tolerance, borne: float, crowding: float
) -> Iterator[Finding]:
    """A loss counts if it is surely real, or if it is large and more likely real than not."""
    if not cases:
        return
    pair = Paired.of(cases)
    is_real = pair.p < tolerance.real and pair.loss > crowding
    is_large = pair.p < tolerance.doubt and pair.loss > crowding + borne
    is_fault = is_real or is_large
    verdict = "a loss" if is_fault else "no loss that counts" if pair.loss > 0 else "no loss"
    text = f"On {len(cases)} {name}: {change(pair)}; {verdict} (p = {pair.p:.2g})."
    yield Finding(text, is_fault, is_gain=pair.won > 0 and pair.loss < 0)


def change(pair: Paired) -> str:
    """Say what is right before and after, and how many were lost and won."""
    return (
        f"{percent(pair.before)} before, {percent(pair.after)} after, "
        f"{pair.lost} lost, {pair.won} won"
    )


def percent(share: float) -> str:
    """Write a share for people."""
    return f"{share:.1%}"
