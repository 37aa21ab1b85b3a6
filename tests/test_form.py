"""Forms: asked, corrected, confirmed, left and taken up again, by a real dialogue manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Context, Form, FormSkill, Intent, Message, Reply, Skill, Slot, Turn
from bot.database import Store
from bot.entities import EntityPatterns
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.nlu import payload_in
from bot.nlu_data import NluData
from bot.policy import Policy
from bot.skill import AnySkill
from bot.tracker import TrackerStore
from skills.fallback import Fallback

INTENTS = {
    "book": ("booking", "book a tutor", "book another tutor"),
    "say_by": ("booking", "by carrier pigeon"),
    "rent": ("renting", "rent a room"),
    "price": ("prices", "what does it cost"),
    "request_human": ("person", "a person please"),
    "affirm": ("fallback", "yes"),
    "deny": ("fallback", "no", "i'd rather not say"),
    "cancel": ("fallback", "forget it"),
    "start_over": ("fallback", "start over"),
    "ask_why": ("fallback", "why do you ask"),
    "help": ("fallback", "what can you do"),
    "answer_form": ("fallback",),
}
OWNERS = {intent: owner for intent, (owner, *_) in INTENTS.items()}
MEANT = {text: intent for intent, (_, *texts) in INTENTS.items() for text in texts}
DAYS = ("Monday", "Thursday", "Friday", "Sunday")
PATTERNS = EntityPatterns(NluData(lookups={"weekday": DAYS, "city": ("Lima", "Oslo")}))


def understand(message: Message) -> Turn:
    """Know the texts above and the days; a "?" makes an intent unsure; all else nobody is for."""
    pressed = payload_in(message.text, OWNERS)
    if pressed:
        return Turn(message, (Intent(pressed[0], 1.0),), pressed[1])
    words = message.text.rstrip("?")
    found = next((MEANT[text] for text in MEANT if words.startswith(text)), "out_of_scope")
    sure = 0.4 if message.text.endswith("?") else 1.0
    return Turn(message, (Intent(found, sure),), PATTERNS.find(message.text))


def weekday(text: str) -> str:
    if text == "Sunday":
        raise ValueError("Nobody works on a Sunday.")
    return text


def number(text: str) -> str:
    digits = "".join(each for each in text if each.isdigit())
    if len(digits) < 5:
        raise ValueError("That is too short for a phone number.")
    return digits


class Booking(FormSkill):
    form = Form(
        Slot("subject", "Which subject?", choices=("maths", "physics")),
        Slot(
            "day",
            "On which day for {subject}?",
            entity="weekday",
            check=weekday,
            why="Tutors have free hours on some days only.",
            example="Friday",
        ),
        Slot("by", "How shall we reach you?", choices={"phone": "By phone", "mail": "By e-mail"}),
        Slot(
            "phone",
            "Your phone number?",
            check=number,
            when=lambda slots: slots["by"] == "phone",
            example="0151 23456",
        ),
        Slot("note", "What should the tutor know?", required=False, prefilled=False),
        confirm="Shall I book it?",
        cancelled="No tutor, then.",
    )

    def submit(self, slots: Mapping[str, Any], context: Context) -> Reply:
        if slots["note"] == "full":
            return Reply("Friday is full. Which day?", requested_slot="day", slots={"day": None})
        return Reply(f"Booked: {dict(slots)}", slots={"phone": slots["phone"]})


class Renting(FormSkill):
    form = Form(
        Slot("city", "In which city?", entity="city"),
        Slot("quiet", "Must it be quiet?", intents={"affirm": True, "deny": False}),
        confirm=None,
    )

    def submit(self, slots: Mapping[str, Any], context: Context) -> Reply:
        return Reply(f"Rented: {dict(slots)}")


class Says(Skill[None]):
    text = ""

    def run(self, turn: Turn, context: Context) -> Reply | None:
        return Reply(self.text)


class Prices(Says):
    text = "Ten euros."


class Person(Says):
    text = "A person will call."


class Chat:
    """Somebody who talks, and what was said last."""

    def __init__(self, bot: DialogueManager) -> None:
        self.bot = bot
        self.replies: tuple[Reply, ...] = ()
        self.slots: Mapping[str, Any] = {}

    def say(self, *texts: str) -> list[str]:
        for text in texts:
            outcome = self.bot.handle(Message("ana", text))
            self.replies, self.slots = outcome.replies, outcome.slots
        return [reply.text for reply in self.replies]

    def press(self, title: str) -> list[str]:
        buttons = self.replies[-1].buttons
        return self.say(next(each.payload for each in buttons if each.title == title))

    @property
    def offered(self) -> list[str]:
        return [button.title for button in self.replies[-1].buttons]


def bot_with(skills: Mapping[str, AnySkill]) -> DialogueManager:
    store = Store.in_memory()
    titles = {"request_human": "Talk to a person"}
    return DialogueManager(
        understand,
        lambda: skills,
        Policy(OWNERS),
        TrackerStore(store),
        FeedbackStore(store),
        abilities=lambda: titles,
    )


@pytest.fixture
def chat() -> Chat:
    kinds = {"booking": Booking, "renting": Renting, "prices": Prices, "person": Person}
    skills = {name: kind(None, Path("none")) for name, kind in kinds.items()}
    return Chat(bot_with({**skills, "fallback": Fallback(None, Path("none"))}))


@pytest.fixture
def summary(chat: Chat) -> Chat:
    """A chat whose form is full, and asks for a yes."""
    chat.say("book a tutor", "maths", "Thursday", "by e-mail", "skip")
    return chat


FULL = "- Subject: maths\n- Day: Thursday\n- By: By e-mail\n\nShall I book it?"


def test_a_form_asks_one_thing_after_the_other_then_sums_up_and_submits(chat: Chat) -> None:
    assert chat.say("book a tutor") == ["Which subject?"]
    assert chat.offered == ["maths", "physics"]
    assert chat.press("maths") == ["On which day for maths?"]
    assert chat.say("Thursday") == ["How shall we reach you?"]
    assert chat.press("By e-mail") == ["What should the tutor know?"]
    assert chat.press("Skip") == ["All right.\n\n" + FULL]
    assert chat.offered == ["Yes", "Change something", "Cancel"]
    (said,) = chat.say("yes")
    assert said.startswith("Booked: {'subject': 'maths', 'day': 'Thursday', 'by': 'mail',")


def test_what_was_submitted_is_forgotten_but_for_what_the_reply_remembers(chat: Chat) -> None:
    chat.say("book a tutor", "maths, on Friday by phone", "0151 2345678", "i like it slow", "yes")

    assert chat.slots == {"phone": "01512345678"}
    chat.say("book another tutor")
    assert chat.say("maths, on Friday by phone") == ["What should the tutor know?"]


def test_one_message_may_fill_many_slots(chat: Chat) -> None:
    assert chat.say("book a tutor of physics on Friday, by e-mail") == [
        "What should the tutor know?"
    ]
    assert {"subject": "physics", "day": "Friday", "by": "mail"}.items() <= chat.slots.items()


def test_a_slot_is_wanted_or_not_by_those_before_it_also_after_a_correction(summary: Chat) -> None:
    assert summary.say("by phone") == ["By: By phone instead of By e-mail.\n\nYour phone number?"]
    (said,) = summary.say("it is 0151 2345678")
    assert "- Phone: 01512345678" in said
    (said,) = summary.say("no, by e-mail")
    assert "Phone" not in said
    assert "'phone': None" in summary.say("yes")[0]


@pytest.mark.parametrize("text", ["no, Friday", "Friday please", "not Thursday, Friday"])
def test_a_value_at_the_summary_corrects_and_is_said(summary: Chat, text: str) -> None:
    corrected = FULL.replace("Thursday", "Friday")
    assert summary.say(text) == [f"Day: Friday instead of Thursday.\n\n{corrected}"]


def test_a_correction_in_the_middle_is_said_and_the_question_asked_again(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday")

    assert chat.say("no, i meant physics") == [
        "Subject: physics instead of maths.\n\nHow shall we reach you?"
    ]


def test_a_correction_is_not_the_free_text_that_was_asked_for(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday", "by e-mail")

    assert chat.say("ah, Friday is better") == [
        "Day: Friday instead of Thursday.\n\nWhat should the tutor know?"
    ]


def test_a_bare_no_at_the_summary_asks_what_to_change(summary: Chat) -> None:
    assert summary.say("no") == ["What shall I change?"]
    assert summary.offered == ["Subject", "Day", "By", "Note"]
    assert summary.press("Day") == ["On which day for maths?"]
    assert summary.say("Friday")[0].startswith("Day: Friday instead of Thursday.")
    summary.say("no")
    assert summary.press("Note") == ["What should the tutor know?"]
    assert "- Note: be patient" in summary.say("be patient")[0]


def test_a_second_no_leaves_all_as_it_is(summary: Chat) -> None:
    assert summary.say("no", "no") == [FULL]


def test_a_slot_can_be_named_to_change_it(summary: Chat) -> None:
    assert summary.say("change the day") == ["On which day for maths?"]
    assert summary.say("Thursday") == [FULL]


def test_a_slot_can_be_named_in_the_middle(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday")
    assert chat.say("can i change the day") == ["On which day for maths?"]
    chat.say("Friday", "by phone")
    assert chat.say("another day") == ["On which day for maths?"]


@pytest.mark.parametrize("text", ["forget it", "/cancel"])
@pytest.mark.parametrize("before", [("maths",), ("maths", "Friday", "by e-mail", "skip")])
def test_a_cancel_forgets_all_and_says_so(chat: Chat, text: str, before: tuple[str, ...]) -> None:
    chat.say("book a tutor", *before)

    assert chat.say(text) == ["No tutor, then."]
    assert chat.slots == {}
    assert chat.say("yes") == ["All right. What else can I do for you?"]


def test_starting_over_begins_anew(summary: Chat) -> None:
    assert summary.say("start over") == ["All right, from the beginning.\n\nWhich subject?"]
    assert summary.slots["requested_slot"] == "subject"
    assert "day" not in summary.slots


def test_an_optional_slot_may_be_refused(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday", "by e-mail")

    assert chat.say("i'd rather not say") == ["All right.\n\n" + FULL]


def test_a_required_slot_is_explained_when_refused(chat: Chat) -> None:
    chat.say("book a tutor", "maths")

    assert chat.say("i'd rather not say") == [
        "Tutors have free hours on some days only. Without it I can't go on.\n\n"
        "On which day for maths?"
    ]
    assert chat.press("Cancel") == ["No tutor, then."]


def test_asking_back_why_is_answered_and_the_question_asked_again(chat: Chat) -> None:
    chat.say("book a tutor")
    assert chat.say("why do you ask") == ["I need it to do what you asked for.\n\nWhich subject?"]
    chat.say("maths")
    assert chat.say("why do you ask") == [
        "Tutors have free hours on some days only.\n\nOn which day for maths?"
    ]


def test_wrong_answers_are_explained_then_given_an_example_then_a_way_out(chat: Chat) -> None:
    chat.say("book a tutor", "maths")
    once, twice, thrice = (chat.say(text)[0] for text in ("Sunday", "blue", "by carrier pigeon"))

    assert once == "Nobody works on a Sunday.\n\nOn which day for maths?"
    assert twice == (
        "Sorry, I didn't understand that. For example: Friday\n\nOn which day for maths?"
    )
    assert "Or shall we leave it? (Cancel, Talk to a person)" in thrice
    assert chat.offered == ["Cancel", "Talk to a person"]
    assert chat.press("Talk to a person") == ["A person will call.", thrice]
    assert chat.say("Friday") == ["How shall we reach you?"]
    assert chat.say("smoke signs") == [
        "Sorry, I didn't understand that.\n\nHow shall we reach you?"
    ]


def test_what_the_skill_is_for_said_again_is_answered_by_the_question_alone(chat: Chat) -> None:
    chat.say("book a tutor")

    assert chat.say("book another tutor") == ["Which subject?"]
    assert chat.say("/book") == ["Which subject?"]


def test_free_text_is_checked(chat: Chat) -> None:
    chat.say("book a tutor", "maths, on Friday by phone")

    assert chat.say("12") == ["That is too short for a phone number.\n\nYour phone number?"]
    assert "For example: 0151 23456" in chat.say("123")[0]
    assert chat.say("12345") == ["What should the tutor know?"]
    assert "form_failed" not in chat.slots


def test_a_value_that_is_refused_unasked_is_asked_for_at_once(chat: Chat) -> None:
    assert chat.say("book a tutor of maths on Sunday") == [
        "Nobody works on a Sunday.\n\nOn which day for maths?"
    ]


def test_an_unsure_yes_submits_nothing(summary: Chat) -> None:
    assert summary.say("yes?") == ["Sorry, I didn't understand that.\n\n" + FULL]


def test_yes_and_no_can_be_values(chat: Chat) -> None:
    assert chat.say("rent a room", "Lima", "no") == ["Rented: {'city': 'Lima', 'quiet': False}"]


def test_a_form_may_be_submitted_without_a_summary_and_says_a_correction_still(chat: Chat) -> None:
    chat.say("rent a room", "Lima")

    assert chat.say("Oslo") == ["City: Oslo instead of Lima.\n\nMust it be quiet?"]


def test_a_submit_may_ask_again_and_keeps_the_rest(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday", "by e-mail", "full")

    assert chat.say("yes") == ["Friday is full. Which day?"]
    assert "- Day: Monday" in chat.say("Monday")[0]


def test_a_change_of_subject_is_answered_and_the_question_comes_back(chat: Chat) -> None:
    chat.say("book a tutor", "maths")

    assert chat.say("what does it cost") == ["Ten euros.", "On which day for maths?"]
    assert chat.say("what can you do")[1:] == ["On which day for maths?"]
    assert chat.say("Friday") == ["How shall we reach you?"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a person please, maths i mean", "Subject: maths instead of physics."),
        ("what does it cost on Monday", "Day: Monday instead of Thursday."),
        ("a person please call 0151 23456", "What should the tutor know?"),
    ],
    ids=["corrects", "corrects by an entity", "answers"],
)
def test_a_message_with_a_value_for_the_form_is_an_answer_whatever_else_it_seems(
    chat: Chat, text: str, said: str
) -> None:
    chat.say("book a tutor", "physics", "Thursday", "by phone")

    (answered,) = chat.say(text)
    assert answered.startswith(said)


@pytest.mark.parametrize("text", ["what does it cost to learn physics", "what does it cost"])
def test_a_message_with_nothing_new_for_the_form_may_change_the_subject(
    chat: Chat, text: str
) -> None:
    chat.say("book a tutor", "physics", "Thursday", "by phone")

    assert chat.say(text) == ["Ten euros.", "Your phone number?"]


def test_a_button_of_another_skill_is_for_that_skill_whatever_it_carries(chat: Chat) -> None:
    chat.say("book a tutor", "physics")

    assert chat.say('/price{"weekday": "Friday"}') == ["Ten euros.", "On which day for physics?"]


def test_free_text_without_a_check_leaves_room_for_a_change_of_subject(chat: Chat) -> None:
    chat.say("book a tutor", "physics", "Thursday", "by e-mail")

    assert chat.say("what does it cost") == ["Ten euros.", "What should the tutor know?"]


def test_a_form_within_a_form_ends_first(chat: Chat) -> None:
    chat.say("book a tutor", "maths")

    assert chat.say("rent a room") == ["In which city?"]
    assert chat.say("what does it cost") == ["Ten euros.", "In which city?"]
    chat.say("Lima")
    assert chat.say("yes") == [
        "Rented: {'city': 'Lima', 'quiet': True}",
        "On which day for maths?",
    ]
    assert chat.say("Friday") == ["How shall we reach you?"]
    assert chat.slots["subject"] == "maths"


def test_a_form_that_is_cancelled_within_a_form_leaves_the_outer_one(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "rent a room", "Lima")

    assert chat.say("forget it") == ["All right, I've dropped that.", "On which day for maths?"]
    assert chat.slots["subject"] == "maths"


def test_what_nobody_said_is_no_answer(chat: Chat) -> None:
    chat.say("book a tutor", "maths", "Thursday", "by e-mail")

    assert chat.say("🙃")[1:] == ["What should the tutor know?"]


def test_a_button_of_a_question_that_is_gone_does_nothing(chat: Chat) -> None:
    chat.say("book a tutor")
    button = chat.replies[-1].buttons[0]
    chat.say("forget it")

    assert chat.say(button.payload) == ["That question is no longer open. What can I do for you?"]


def begin(context: Context, text: str = "book a tutor") -> Reply:
    reply = Booking(None, Path("none")).run(understand(Message("ana", text)), context)
    assert reply is not None
    return reply


def test_a_form_is_prefilled_from_the_conversation_and_the_profile() -> None:
    profile = {"subject": "Physics", "by": "phone", "phone": "0151 2345678", "note": "old"}
    reply = begin(Context({"subject": "maths", "day": "Friday"}, profile=profile))

    assert reply.requested_slot == "note"
    assert reply.slots == {"by": "phone", "phone": "01512345678"}


def test_what_is_said_goes_before_what_is_remembered_and_is_no_correction() -> None:
    reply = begin(Context({"subject": "maths"}), "book a tutor of physics")

    assert reply.slots == {"subject": "physics"}
    assert reply.text == "On which day for physics?"


def test_what_is_remembered_and_no_longer_valid_is_asked_for() -> None:
    reply = begin(Context({"subject": "alchemy", "day": "Sunday", "note": "old"}))

    assert reply.requested_slot == "subject"
    assert reply.slots == {"subject": None, "day": None, "note": None}


def test_starting_over_keeps_the_profile() -> None:
    context = Context(
        {"subject": "maths", "day": "Friday"}, "booking", "by", profile={"subject": "physics"}
    )

    assert begin(context, "start over").requested_slot == "day"


def route(text: str, **roles: str) -> Reply | None:
    """Answer a text about a journey, whose cities have these roles."""

    class Travel(FormSkill):
        form = Form(
            Slot("start", "From where?", entity="city"), Slot("goal", "To where?", entity="city")
        )

        def submit(self, slots: Mapping[str, Any], context: Context) -> Reply:
            return Reply("Bon voyage!")

    turn = understand(Message("ana", text))
    cities = tuple(replace(each, role=roles.get(each.value)) for each in turn.entities)
    return Travel(None, Path("none")).run(replace(turn, entities=cities), Context())


@pytest.mark.parametrize(
    ("text", "roles", "slots"),
    [
        ("from Lima to Oslo", {}, {"start": "Lima", "goal": "Oslo"}),
        ("to Oslo from Lima", {"Oslo": "goal", "Lima": "start"}, {"start": "Lima", "goal": "Oslo"}),
        ("to Oslo", {"Oslo": "goal"}, {"goal": "Oslo"}),
    ],
)
def test_two_slots_may_share_a_type(
    text: str, roles: dict[str, str], slots: dict[str, str]
) -> None:
    reply = route(text, **roles)

    assert reply and reply.slots == slots


@pytest.mark.parametrize("slots", [(), (Slot("a", "?"), Slot("a", "?"))], ids=["none", "twice"])
def test_a_form_needs_slots_of_different_names(slots: tuple[Slot, ...]) -> None:
    with pytest.raises(ValueError, match="a name of its own"):
        Form(*slots)


def test_the_manager_tells_a_skill_which_intents_are_its_own(chat: Chat) -> None:
    seen: list[frozenset[str]] = []

    class Looks(Says):
        def run(self, turn: Turn, context: Context) -> Reply | None:
            seen.append(context.intents)
            return Reply("Hm.")

    Chat(bot_with({"booking": Looks(None, Path("none"))})).say("book a tutor")
    assert seen == [{"book", "say_by"}]
