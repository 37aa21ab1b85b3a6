"""Trainer: what makes and betters a model, apart from the model itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from bot.config import Settings
from bot.skill import SkillModel
from bot.types import Example
from training.checkpoint import Checkpoint
from training.embeddings import EmbeddingCache
from training.options import Options
from training.progress import Progress, silent

ModelT = TypeVar("ModelT", bound=SkillModel)
CHECKPOINTS = "checkpoints"
EMBEDDINGS = "embeddings"
AS_IT_IS = Options()


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a model met one example that it had not learnt."""

    predicted: str
    """The target that it would have given."""
    confidence: float
    """How sure it was, 0 to 1."""
    score: float
    """1 right, 0 wrong; between them where a learner ranks."""


class Trainer(ABC, Generic[ModelT]):
    """Makes models of one learner from examples. The same seed gives the same model."""

    metric: ClassVar[str] = "accuracy"
    """The figure of `evaluate` that decides promotion; higher is better."""
    reads_its_data: ClassVar[bool] = False
    """Whether fitting also reads the data files, so that examples held out of it would be known."""
    many_targets: ClassVar[bool] = False
    """Whether inputs are people, each of whom wants many targets, by the examples' weights from 0
    (refused) on, and not texts, each of which means one."""

    def __init__(
        self,
        settings: Settings,
        data: Path,
        progress: Progress = silent,
        work: Path | None = None,
        options: Options = AS_IT_IS,
    ) -> None:
        """Take the settings, the learner's data (a folder or one file) and who shows progress.

        In the folder `work`, if there is one, embeddings are kept from one run to the next, and
        training that was killed goes on where it was. `options` are what the operator set.
        """
        self.settings = settings
        self.data = data
        self.progress = progress
        self.work = work
        self.options = options
        self.cache = EmbeddingCache(work / EMBEDDINGS if work else None)

    def checkpoint(self, name: str, key: str) -> Checkpoint | None:
        """Give the checkpoint of a run of the training loop, if they are kept.

        `key` tells apart what the same run may start from: model, examples, seed.
        """
        if self.work is None:
            return None
        return Checkpoint(self.work / CHECKPOINTS / f"{name}.safetensors", f"{key} {self.options}")

    @abstractmethod
    def examples(self) -> list[Example]:
        """Read what the learner's data files teach; learnt where no file of examples is given."""

    @abstractmethod
    def fit(self, examples: Sequence[Example], seed: int = 0) -> ModelT:
        """Make a model from the base weights and exactly these examples."""

    @abstractmethod
    def update(
        self, model: ModelT, new: Sequence[Example], old: Sequence[Example], seed: int = 0
    ) -> ModelT:
        """Go on from `model`, which stays as it was, with examples that it has not learnt yet.

        `old` is what it has learnt and is to keep; the trainer replays of it what it needs, and
        forgets what is in neither.
        """

    @abstractmethod
    def evaluate(self, model: ModelT, examples: Sequence[Example]) -> Mapping[str, float]:
        """Score the model on examples that it has not learnt."""

    @abstractmethod
    def judge(self, model: ModelT, examples: Sequence[Example]) -> list[Judgement]:
        """Say of each example that it has not learnt how the model meets it."""

    def rivals(
        self,
        known: Sequence[Example],  # noqa: ARG002 - for those who override
        held: Sequence[Example],  # noqa: ARG002
    ) -> Mapping[str, Sequence[float]]:
        """Score simple baselines that have learnt `known` on each of `held`, as `judge` does.

        A new version that is not better in the mean than each of them is not put into service.
        """
        return {}
