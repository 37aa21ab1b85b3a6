"""What a Rasa project's training data say about intents and entities."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.nlu_data import NluData, merged, read_nlu
from bot.rasa.domain import read_domain
from bot.rasa.files import DATA, yaml_files


def project_nlu(folder: Path) -> NluData:
    """Read it all; intents of the domain without examples are those that only buttons send."""
    parts = (read_nlu(file, may_leave_scope=True) for file in yaml_files(folder / DATA))
    return replace(merged(parts), declared=read_domain(folder).intents)
