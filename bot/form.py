"""Form and FormSkill: several things asked for, corrected and confirmed, in a few lines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from bot.filling import FAILED, Filling
from bot.form_turn import CANCEL, CHANGE, CONFIRM, FormTurn, Submit
from bot.skill import Skill
from bot.slot import Slot, button
from bot.types import Button, Context, Reply, Turn

YES, OTHERWISE = Button("Yes", "/affirm"), Button("Change something", "/deny")
SKIP = Button("Skip", "/deny")


class Form:
    """Slots in the order of their questions, and how it ends.

    While a form is open, its values are in the conversation's slots, under the names of its own.
    Once it is submitted or cancelled they are forgotten, but for what the last reply remembers.
    """

    def __init__(
        self,
        *slots: Slot,
        confirm: str | None = "Is that right?",
        cancelled: str = "All right, I've dropped that.",
    ) -> None:
        """Take the question under the summary, or None for no summary, and what a cancel says.

        No slots, or two of one name, are a ValueError.
        """
        if not slots or len({slot.name for slot in slots}) < len(slots):
            raise ValueError("A form needs slots, and each needs a name of its own.")
        self.slots = slots
        self.confirm = confirm
        self.cancelled = cancelled

    def run(self, turn: Turn, context: Context, submit: Submit) -> Reply | None:
        """Begin the form or go on with it; None where the message is for somebody else."""
        return FormTurn(self, turn, context, submit).reply()

    def cancel(self, context: Context) -> Reply:
        """Forget what was said, and say so."""
        kept = {FAILED: None} if FAILED in context.slots else {}
        return Reply(self.cancelled, slots={**{slot.name: None for slot in self.slots}, **kept})

    def question(self, asked: str, filling: Filling) -> Reply:
        """Ask for a slot, for a yes to the summary, or for what to change."""
        if asked == CONFIRM:
            text = f"{filling.summary()}\n\n{filling.worded(self.confirm or '')}"
            return Reply(text, buttons=(YES, OTHERWISE, CANCEL), requested_slot=CONFIRM)
        if asked == CHANGE:
            buttons = tuple(button(slot.label, CHANGE, slot.name) for slot in filling.wanted)
            return Reply("What shall I change?", buttons=buttons, requested_slot=CHANGE)
        slot = next(slot for slot in self.slots if slot.name == asked)
        buttons = slot.buttons() if slot.required else (*slot.buttons(), SKIP)
        return Reply(filling.worded(slot.question), buttons=buttons, requested_slot=asked)


class FormSkill(Skill[None]):
    """A skill that is one form. One that is more calls `form.run` where it wants to."""

    form: ClassVar[Form]

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Begin the form or go on with it."""
        return self.form.run(turn, context, self.submit)

    def expects(self, turn: Turn, context: Context) -> bool:
        """Whether the message has a value that the form did not know, or was just asking for."""
        return FormTurn(self.form, turn, context, self.submit).has_answer()

    @abstractmethod
    def submit(self, slots: Mapping[str, Any], context: Context) -> Reply:
        """Do what the form was for. `slots` has them all, as None where one was not wanted.

        A reply that requests a slot of the form asks for it once more, and keeps the others.
        """
