"""Comes last: says what the bot can do, and asks what was meant by buttons."""

from bot import Button, Context, Example, Reply, Skill, Turn
from bot.annotation import annotated

OFFERED = 3
"""How many likely intents are offered as buttons."""
MISUNDERSTOOD = "misunderstood"
"""The slot with the words that the buttons are about, for the skill whose button is pressed."""


class Fallback(Skill[None]):
    """Never declines. A pressed button teaches the intent model what the words meant."""

    learner = "intent"

    def run(self, turn: Turn, context: Context) -> Reply:
        """Help, put a question aside, or ask what was meant."""
        match turn.intent.name:
            case "help":
                return Reply(_abilities(context), buttons=_suggestions(turn, context))
            case "answer_form":
                return Reply("That question is no longer open. What can I do for you?")
            case "ask_why" if context.active_skill:
                return Reply("To give you the right answer. (Say “cancel” to leave the question.)")
            case "cancel" | "start_over":
                return Reply("All right, let's leave that.", slots={"requested_slot": None})
            case "affirm" | "deny" if not context.active_skill:
                return Reply("All right. What else can I do for you?")
        if context.active_skill:
            return Reply("Sorry, I didn't understand that. (Say “cancel” to leave the question.)")
        return _asking_back(turn, context)


def _asking_back(turn: Turn, context: Context) -> Reply:
    buttons = _suggestions(turn, context)
    if not buttons:
        return Reply("I'm sorry, I didn't understand that. Could you say it in other words?")
    return Reply(
        "I'm sorry, I'm not sure what you mean. Is it one of these? "
        "If not, say it in other words, or type “help” to see what I can do.",
        buttons=buttons,
        slots={MISUNDERSTOOD: turn.message.text},
    )


def _abilities(context: Context) -> str:
    lines = "\n".join(f"- {title}" for title in context.abilities.values())
    return f"Ask me in your own words. I can help with:\n\n{lines}" if lines else "Just ask me."


def _suggestions(turn: Turn, context: Context) -> tuple[Button, ...]:
    """The likeliest intents that people can be offered, then others, up to OFFERED."""
    ranked = [intent.name for intent in turn.ranking if intent.name in context.abilities]
    names = list(dict.fromkeys([*ranked, *context.abilities]))[:OFFERED]
    return tuple(_button(name, turn, context) for name in names)


def _button(intent: str, turn: Turn, context: Context) -> Button:
    return Button(context.abilities[intent], f"/{intent}", _lesson(turn, intent))


def _lesson(turn: Turn, intent: str) -> Example | None:
    """What a press teaches: that these words, whatever brackets they hold, mean this intent."""
    text = turn.message.text.strip()
    return Example(annotated(text), intent) if text and turn.intent.name != "help" else None
