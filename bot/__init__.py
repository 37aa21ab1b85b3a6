"""What a skill author imports."""

from bot.errors import BotError
from bot.skill import Skill, SkillModel
from bot.types import Button, Context, Entity, Example, Intent, Message, Reply, Turn

__all__ = [
    "BotError",
    "Button",
    "Context",
    "Entity",
    "Example",
    "Intent",
    "Message",
    "Reply",
    "Skill",
    "SkillModel",
    "Turn",
]
