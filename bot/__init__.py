"""What a skill author imports."""

from bot.errors import BotError
from bot.form import Form, FormSkill
from bot.skill import Skill, SkillModel
from bot.slot import Slot
from bot.types import Button, Context, Entity, Example, Intent, Message, Reply, Turn

__all__ = [
    "BotError",
    "Button",
    "Context",
    "Entity",
    "Example",
    "Form",
    "FormSkill",
    "Intent",
    "Message",
    "Reply",
    "Skill",
    "SkillModel",
    "Slot",
    "Turn",
]
