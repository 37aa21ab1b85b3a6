"""The only place that wires things together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.attachments import Attachments
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
from bot.picture_store import PictureStore
from bot.policy import Policy
from bot.registry import Served, SkillRegistry, load_model
from bot.reloading import Reloading, folder_stamp
from bot.retention import retain
from bot.tracker import TrackerStore
from bot.types import INTENT, Parse
from bot.untrained import with_untrained

log = logging.getLogger(__name__)

Report = Callable[[str], None]
"""Told in words what is being done."""


def _silent(_: str) -> None:
    """Tell nobody."""


class App:
    """A bot put together from its settings; each part is made when it is first asked for.

    `candidates` names folders of models that answer in place of those in service, by learner.
    """

    def __init__(
        self,
        settings: Settings,
        report: Report = _silent,
        candidates: Mapping[str, Path] | None = None,
    ) -> None:
        self.settings = settings
        self.report = report
        self.models = ModelRegistry(settings.models, candidates=candidates)

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
        self._understanding()  # now rather than at the first message
        patterns, intents = EntityPatterns(self.skills.nlu), self.skills.owners
        return Interpreter(Batcher(self._parsed), patterns, intents)

    def parse(self, texts: Sequence[str]) -> list[Parse]:
        """Understand texts, many at a time, by the version in service by then."""
        return self._understanding().model.parse(texts)

    def _parsed(self, groups: Sequence[Sequence[str]]) -> list[list[Parse]]:
        """Understand the texts of many messages at once: each message, and its clauses."""
        parses = iter(self.parse([text for group in groups for text in group]))
        return [[next(parses) for _ in group] for group in groups]

    def versions(self) -> dict[str, str]:
        """The version that each learner has in service now."""
        return {INTENT: self._understanding().version, **self.skills.versions()}

    @cached_property
    def _intents(self) -> Reloading[Served[IntentModel]]:
        current = self.settings.models / INTENT / "current"
        return Reloading(lambda: folder_stamp(current), self._trained)

    def _understanding(self) -> Served[IntentModel]:
        return self._intents.get() or self._untrained

    @cached_property
    def manager(self) -> DialogueManager:
        """The whole bot, ready to answer; what is kept too long is deleted."""
        store = open_store(self.settings.database, self.settings.database_key)
        retain(self.settings, store, time.time())
        return self.manager_on(store)

    def manager_on(self, store: Store) -> DialogueManager:
        """The whole bot, with its conversations in a given database."""
        skills = self.skills
        return DialogueManager(
            self.interpreter.understand,
            with_untrained(skills),
            Policy(skills.owners, skills.small_talk),
            TrackerStore(store),
            FeedbackStore(store),
            skills.abilities,
            self.versions,
            Attachments(self._pictures),
            self.settings.handover == "pause",
        )

    @contextmanager
    def trial(self) -> Iterator[DialogueManager]:
        """The whole bot for a while; it knows nobody, and nothing is kept, pictures included."""
        with TemporaryDirectory() as folder:
            attachments = Attachments(PictureStore(Path(folder)))
            yield replace(self.manager_on(Store.in_memory()), attachments=attachments)

    @property
    def _pictures(self) -> PictureStore:
        return PictureStore(self.settings.pictures, self.settings.picture_days)

    def _trained(self) -> Served[IntentModel]:
        """The model in service, with intents that it has not learnt."""
        model, version = load_model(self.models, INTENT, IntentModel, self.device)
        return Served(model.with_intents(self.skills.utterances()), version)

    @cached_property
    def _untrained(self) -> Served[IntentModel]:
        """What understands where no model can: the bare encoder, by likeness to the examples."""
        encoder = Encoder.load(
            self.settings.encoder, device=self.device, precision=self.settings.precision
        )
        model = IntentModel.untrained(encoder).with_intents(self.skills.utterances())
        return Served(model, "")
