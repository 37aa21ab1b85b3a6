"""FormTurn: one turn of a form, from what was said to the next question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.filling import FAILED, LEFT_OUT, Filling, begun, going_on, heard_in
from bot.nlu import has_words
from bot.slot import ANSWER, Slot, is_written, named_in
from bot.types import OUT_OF_SCOPE, Button, Context, Reply, Turn

if TYPE_CHECKING:
    from bot.form import Form

CONFIRM = "form_confirm"
"""What the summary asks for."""
CHANGE = "form_change"
"""What is asked for after a no to it, and the entity of the buttons that answer that."""
SURE = 0.5
"""Confidence from which an intent is likelier than all others together."""
EXPLAINED, HELPED = 2, 3
"""Answers in a row that were none, from which an example is given, and ways out."""
STEERING = ("affirm", "deny", "cancel", "help", "start_over", "ask_why", ANSWER)
"""Intents whose text never is what was asked for."""
PERSON = "request_human"
"""The intent that is offered where it is somebody else's, and there is one."""
CANCEL = Button("Cancel", "/cancel")

Submit = Callable[[Mapping[str, Any], Context], Reply]


class FormTurn:
    """Answers one message as a form does."""

    def __init__(self, form: Form, turn: Turn, context: Context, submit: Submit) -> None:
        self.form, self.turn, self.context, self.submit = form, turn, context, submit
        self.slots = {slot.name: slot for slot in form.slots}
        requested = context.requested_slot or ""
        self.asked = requested if requested in {*self.slots, CONFIRM, CHANGE} else ""
        """Empty where the form begins."""
        self.before = going_on(form.slots, context) if self.asked else self._begun(context.slots)
        self.meant = self._meaning()

    def has_answer(self) -> bool:
        """Whether the message, as it is written, surely holds a value for the open form."""
        if not self.asked or not is_written(self.turn.message.text):
            return False
        slot = self.slots.get(self.asked)
        with suppress(ValueError):  # what the check says of a text that is none
            return self._is_news(*self._heard()) or bool(slot and slot.check and self._free_text())
        return False

    def reply(self) -> Reply | None:
        """Give the next question, the end of the form, or None for "not mine"."""
        heard, faults = self._heard()
        if not self.asked or self._is_news(heard, faults):
            return self._next(self.before.updated(heard), faults)
        match self.meant:
            case "cancel":
                return self.form.cancel(self.context)
            case "start_over":
                return _with(self._next(self._begun({})), "All right, from the beginning.")
            case "ask_why":
                return self._question(self.asked, self._why())
        return self._steered() or self._text() or self._unclear()

    def _begun(self, remembered: Mapping[str, Any]) -> Filling:
        return begun(self.form.slots, {**self.context.profile, **remembered})

    def _meaning(self) -> str:
        """The intent, if it is sure; the title of a button that is offered means what it does."""
        said = self.turn.message.text.strip().casefold()
        offered = self.form.question(self.asked, self.before).buttons if self.asked else ()
        typed = {each.title.casefold(): each.payload.removeprefix("/") for each in offered}
        sure = self.turn.intent.confidence >= SURE
        return typed.get(said, self.turn.intent.name if sure else OUT_OF_SCOPE)

    def _heard(self) -> tuple[dict[str, Any], dict[str, str]]:
        return heard_in(self.turn, self.before, self.asked, self.meant)

    def _is_news(self, heard: Mapping[str, Any], faults: Mapping[str, str]) -> bool:
        return bool(faults) or self.asked in heard or self.before.updated(heard) != self.before

    def _steered(self) -> Reply | None:
        """Confirm, change, or leave out."""
        is_slot = self.asked in self.slots
        change = self.turn.entity(CHANGE) or ("" if is_slot else self._named())
        if change in self.slots:
            return self._question(change)
        match self.meant:
            case "deny" if is_slot:
                return self._refused(self.slots[self.asked])
            case "deny":
                return self._question(CHANGE if self.asked == CONFIRM else CONFIRM)
            case "affirm" if self.asked == CONFIRM:
                return self._ended(self.before)
        return None

    def _refused(self, slot: Slot) -> Reply:
        if not slot.required:
            return _with(self._next(self.before.updated({slot.name: LEFT_OUT})), "All right.")
        reply = self._question(slot.name, f"{self._why()} Without it I can't go on.")
        return replace(reply, buttons=(*reply.buttons, CANCEL))

    def _text(self) -> Reply | None:
        """Take the text itself for the answer, where any may be one."""
        try:
            filling = self._free_text()
        except ValueError as error:
            return self._question(self._named()) if self._named() else self._wrong(str(error))
        return self._next(filling) if filling else None

    def _free_text(self) -> Filling | None:
        """What is known with the text as the answer, if it may be one; ValueError if it is none."""
        slot, text = self.slots.get(self.asked), self.turn.message.text.strip()
        if not slot or not slot.is_free or self.meant in STEERING or not is_written(text):
            return None
        return self.before.updated({slot.name: slot.valued(text)})

    def _unclear(self) -> Reply | None:
        """Say that this is no answer, unless others may know what it is."""
        if self._named():
            return self._question(self._named())
        if self.meant in self.context.intents:
            return self._wrong("")
        unclear = self.meant in (OUT_OF_SCOPE, "affirm", "deny")
        said = unclear and has_words(self.turn.message.text)
        return self._wrong("Sorry, I didn't understand that.") if said else None

    def _named(self) -> str:
        """The slot that the message names, if it is one, and has been asked for."""
        asked = [slot for slot in self.form.slots if slot.name in self.before.values]
        found = named_in(self.turn, {slot.name: (slot.label,) for slot in asked})
        return found[0].type if len({each.type for each in found}) == 1 else ""

    def _next(self, filling: Filling, faults: Mapping[str, str] | None = None) -> Reply:
        """Ask for the next thing, or end; say first what is another than before."""
        note = filling.corrections(self.before) if self.asked else ""
        for name, fault in (faults or {}).items():
            return _with(self._wrong(fault, name, filling), note)
        if filling.missing:
            return self._question(filling.missing.name, note, filling)
        if self.form.confirm is not None:
            return self._question(CONFIRM, note, filling)
        return _with(self._ended(filling), note)

    def _wrong(self, fault: str, asked: str = "", filling: Filling | None = None) -> Reply:
        """Ask again; with an example the second time, and with ways out from the third on."""
        asked = asked or self.asked
        failed = (self.context.slots.get(FAILED) or {}).get(asked, 0) + 1
        example = self.slots[asked].example if asked in self.slots else ""
        ways = self._ways_out() if failed >= HELPED else ()
        said = (
            fault,
            f"For example: {example}" if example and failed >= EXPLAINED else "",
            f"Or shall we leave it? ({', '.join(each.title for each in ways)})" if ways else "",
        )
        reply = self._question(asked, " ".join(filter(None, said)), filling)
        buttons = tuple(dict.fromkeys((*reply.buttons, *ways)))
        return replace(reply, buttons=buttons, slots={**reply.slots, FAILED: {asked: failed}})

    def _ways_out(self) -> tuple[Button, ...]:
        person = self.context.abilities.get(PERSON)
        is_other = person and PERSON not in self.context.intents
        return (CANCEL, Button(person, f"/{PERSON}")) if person and is_other else (CANCEL,)

    def _question(self, asked: str, note: str = "", filling: Filling | None = None) -> Reply:
        filling = filling or self.before
        reply = _with(self.form.question(asked, filling), note)
        return replace(reply, slots={**filling.changes(self.context.slots), **self._reset()})

    def _ended(self, filling: Filling) -> Reply:
        reply = self.submit(filling.known, self.context)
        changes = filling.changes(self.context.slots)
        if reply.requested_slot not in self.slots:
            changes = {name: None for name in self.slots if name in self.context.slots}
        return replace(reply, slots={**changes, **self._reset(), **reply.slots})

    def _reset(self) -> dict[str, None]:
        return {FAILED: None} if FAILED in self.context.slots else {}

    def _why(self) -> str:
        why = self.slots[self.asked].why if self.asked in self.slots else ""
        return why or "I need it to do what you asked for."


def _with(reply: Reply, note: str) -> Reply:
    return replace(reply, text=f"{note}\n\n{reply.text}") if note else reply
