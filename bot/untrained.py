"""Untrained: stands in for a skill that has no model yet, and says how it comes by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.registry import SkillRegistry, SkillStatus
from bot.skill import AnySkill, Skill
from bot.types import Context, Reply, Turn

SORRY = "I'm sorry, I can't do that yet."


class Untrained(Skill[None]):
    """Answers what is most likely meant for the skill; to all else it says nothing."""

    def __init__(self, status: SkillStatus) -> None:
        super().__init__(None, Path())
        self.status = status

    def run(self, turn: Turn, context: Context) -> Reply | None:  # noqa: ARG002
        """Say that it is not learnt yet, and by which command it would be."""
        is_meant = turn.intent.name in self.status.intents
        return Reply(f"{SORRY} {self.status.detail}") if is_meant else None


def with_untrained(registry: SkillRegistry) -> Callable[[], Mapping[str, AnySkill]]:
    """Give what gives the skills in service, with what stands in for those that are untrained."""

    def skills() -> Mapping[str, AnySkill]:
        served = registry.skills()
        missing = [registry.status(name) for name in registry.specs if name not in served]
        untrained = [each for each in missing if each.state == "untrained"]
        return {**{each.name: Untrained(each) for each in untrained}, **served}

    return skills
