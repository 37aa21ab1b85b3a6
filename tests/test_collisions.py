"""Utterances that two skills share, or nearly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import Example
from bot.collisions import near, notices, report, same
from bot.config import Settings
from bot.versions import Version
from training.corpus import collision_notices

OWNERS = {"greet": "chitchat", "thank": "chitchat", "book": "booking", "price": "booking"}
SAID = [
    Example("Hello!", "greet"),
    Example("hello", "thank"),
    Example("hello", "book"),
    Example("fly to [Lima](city)", "book"),
    Example("fly to lima", "price"),
    Example("hello", "out_of_scope"),
]


def embed(texts: Sequence[str]) -> Any:
    """Only the first letter counts, and a mark at the end a little."""
    rows = np.zeros((len(texts), 256))
    for row, text in zip(rows, texts, strict=True):
        row[ord(text[0].lower())], row[0] = 1.0, 0.5 * text.endswith("!")
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_same_words_in_two_skills_collide_whatever_their_case_and_marks() -> None:
    found = same(SAID, OWNERS)

    assert [(each.first.input, each.second.input) for each in found] == [
        ("hello", "Hello!"),
        ("hello", "hello"),
    ]


@pytest.mark.parametrize(("alike", "count"), [(0.8, 2), (0.9, 1)], ids=["near", "nearer"])
def test_what_is_near_in_meaning_collides_from_a_likeness_on(alike: float, count: int) -> None:
    found = near(SAID, OWNERS, embed, alike)

    assert len(found) == count
    assert found[0].likeness == pytest.approx(1.0)
    assert near([], OWNERS, embed) == []


def test_the_report_names_pairs_of_intents_with_both_utterances() -> None:
    assert list(report(same(SAID[1:], OWNERS))) == ["book and thank: 1", "  1.00  hello  |  hello"]


def test_only_a_skill_that_is_new_is_said_to_collide() -> None:
    (line,) = notices(SAID, OWNERS, {"greet"})

    assert line.startswith("booking is new, and 2 of its utterances are another skill's, too.")
    assert list(notices(SAID, OWNERS, {"greet", "price"})) == []


def test_new_skills_are_told_from_the_intents_of_the_version_before(tmp_path: Path) -> None:
    skill = tmp_path / "skills" / "waving"
    skill.mkdir(parents=True)
    (skill / "__init__.py").write_text(
        "from bot import Reply, Skill\n\n\nclass Waving(Skill[None]):\n"
        "    def run(self, turn, context):\n        return Reply('o/')\n",
        encoding="utf-8",
    )
    nlu = "version: '3.1'\nnlu:\n- intent: wave\n  examples: |\n    - Hello\n    - o/ \n"
    (skill / "nlu.yml").write_text(nlu, encoding="utf-8")
    version = Version("intent", "v0001", tmp_path)
    settings = Settings(home=tmp_path, skills=(*Settings().skills, tmp_path / "skills"))
    known = '["greet", "faq", "help", "find_course", "request_human", "check_picture"]'
    (tmp_path / "model.json").write_text(f'{{"intents": {known}}}', encoding="utf-8")

    (line,) = collision_notices(settings, version)
    assert line.startswith("waving is new, and 1 of its")
    (tmp_path / "model.json").unlink()
    assert collision_notices(settings, version) == []
