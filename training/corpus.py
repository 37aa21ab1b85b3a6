"""What the intent model learns from: the utterances of every skill, and files beyond them."""

from __future__ import annotations

import json
from pathlib import Path

from bot.collisions import notices
from bot.config import Settings
from bot.examples import read_examples
from bot.plugins import SkillSpec, find_skills, intent_owners
from bot.types import OUT_OF_SCOPE, Example
from bot.versions import Version
from training.data import NOT_LEARNT
from training.told import intents_told


def corpus(settings: Settings, data: Path) -> list[Example]:
    """Read all examples of intents; a skill that cannot be read is an error that says so.

    What dialogues beside the folder `data` say of intents that no skill has is passed over.
    """
    specs = find_skills(settings)
    known = {*intent_owners((spec, spec.nlu()) for spec in specs), OUT_OF_SCOPE}
    of_skills = [example for spec in specs for example in _said(spec, settings)]
    files = sorted(file for file in data.glob("*.jsonl") if file.name not in NOT_LEARNT)
    of_files = [example for file in files for example in read_examples(file)]
    told = [example for example in intents_told(data.parent) if example.target in known]
    return [*of_skills, *of_files, *told]


def collision_notices(settings: Settings, before: Version) -> list[str]:
    """Say which skills collide with others that the version before did not know."""
    file = before.path / "model.json"
    if not file.is_file():
        return []
    specs = find_skills(settings)
    owners = intent_owners((spec, spec.nlu()) for spec in specs)
    known = json.loads(file.read_text(encoding="utf-8")).get("intents", ())
    return list(notices([e for spec in specs for e in _said(spec, settings)], owners, known))


def _said(spec: SkillSpec, settings: Settings) -> list[Example]:
    return [*spec.nlu().examples, *spec.load().utterances(spec.data(settings))]
