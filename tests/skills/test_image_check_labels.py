"""What the bundled image check says: there are words for every label that it learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import PROJECT, Settings
from bot.errors import DataError
from skills.image_check.labels import read_labels
from skills.image_check.simulation.labels import FAULTS, GOOD, NOT_A_PAGE
from skills.image_check.train import ImageCheckTrainer


def test_every_label_of_the_photographs_has_words_and_every_fault_an_advice() -> None:
    labels = read_labels(PROJECT / "data" / "image_check")

    assert set(labels) == {GOOD, NOT_A_PAGE, *FAULTS}
    assert all(labels[each].advice for each in (NOT_A_PAGE, *FAULTS))


def test_a_folder_with_words_alone_has_nothing_to_learn_until_somebody_names_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "labels.yml").write_text("- label: good\n  says: fine\n", encoding="utf-8")
    trainer = ImageCheckTrainer(Settings(), tmp_path)

    assert trainer.examples() == []
    with pytest.raises(DataError, match="a sub-folder for each label"):
        trainer.read(tmp_path)
