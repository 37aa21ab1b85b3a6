"""Puts people in touch with a person: asks how and when to reach them."""

from typing import Any

from bot import Button, Context, Reply, Skill, Turn

CONTACT = "contact"
TIME = "contact_time"
TIMES = ("morning", "afternoon", "evening")
OFFERED = "person_offered"
"""The slot in which the fallback keeps the words that made it offer a person."""
OURS = ("request_human", "give_contact", "choose_time")


class Handover(Skill[None]):
    """Two questions, then the conversation waits for the team, among `nocturne handovers`."""

    def bid(self, turn: Turn, context: Context) -> float | None:
        """Take the yes to the offer of a person."""
        return 1.0 if turn.intent.name == "affirm" and _is_offered(context) else None

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Ask for what is not known yet; what was said is taken wherever it was said."""
        if turn.intent.name in ("deny", "cancel") and context.requested_slot:
            return Reply("All right, nobody will contact you.", slots={CONTACT: None, TIME: None})
        contact = turn.entity("email") or turn.entity("phone") or context.slots.get(CONTACT)
        time = turn.entity("time_of_day")
        if context.requested_slot == CONTACT and not contact:
            return None
        if context.requested_slot == TIME and not time and turn.intent.name not in OURS:
            return None
        return _next_step(contact, time)


def _is_offered(context: Context) -> bool:
    """Whether the fallback has just offered a person."""
    latest: Any = context.history[-1][0] if context.history else None
    return latest is not None and context.slots.get(OFFERED) == latest


def _next_step(contact: str | None, time: str | None) -> Reply:
    if not contact:
        return Reply(
            "I'll ask a person from our team to contact you. "
            "What is your e-mail address or phone number?",
            requested_slot=CONTACT,
        )
    if not time:
        return Reply(
            f"Thank you, we'll use {contact}. What time of day suits you?",
            buttons=tuple(_time_button(name) for name in TIMES),
            slots={CONTACT: contact},
            requested_slot=TIME,
        )
    return Reply(
        f"Thank you! Somebody from the team will contact you at {contact} in the {time}, "
        "on the next working day.",
        slots={CONTACT: contact, TIME: time},
        handed_over=True,
    )


def _time_button(name: str) -> Button:
    return Button(f"In the {name}", f'/choose_time{{"time_of_day": "{name}"}}')
