"""The only place that wires things together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property

from bot.batching import Batcher
from bot.config import Settings
from bot.database import Store, open_store
from bot.encoder import Encoder, choose_device
from bot.entities import EntityPatterns
from bot.feedback import FeedbackStore
from bot.intent import IntentModel
from bot.manager import DialogueManager
from bot.models import ModelRegistry
from bot.nlu import Interpreter
from bot.policy import Policy
from bot.registry import SkillRegistry, UntrainedError, load_model
from bot.reloading import Reloading, folder_stamp
from bot.tracker import TrackerStore
from bot.types import Parse

log = logging.getLogger(__name__)

INTENT = "intent"
"""The learner that understands utterances."""
Report = Callable[[str], None]
"""Told in words what is being done."""


def _silent(_: str) -> None:
    """Tell nobody."""


class App:
    """A bot put together from its settings; each part is made when it is first asked for."""

    def __init__(self, settings: Settings, report: Report = _silent) -> None:
        self.settings = settings
        self.report = report
        self.models = ModelRegistry(settings.models)

    @cached_property
    def device(self) -> str:
        """Where models run."""
        return choose_device(self.settings.device)

    @cached_property
    def skills(self) -> SkillRegistry:
        """Every skill that can be loaded."""
        registry = SkillRegistry(self.settings, self.models, self.device)
        registry.load(self.report)
        return registry

    @cached_property
    def interpreter(self) -> Interpreter:
        """What understands messages; it takes a new version of its model at the next message."""
        self.report("Loading the understanding of utterances")
        current = self.settings.models / INTENT / "current"
        served = Reloading(lambda: folder_stamp(current), self._intent_model)
        _model_in(served)
        batcher: Batcher[str, Parse] = Batcher(lambda texts: _model_in(served).parse(texts))
        return Interpreter(batcher, EntityPatterns(self.skills.nlu), self.skills.owners)

    @cached_property
    def manager(self) -> DialogueManager:
        """The whole bot, ready to answer."""
        return self.manager_on(open_store(self.settings.database))

    def manager_on(self, store: Store) -> DialogueManager:
        """The whole bot, with its conversations in a given database."""
        skills = self.skills
        return DialogueManager(
            self.interpreter.understand,
            skills.skills,
            Policy(skills.owners, skills.open_ended),
            TrackerStore(store),
            FeedbackStore(store),
            skills.abilities,
        )

    def _intent_model(self) -> IntentModel:
        """The model in service, or the bare encoder, with intents that it has not learnt."""
        try:
            model = load_model(self.models, INTENT, IntentModel, self.device)
        except UntrainedError:
            encoder = Encoder.load(
                self.settings.encoder, device=self.device, precision=self.settings.precision
            )
            model = IntentModel.untrained(encoder)
        return model.with_intents(self.skills.utterances())


def _model_in(served: Reloading[IntentModel]) -> IntentModel:
    model = served.get()
    if model is None:
        raise served.problem or RuntimeError("the intent model is missing")
    return model
