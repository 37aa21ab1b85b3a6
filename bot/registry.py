"""SkillRegistry: the skills in service, each with its promoted model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from bot.config import Settings
from bot.errors import BotError, ModelError, SkillError
from bot.models import ModelRegistry
from bot.nlu_data import NluData, merged
from bot.plugins import SkillSpec, find_skills, intent_owners
from bot.reloading import Reloading, folder_stamp
from bot.skill import AnySkill, SkillModel
from bot.types import Example
from bot.versions import Version, unusable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SkillStatus:
    """How a skill stands, for people."""

    name: str
    state: Literal["ready", "untrained", "broken"]
    detail: str
    origin: str
    intents: tuple[str, ...] = ()


class SkillRegistry:
    """Loads skills, keeps them up to date with models and data, and says who owns which intent."""

    def __init__(self, settings: Settings, models: ModelRegistry, device: str = "cpu") -> None:
        self.settings = settings
        self.models = models
        self.device = device
        self.broken: dict[str, BotError] = {}
        self.specs = {spec.name: spec for spec in find_skills(settings)}
        self.nlus = {name: self._nlu(spec) for name, spec in self.specs.items()}
        self.owners = intent_owners((self.specs[name], nlu) for name, nlu in self.nlus.items())
        self.nlu: NluData = merged(self.nlus.values())
        self._types: dict[str, type[AnySkill]] = {}
        self._served: dict[str, Reloading[tuple[AnySkill, str]]] = {}

    def load(self, report: Callable[[str], None] = lambda _: None) -> None:
        """Load every skill that can be; what cannot is left out and said in `statuses`."""
        for name, spec in self.specs.items():
            report(f"Loading skill {name}")
            if name not in self.broken:
                self._load(spec)

    def _load(self, spec: SkillSpec) -> None:
        try:
            kind = spec.load()
        except BotError as error:
            self.broken[spec.name] = error
            log.warning("%s", error)
            return
        self._types[spec.name] = kind
        current = self.settings.models / spec.name / "current"
        served = Reloading(
            lambda: (folder_stamp(current), folder_stamp(spec.data(self.settings))),
            lambda: self._made(spec, kind),
        )
        served.get()
        self._served[spec.name] = served

    def skills(self) -> dict[str, AnySkill]:
        """The skills in service now, by name."""
        return {name: skill for name, (skill, _) in self._in_service().items()}

    def versions(self) -> dict[str, str]:
        """The version of its model that each learning skill answers with now."""
        return {name: version for name, (_, version) in self._in_service().items() if version}

    def _in_service(self) -> dict[str, tuple[AnySkill, str]]:
        found = {name: served.get() for name, served in self._served.items()}
        return {name: made for name, made in found.items() if made is not None}

    def abilities(self) -> Mapping[str, str]:
        """Intents of skills in service that can be offered to people, with their titles."""
        served = self.skills()
        titles = self.nlu.titles.items()
        return {intent: title for intent, title in titles if self.owners[intent] in served}

    @property
    def small_talk(self) -> tuple[str, ...]:
        """Skills that answer first where others answer the rest of a message."""
        return tuple(name for name, kind in self._types.items() if kind.small_talk)

    def utterances(self) -> list[Example]:
        """What the skills in service give as examples of their intents."""
        found = list(self.nlu.examples)
        for name in self.skills():
            spec = self.specs[name]
            found += self._types[name].utterances(spec.data(self.settings))
        return found

    def statuses(self) -> list[SkillStatus]:
        """How each skill found stands."""
        return [self.status(name) for name in self.specs]

    def status(self, name: str) -> SkillStatus:
        """How a skill stands."""
        origin, intents = self.specs[name].origin, self.nlus[name].intents
        served = self._served.get(name)
        problem = self.broken.get(name) or (served.problem if served else None)
        if isinstance(problem, UntrainedError):
            detail = self._types[name].untrained or str(problem)
            return SkillStatus(name, "untrained", detail, origin, intents)
        if problem:
            return SkillStatus(name, "broken", str(problem), origin, intents)
        version = self.models.current(name)
        return SkillStatus(name, "ready", version.name if version else "", origin, intents)

    def _nlu(self, spec: SkillSpec) -> NluData:
        try:
            return spec.nlu()
        except BotError as error:
            self.broken[spec.name] = error
            log.warning("%s", error)
            return NluData()

    def _made(self, spec: SkillSpec, kind: type[AnySkill]) -> tuple[AnySkill, str]:
        model, version = None, ""
        if kind.model_type is not None:
            model, version = load_model(self.models, spec.name, kind.model_type, self.device)
        try:
            return kind(model, spec.data(self.settings)), version
        except BotError:
            raise
        except Exception as error:
            raise SkillError(f"Skill '{spec.name}' cannot start: {error}.") from error


ModelT = TypeVar("ModelT", bound=SkillModel)


class Served(NamedTuple, Generic[ModelT]):
    """A model in service and the name of its version; empty if it was never trained."""

    model: ModelT
    version: str


class UntrainedError(ModelError):
    """A learner has no model yet."""


def load_model(
    models: ModelRegistry, learner: str, kind: type[ModelT], device: str
) -> Served[ModelT]:
    """Load the candidate; else the version in service, or if damaged the newest older one whole."""
    if learner in models.candidates:
        path = models.candidates[learner]
        return Served(
            load_version(models, Version(learner, path.name, path), kind, device), path.name
        )
    versions = models.versions(learner)
    if not versions:
        raise UntrainedError(f"'{learner}' has no trained model yet. Run `nocturne fit {learner}`.")
    problem: ModelError | None = None
    try:
        current = models.current(learner)
    except ModelError as error:
        problem, current = error, versions[-1]
    if current is None:
        raise UntrainedError(
            f"No version of '{learner}' is in service. "
            f"Run `nocturne promote {learner} {versions[-1].name}`."
        )
    older = versions[: versions.index(current)]
    for version in [current, *reversed(older)]:
        try:
            model = load_version(models, version, kind, device)
        except ModelError as error:
            problem = problem or error
            continue
        if problem:
            log.warning("%s Serving %s meanwhile.", problem, version.name)
        return Served(model, version.name)
    raise problem or ModelError(f"No version of '{learner}' can be loaded.")


def load_version(
    models: ModelRegistry, version: Version, kind: type[ModelT], device: str
) -> ModelT:
    """Load a version, if it is whole."""
    models.check(version)
    try:
        return kind.load(version.path, device)
    except ModelError:
        raise
    except Exception as error:  # a stranger's model may raise anything
        raise unusable(version, f"cannot be loaded ({error!r})") from error
