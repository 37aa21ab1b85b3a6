"""Puts people in touch with a person: asks how and when to reach them."""

from collections.abc import Mapping
from typing import Any

from bot import Context, Form, FormSkill, Reply, Slot, Turn

OFFERED = "person_offered"
"""The slot in which the fallback keeps the words that made it offer a person."""


class Handover(FormSkill):
    """Two questions, then the conversation waits for the team, among `nocturne handovers`."""

    form = Form(
        Slot(
            "contact",
            "I'll ask a person from our team to contact you. "
            "What is your e-mail address or phone number?",
            entity=("email", "phone"),
            why="The team needs it to reach you.",
            example="ana@example.org",
        ),
        Slot(
            "contact_time",
            "Thank you, we'll use {contact}. What time of day suits you?",
            title="Time of day",
            entity="time_of_day",
            choices={name: f"In the {name}" for name in ("morning", "afternoon", "evening")},
            prefilled=False,
        ),
        confirm=None,
        cancelled="All right, nobody will contact you.",
    )

    def bid(self, turn: Turn, context: Context) -> float | None:
        """Take the yes to the offer of a person."""
        return 1.0 if turn.intent.name == "affirm" and context.is_latest(OFFERED) else None

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Go on with the form; who says no to a question of it wants nobody to write or call."""
        if turn.intent.name == "deny" and context.requested_slot:
            return self.form.cancel(context)
        return super().run(turn, context)

    def submit(self, slots: Mapping[str, Any], context: Context) -> Reply:  # noqa: ARG002
        """Say what will happen."""
        return Reply(
            f"Thank you! Somebody from the team will contact you at {slots['contact']} in the "
            f"{slots['contact_time']}, on the next working day.",
            slots=slots,
            handed_over=True,
        )
