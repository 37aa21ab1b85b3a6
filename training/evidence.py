"""What the gate decides by: how two versions met the same examples, and how much loss is borne."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.spans import Kind
from training.record import Case


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a new version beside the old one."""

    fixed: Sequence[Case] = ()
    """The learner's held-out examples."""
    recent: Sequence[Case] = ()
    """Held-out examples that people gave, the newest; some may be wrong."""
    tonight: Sequence[Case] = ()
    """What the new version has just learnt."""
    failures: Sequence[str] = ()
    """Canary dialogues that passed before and no longer do, in words."""
    added: frozenset[str] = frozenset()
    """Targets that the old version could not know: never lost, only won."""
    removed: frozenset[str] = frozenset()
    """Targets that were taken out on purpose: no loss."""
    withdrawn: int = 0
    """Examples that were taken out on purpose: to do without them is a gain."""
    reweighed: int = 0
    """Examples that were given another weight on purpose: to go by it is a gain."""
    kinds: frozenset[Kind] = frozenset()
    """Kinds of entities that are marked in what is learnt; others were taken out on purpose."""
    many_targets: bool = False
    """Whether inputs are people who want many targets, so that one contradicts no other."""
    rivals: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Scores of simple baselines on each of the held-out examples, the fixed ones first."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much loss is borne; chosen by simulating versions truly better, equal and worse."""

    loss: float = 0.004
    """Fall of the mean score that is borne as long as it may well be chance."""
    outside: float = 0.02
    """The same for the recall of what is out of scope, of which there is less to see."""
    crowding: float = 0.01
    """What known targets may fall besides when new ones come among them."""
    doubt: float = 0.2
    """A fall beyond what is borne counts if chance brings it more rarely than this."""
    real: float = 0.05
    """A fall counts, however small, if chance brings it more rarely than this."""
    of_class: float = 0.1
    """Fall of one class that is borne; there are many, and chance always finds some."""
    of_class_real: float = 0.01
    """A class's fall beyond that counts if chance brings it more rarely than this."""
    vanished: int = 3
    """A class that had as many right and now has none is lost, whatever the test says."""
    contradicted: float = 0.3
    """Part of a night's examples that the old version may surely hold for something else."""
    sure: float = 0.7
    """The confidence that is sure."""
    night: int = 20
    """Examples from which on a night can be told to be wrong as a whole."""
    rivals: int = 50
    """Held-out examples from which on a rival counts."""
    surer: float = 0.01
    """Rise of the mean confidence in what is right from which on something was learnt."""


STRICT = Tolerance()


def contradicts(case: Case, sure: float) -> bool:
    """Whether the old version surely held an example for something else."""
    old = case.old
    return old is not None and old.predicted != case.target and old.confidence >= sure


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the new version may serve, and why, in sentences; faults stand first."""

    is_promoted: bool
    reasons: tuple[str, ...]
