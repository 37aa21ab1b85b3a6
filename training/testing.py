"""For the tests of skill authors: a skill found, with a model that is fitted in seconds."""

from __future__ import annotations

from bot.config import Settings
from bot.errors import SkillError
from bot.plugins import find_skills
from bot.skill import AnySkill, SkillModel
from bot.types import Example
from training.learners import AnyTrainer, trainer_of

FEW = 16


def few_examples(trainer: AnyTrainer) -> list[Example]:
    """Choose few of a learner's own examples, from all over them."""
    examples = trainer.canonical(trainer.examples())
    return examples[:: max(1, len(examples) // FEW)]


def fitted_model(learner: str, settings: Settings) -> SkillModel:
    """Fit a learner on few of its own examples: a model that works, and knows little."""
    trainer = trainer_of(learner, settings)
    model: SkillModel = trainer.fit(few_examples(trainer))
    return model


def fitted_skill(name: str, settings: Settings) -> AnySkill:
    """Make a skill that the settings lead to; if it learns, with a model fitted on few examples.

    Then `bot.testing.check_skill` can have it. With a small `encoder` in the settings it is quick.
    """
    specs = {spec.name: spec for spec in find_skills(settings)}
    if name not in specs:
        raise SkillError(f"There is no skill '{name}'. Skills are: {', '.join(specs)}.")
    kind = specs[name].load()
    model = fitted_model(name, settings) if kind.model_type else None
    return kind(model, specs[name].data(settings))
