"""Comes last: says what the bot can do, asks what was meant, and in the end offers a person."""

from bot import Button, Context, Example, Reply, Skill, Turn
from bot.annotation import annotated

OFFERED = 3
"""How many likely intents are offered as buttons."""
MISUNDERSTOOD = "misunderstood"
"""The slot with the words that the buttons are about, for the skill whose button is pressed."""
TIMES = "misunderstood_times"
"""The slot with how many messages in a row were not understood."""
PERSON = "request_human"
"""The intent of who wants a person."""
PERSON_OFFERED = "person_offered"
"""The slot with the words that made it offer a person, for the skill that does that."""


class Fallback(Skill[None]):
    """Declines only a yes to a person. A pressed button teaches the intent model what was meant."""

    learner = "intent"

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Help, put a question aside, or find a way out of a misunderstanding."""
        if context.choice:
            return _choosing(turn, context)
        match turn.intent.name:
            case "help":
                return Reply(_abilities(context), buttons=_suggestions(turn, context))
            case "answer_form":
                return Reply("That question is no longer open. What can I do for you?")
            case "ask_why" if context.active_skill:
                return Reply("To give you the right answer. (Say “cancel” to leave the question.)")
            case "cancel" | "start_over":
                return Reply("All right, let's leave that.", slots={"requested_slot": None})
            case "affirm" if context.is_latest(PERSON_OFFERED):
                return None
            case "affirm" | "deny" if not context.active_skill:
                return Reply("All right. What else can I do for you?")
        return _misunderstanding(turn, context)


def _choosing(turn: Turn, context: Context) -> Reply:
    """Ask which of two is meant; the answer teaches it."""
    buttons = tuple(_button(name, turn, context) for name in context.choice)
    return Reply("Which do you mean?", buttons=buttons, slots={MISUNDERSTOOD: turn.message.text})


def _misunderstanding(turn: Turn, context: Context) -> Reply:
    """Say it differently each time; from the third in a row on, offer a person."""
    again = context.is_latest(MISUNDERSTOOD)
    times = 1 + (int(context.slots.get(TIMES, 1)) if again else 0)
    words = turn.message.text
    slots = {MISUNDERSTOOD: words, TIMES: times}
    if times > 2 and PERSON in context.abilities:
        text = "I still don't understand, and I don't want to waste your time. Shall a person help?"
        yes_or_no = (Button("Yes, a person", f"/{PERSON}"), Button("No", "/deny"))
        return Reply(text, buttons=yes_or_no, slots={**slots, PERSON_OFFERED: words})
    if context.active_skill:
        return Reply(_WITHIN_A_QUESTION[min(times, 2) - 1], slots=slots)
    buttons = _suggestions(turn, context)
    if not buttons:
        return Reply("I'm sorry, I didn't understand that. Could you say it in other words?")
    if times > 1:
        return Reply(
            f"That's still not clear to me. {_abilities(context)}",
            _ways_out(turn, context),
            slots=slots,
        )
    return Reply(
        "I'm sorry, I'm not sure what you mean. Is it one of these? "
        "If not, say it in other words, or type “help” to see what I can do.",
        buttons=buttons,
        slots=slots,
    )


_WITHIN_A_QUESTION = (
    "Sorry, I didn't understand that. (Say “cancel” to leave the question.)",
    "I can't make that an answer to my question. Answer in other words, say “cancel” to leave it, "
    "or ask me something else.",
)


def _abilities(context: Context) -> str:
    lines = "\n".join(f"- {title}" for title in context.abilities.values())
    return f"Ask me in your own words. I can help with:\n\n{lines}" if lines else "Just ask me."


def _ways_out(turn: Turn, context: Context) -> tuple[Button, ...]:
    """The likeliest intents, and always a person."""
    person = [_button(PERSON, turn, context)] if PERSON in context.abilities else []
    others = [each for each in _suggestions(turn, context) if each not in person]
    return (*others[: OFFERED - len(person)], *person)


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
