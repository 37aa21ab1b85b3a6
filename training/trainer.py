"""Trainer: what makes and betters a model, apart from the model itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from bot.config import Settings
from bot.errors import DataError
from bot.examples import read_examples
from bot.pseudonyms import Pseudonyms, pseudonyms_of
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
    annotated: str | None = None
    """The input with the entities that the model marks in it, in Rasa's notation; None where the
    learner marks none."""


class Trainer(ABC, Generic[ModelT]):
    """Makes models of one learner from examples. The same seed gives the same model."""

    metric: ClassVar[str] = "accuracy"
    """The figure of `evaluate` that decides promotion; higher is better."""
    reads_its_data: ClassVar[bool] = False
    """Whether fitting also reads the data files, so that examples held out of it would be known."""
    model_type: ClassVar[type[SkillModel] | None] = None
    """The model it makes, where no skill names it: that of a part which learns by itself."""
    many_targets: ClassVar[bool] = False
    """Whether inputs are people, each of whom wants many targets, and not texts that mean one.

    An example's weight then says how much the person wants the target, from 0 on, which refuses it.
    """

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
        self.cache = EmbeddingCache(work / EMBEDDINGS if work else None, progress)

    def checkpoint(self, name: str, key: str) -> Checkpoint | None:
        """Give the checkpoint of a run of the training loop, if they are kept.

        `key` tells apart what the same run may start from: model, examples, seed.
        """
        if self.work is None:
            return None
        return Checkpoint(self.work / CHECKPOINTS / f"{name}.safetensors", f"{key} {self.options}")

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        """What a person in a file and in the chat is known by; read when it is first needed."""
        return pseudonyms_of(self.settings)

    def canonical(self, examples: Iterable[Example]) -> list[Example]:
        """Write examples as they are learnt and kept: people by their pseudonyms, in order."""
        if not self.many_targets:
            return list(examples)
        found = list(examples)
        names = {id: self.pseudonyms.of(id) for id in {each.input for each in found}}
        return [Example(names[each.input], each.target, each.weight) for each in found]

    def targets(self, files: Sequence[Example]) -> Collection[str]:
        """Name all targets that there are, also those that no example has yet.

        Lessons of others are not learnt. `files` is what the data files teach.
        """
        return {each.target for each in files}

    def read(self, file: Path) -> list[Example]:
        """Read a file of examples that somebody names; a folder only where inputs are files."""
        if file.is_dir():
            raise DataError(f"{file} is a folder, and this learner learns from no pictures.")
        return read_examples(file)

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
        """Say of each example how the model meets it, as if it had not learnt it.

        Where inputs are people, that is from the rest of the person's history, and an example of
        weight 0 is met if its target is not given.
        """

    def rivals(
        self,
        known: Sequence[Example],  # noqa: ARG002 - for those who override
        held: Sequence[Example],  # noqa: ARG002
    ) -> Mapping[str, Sequence[float]]:
        """Score simple baselines that have learnt `known` on each of `held`, as `judge` does.

        A new version that is not better in the mean than each of them is not put into service.
        """
        return {}
