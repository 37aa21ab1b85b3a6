"""One learner's night: learn, compare with the version in service, promote what is better."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.config import Settings
from bot.errors import DataError
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.skill import SkillModel
from bot.versions import Version
from training.aftermath import remember
from training.evidence import Evidence
from training.fitting import saving
from training.gate import gate
from training.judging import evidence_of, figures_of
from training.learners import AnyTrainer, model_of
from training.night import Night, folder_of
from training.provenance import info_of, is_alike, learnt_at_once
from training.record import REPEATED, Record, append_record, read_cases, read_records, write_cases
from training.sources import source_of
from training.tonight import Tonight, tonight_of

KEPT = 10
"""Versions that stay on disk, beside the one in service and the one that rolling back takes."""
GROWN = 2.0
"""So many times what was known when all was last learnt from the base weights, it is once more: a
night's small steps, however many, come short of one long run."""
ANEW = "Everything was learnt anew: {} examples now, {} when that was last done."
MOSTLY_GONE = (
    "{} of the {} examples that {} has learnt are gone. If data were moved or emptied by mistake, "
    "put them back; if they are to be forgotten, run `nocturne nightly {} --full`."
)
Canaries = Callable[[Path], Sequence[str]]
"""Plays the canary dialogues to a saved candidate, and says which fail that passed before."""


@dataclass(frozen=True, slots=True)
class Retraining:
    """What retraining a learner takes. Killed at any moment, it can be run again for the night."""

    learner: str
    trainer: AnyTrainer
    settings: Settings
    feedback: FeedbackStore
    canaries: Canaries

    def run(self, night: Night) -> Record:
        """Learn what is new, and promote the new version if the gate lets it pass."""
        try:
            return self._run(ModelRegistry(self.settings.models), night)
        finally:
            shutil.rmtree(self._candidate(night), ignore_errors=True)

    def _run(self, models: ModelRegistry, night: Night) -> Record:
        parent, made = self._versions(models, night)
        if parent and made is None:
            models.check(parent)
        tonight = self.tonight(night, parent, made)
        if made is None:
            is_needed = self.is_needed(night, tonight)
            tried = self._tried(models, night, parent, tonight) if parent and is_needed else None
            if tried or not is_needed:
                return self._remembered(self._nothing_new(night, parent, tonight, tried), tonight)
            made = self._made(models, night, parent, tonight)
        record = replace(Record.of(made.info["record"]), version=made.name)
        current = models.current(self.learner)
        if record.outcome == "promoted" and (current is None or current.name != made.name):
            models.promote(self.learner, made.name)
        models.prune(self.learner, KEPT)
        return self._remembered(record, tonight)

    def tonight(self, night: Night, parent: Version | None, made: Version | None = None) -> Tonight:
        """See what there is to learn; that most of what was known is gone needs a person's word."""
        found = tonight_of(self.learner, self.trainer, self.feedback, parent, night.until, made)
        kept = len(found.old) + len(found.changed)
        if parent and made is None and not night.full and len(found.removed) > kept:
            known = len(found.removed) + kept
            raise DataError(
                MOSTLY_GONE.format(len(found.removed), known, parent.name, self.learner)
            )
        return found

    def _versions(
        self, models: ModelRegistry, night: Night
    ) -> tuple[Version | None, Version | None]:
        """Give the parent, and the version that the night has made already if it was killed."""
        versions = {version.name: version for version in models.versions(self.learner)}
        for made in versions.values():
            if made.info.get("night") == night.name:
                return versions.get(made.parent or ""), made
        return models.current(self.learner), None

    @staticmethod
    def is_needed(night: Night, tonight: Tonight) -> bool:
        """Whether there is anything to make a version for."""
        return bool(tonight.new or tonight.removed or (night.full and tonight.old))

    def _tried(
        self, models: ModelRegistry, night: Night, parent: Version, tonight: Tonight
    ) -> Version | None:
        """Find the version that an earlier night made of just this, and that gained nothing."""
        info = info_of(self.settings, tonight.known, night.seed, {})
        for made in models.versions(self.learner) if not night.full else ():
            record = made.info.get("record")
            is_idle = record and Record.of(record).is_idle
            if is_idle and made.parent == parent.name and is_alike(made.info, info):
                return made
        return None

    def _nothing_new(
        self, night: Night, parent: Version | None, tonight: Tonight, tried: Version | None
    ) -> Record:
        """Note it before it changes the lessons: killed in between, the night finds it again."""
        file = self._folder(night.name) / f"{self.learner}.jsonl"
        name = parent.name if parent else None
        why = (REPEATED.format(tried.name),) if tried else ()
        record = Record(night.name, self.learner, "nothing new", why, name, name, tonight.counts)
        if not read_records(file):
            append_record(file, record)
        return read_records(file)[0]

    def _made(
        self, models: ModelRegistry, night: Night, parent: Version | None, tonight: Tonight
    ) -> Version:
        """Train, judge and save; which version serves is not touched."""
        began = time.monotonic()
        before = model_of(self.learner, self.settings, parent.name) if parent else None
        known, base = len(tonight.known), learnt_at_once(models.versions(self.learner))
        is_anew = night.full or before is None or known >= GROWN * base > 0
        after = self._trained(night, None if is_anew else before, tonight)
        candidate = self._candidate(night)
        shutil.rmtree(candidate, ignore_errors=True)
        candidate.mkdir(parents=True)
        saving(after, tonight.known)(candidate)
        failures = self.canaries(candidate)
        evidence = evidence_of(self.trainer, tonight, before, after, failures)
        self._keep(night, evidence)
        decision = gate(evidence)
        remark = (ANEW.format(known, base),) if is_anew and before else ()
        record = Record(
            night.name,
            self.learner,
            "promoted" if decision.is_promoted else "rejected",
            (*decision.reasons, *remark),
            parent=parent.name if parent else None,
            counts=tonight.counts,
            before=figures_of(self.trainer, before, tonight.fixed),
            after=figures_of(self.trainer, after, tonight.fixed),
            seconds=round(time.monotonic() - began, 1),
        )
        info = info_of(self.settings, tonight.known, night.seed, record.after)
        info |= {"night": night.name, "record": asdict(record), **source_of(parent)}
        info |= {} if is_anew else {"at_once": base}
        return models.add(self.learner, _copying(candidate), info)

    def _remembered(self, record: Record, tonight: Tonight) -> Record:
        cases = read_cases(self._folder(record.night) / f"{self.learner}.tonight.jsonl")
        remember(self.feedback, record, tonight, cases, self.trainer.many_targets)
        return record

    def _trained(self, night: Night, before: SkillModel | None, tonight: Tonight) -> SkillModel:
        model: SkillModel
        if before is None:
            model = self.trainer.fit(tonight.known, night.seed)
        else:
            model = self.trainer.update(before, tonight.new, tonight.old, night.seed)
        return model

    def _folder(self, night: str) -> Path:
        return folder_of(self.settings.home, night)

    def _candidate(self, night: Night) -> Path:
        return self._folder(night.name) / self.learner

    def _keep(self, night: Night, evidence: Evidence) -> None:
        kinds = {"fixed": evidence.fixed, "recent": evidence.recent, "tonight": evidence.tonight}
        for kind, cases in kinds.items():
            write_cases(self._folder(night.name) / f"{self.learner}.{kind}.jsonl", cases)


def _copying(folder: Path) -> Callable[[Path], None]:
    def save(draft: Path) -> None:
        shutil.copytree(folder, draft, dirs_exist_ok=True)

    return save
