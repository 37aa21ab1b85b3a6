"""What an operator can set of a learner's training: the table `[training.LEARNER]`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from bot.config import Settings
from bot.errors import SettingsError
from training.loop import Plan, Schedule

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RecipeT = TypeVar("RecipeT", bound="DataclassInstance")
Freeze = Literal["head", "lora", "all"]
FULL_RATE = 5e-5
"""Learning rate where all of an encoder is tuned: as for BERT, Devlin et al. 2019."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a learner trains; where it says None, the learner derives it from its data."""

    epochs: int | None = None
    """Passes over the examples in a fit; a night makes do with fewer."""
    batch: int | None = None
    """Examples that go through the encoder for one gradient."""
    accumulate: int = 1
    """Batches whose gradients make one step."""
    rate: float | None = None
    """The encoder's learning rate at its highest."""
    schedule: Schedule = "linear"
    warmup: float = 0.1
    """Part of the steps in which the learning rate rises."""
    clip: float = 1.0
    """Gradients longer than this are shortened to it; 0 leaves them."""
    weight_decay: float = 0.0
    """Of what is tuned of the encoder; an adapter's decay leads back to the base weights."""
    dropout: float | None = None
    """In the encoder, while it learns; None: as the encoder was made."""
    freeze: Freeze = "lora"
    """What learns: heads on the encoder as it is, an adapter too, or all weights of the encoder."""
    augment: float = 0.0
    """Part of the texts that get a typo, another case or other punctuation."""
    balance: float | None = None
    """1 lets all classes count the same however many examples they have, 0 all examples."""
    validation: float = 0.0
    """Part of the examples that the encoder doesn't learn, but is watched on, to stop early."""
    patience: int = 3
    """Epochs that bring nothing better on the validation part, after which to stop; 0: never."""

    def plan(self, batches: int, epoch: int, task: str) -> Plan:
        """Plan training on so many batches, of which `epoch` are one pass over the examples."""
        is_watched = self.validation > 0
        return Plan(
            steps=math.ceil(batches / self.accumulate),
            task=task,
            schedule=self.schedule,
            warmup=self.warmup,
            clip=self.clip,
            accumulate=self.accumulate,
            evaluate_every=math.ceil(epoch / self.accumulate) if is_watched else 0,
            patience=self.patience if is_watched else 0,
        )

    def applied(self, recipe: RecipeT) -> RecipeT:
        """Put what is set in the place of what a learner derived."""
        rate = FULL_RATE if self.rate is None and self.freeze == "all" else self.rate
        chosen = {"epochs": self.epochs, "batch": self.batch, "rate": rate}
        known = {field.name for field in fields(recipe)}
        return replace(recipe, **{k: v for k, v in chosen.items() if k in known and v is not None})


CHOICES: Mapping[str, tuple[str, ...]] = {
    "schedule": get_args(Schedule),
    "freeze": get_args(Freeze),
}
WHOLE = {
    "epochs": (1, 10_000),
    "batch": (1, 10_000),
    "accumulate": (1, 10_000),
    "patience": (0, 99),
}
LIMITS: Mapping[str, tuple[float, float]] = {
    **WHOLE,
    "rate": (1e-8, 1),
    "warmup": (0, 1),
    "clip": (0, 1e6),
    "weight_decay": (0, 10),
    "dropout": (0, 0.9),
    "augment": (0, 1),
    "balance": (0, 1),
    "validation": (0, 0.5),
}


def options_of(settings: Settings, learner: str) -> Options:
    """Read what is set for a learner."""
    table, place = settings.training.get(learner, {}), f"[training.{learner}]"
    names = [field.name for field in fields(Options)]
    for name in table:
        if name not in names:
            raise SettingsError(
                f"Unknown setting '{name}' in {place}. Known settings: {', '.join(sorted(names))}."
            )
    if "patience" in table and not table.get("validation"):
        raise SettingsError(
            f"Setting 'patience' in {place} does nothing on its own: set `validation` too, the "
            "part of the examples to watch."
        )
    return Options(**{name: _checked(name, value, place) for name, value in table.items()})


def with_options(settings: Settings, learner: str, table: Mapping[str, Any]) -> Settings:
    """Set more for a learner, over what is set."""
    merged = {**settings.training.get(learner, {}), **table}
    return replace(settings, training={**settings.training, learner: merged})


def _checked(name: str, value: Any, place: str) -> Any:
    if name in CHOICES:
        if value in CHOICES[name]:
            return value
        known = ", ".join(CHOICES[name])
        raise SettingsError(f"Setting '{name}' in {place} is {value!r}; it can be {known}.")
    (low, high), kind = LIMITS[name], int if name in WHOLE else float
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high or kind(value) != value:
        what = "whole number" if kind is int else "number"
        raise SettingsError(
            f"Setting '{name}' in {place} should be a {what} from {low:g} to {high:g}, "
            f"not {value!r}."
        )
    return kind(value)
