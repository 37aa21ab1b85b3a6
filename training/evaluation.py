"""An evaluation as a page: figures, calibration, and what is taken for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from training.learner_report import calibration, confusions, number
from training.markup import document, table
from training.record import Case


def write_evaluation(
    file: Path, learner: str, metrics: Mapping[str, float], cases: Sequence[Case]
) -> None:
    """Write one page that needs nothing else."""
    rows = [(name.replace("_", " "), number(value)) for name, value in metrics.items()]
    parts = [table("Figures", ("", "value"), rows), calibration(cases), confusions(cases)]
    file.write_text(document(f"Evaluation of {learner}", parts), encoding="utf-8")
