"""How a learner's model judges examples; as a program, that of every learner of a home."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.config import Settings
from bot.skill import SkillModel
from training.learners import learners, model_of, trainer_of
from training.testing import few_examples


def judgements(learner: str, settings: Settings, model: SkillModel) -> list[list[object]]:
    """Give what is predicted for few examples, how surely, and how well."""
    trainer = trainer_of(learner, settings)
    judged = trainer.judge(model, few_examples(trainer))
    return [[each.predicted, each.confidence, each.score] for each in judged]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    settings = Settings(**{**given, **{name: Path(given[name]) for name in ("home", "data")}})
    found = {
        name: judgements(name, settings, model_of(name, settings)) for name in learners(settings)
    }
    print(json.dumps(found))
