"""Skill and SkillModel: what a skill author implements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from bot.types import Context, Example, Reply, Turn


class SkillModel(Protocol):
    """A trained model that answers. Training it is the business of a `Trainer`."""

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder; a model without tensors ignores `device`.

        Whatever it raises takes the version out of service, and an older one serves.
        """
        ...

    def save(self, path: Path) -> None:
        """Write all that `load` needs into an empty folder: weights and JSON, never pickle."""
        ...


ModelT = TypeVar("ModelT", bound=SkillModel | None)


class Skill(ABC, Generic[ModelT]):
    """Answers the turns whose intent its `nlu.yml` declares.

    `run` is a function of what it is given: it sends nothing, stores nothing on `self`, and says in
    its `Reply` what to remember, what to ask and what can be learnt.
    """

    model_type: ClassVar[type[SkillModel] | None] = None
    """The model it answers with, if it learns."""
    untrained: ClassVar[str] = ""
    """What to say while it has no model: the commands that make one; if it takes no more than
    `nocturne fit`, that is said by itself."""
    learner: ClassVar[str | None] = None
    """Who learns from its replies and buttons; the skill itself unless set."""

    small_talk: ClassVar[bool] = False
    """Answers first, and shortly, where another skill answers the rest of a message."""

    def __init__(self, model: ModelT, data: Path) -> None:
        """Take the model in service and the folder of the skill's data, which may not exist."""
        self.model = model
        self.data = data

    @abstractmethod
    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Answer the turn; None passes it on to the next skill."""

    def expects(self, turn: Turn, context: Context) -> bool:  # noqa: ARG002 - for those who override
        """Whether a message holds what this skill's open question asks for, whatever its intent.

        Such a message changes no subject. It is asked only while a question of the skill is open.
        """
        return False

    def bid(self, turn: Turn, context: Context) -> float | None:  # noqa: ARG002 - for overriding
        """How likely it is, from 0 to 1, that the turn is this skill's; 0 passes.

        None, as here, is as likely as the intents that it declares. Bids are asked for where no
        intent is beyond doubt; what a bid looks up should be kept for `run`, which follows.
        """
        return None

    @classmethod
    def utterances(cls, data: Path) -> Iterable[Example]:  # noqa: ARG003 - for those who override
        """Yield examples of the skill's intents that its data hold beyond its `nlu.yml`."""
        return ()


AnySkill = Skill[Any]
