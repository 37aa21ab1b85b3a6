"""Small talk: greets by name, thanks, says goodbye and who it is."""

import re

from bot import Context, Reply, Skill, Turn

FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s")
TEXTS = {
    "greet": (
        "Hello{name}! What would you like to know about the academy?",
        "Hello again{name}! What can I do for you?",
    ),
    "goodbye": ("Goodbye{name}, and happy learning!",),
    "thank": ("You're welcome!", "Glad to help."),
    "how_are_you": ("I'm well, thank you. What can I help you with?",),
    "bot_challenge": (
        "I'm a program: the assistant of Lumen Academy. I answer questions about courses, "
        "payments, certificates and your account, and I can put you in touch with a person.",
    ),
    "praise": ("Thank you, that's good to hear!",),
    "complaint_bot": (
        "I'm sorry that I'm not being helpful. Tell me in other words what you need, or say "
        "“talk to a person” and somebody from the team will contact you.",
    ),
}


class Chitchat(Skill[None]):
    """Answers each of its intents with a text of its own; later in a conversation with another.

    It greets by name whom it knows by name.
    """

    small_talk = True

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Choose the text by the number of turns before, so that it varies."""
        texts = TEXTS.get(turn.intent.name)
        if texts is None:
            return None
        name = context.profile.get("name")
        text = texts[len(context.history) % len(texts)]
        said = FIRST_SENTENCE.split(text, 1)[0] if turn.is_part else text
        return Reply(said.format(name=f", {name}" if name else ""))
