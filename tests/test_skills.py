"""Every skill found keeps the contract; the small ones answer as people would expect."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import Button, Context, Example, Reply, Turn
from bot.config import PROJECT, Settings
from bot.models import ModelRegistry
from bot.plugins import SkillSpec, find_skills
from bot.registry import SkillRegistry
from bot.skill import AnySkill
from bot.testing import asked, check_skill, turn

SPECS = find_skills(Settings())
ABILITIES = {"request_human": "Talk to a person", "faq": "Ask about the academy"}


def skill(name: str) -> AnySkill:
    (spec,) = [spec for spec in SPECS if spec.name == name]
    return spec.load()(None, spec.data(Settings()))


def run(name: str, made: Turn, context: Context | None = None) -> Reply:
    reply = skill(name).run(made, context or Context())
    assert reply is not None
    return reply


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_skill_keeps_the_contract(spec: SkillSpec, fitted: Callable[[str], AnySkill]) -> None:
    check_skill(fitted(spec.name), spec.nlu_file)


def test_no_two_bundled_skills_claim_one_intent(settings: Settings) -> None:
    registry = SkillRegistry(Settings(home=settings.home), ModelRegistry(settings.models))

    assert {"faq", "greet", "request_human", "help"} <= set(registry.owners)


@pytest.mark.parametrize(
    "intent", [i for s in SPECS if s.name == "chitchat" for i in s.nlu().intents]
)
def test_small_talk_has_a_text_for_each_of_its_intents(intent: str) -> None:
    assert run("chitchat", turn("…", intent)).text


@pytest.mark.parametrize("intent", ["greet", "goodbye"])
def test_who_is_known_by_name_is_greeted_by_name(intent: str) -> None:
    reply = run("chitchat", turn("…", intent), Context(profile={"name": "Zoë {0}"}))

    assert ", Zoë {0}" in reply.text
    assert "Zoë" not in run("chitchat", turn("…", intent)).text


def test_every_folder_of_bundled_skills_is_a_skill() -> None:
    folders = {path.parent.name for path in (PROJECT / "skills").glob("*/__init__.py")}

    assert {spec.name for spec in SPECS} >= folders


def test_a_hand_over_asks_for_contact_then_time() -> None:
    first = run("handover", turn("a person please", "request_human"))
    assert first.requested_slot == "contact"

    answer = turn("ana@example.org", "give_contact", {"email": "ana@example.org"})
    second = run("handover", answer, asked("handover", "contact"))
    assert second.requested_slot == "contact_time"
    assert second.slots == {"contact": "ana@example.org"}

    pressed = turn(second.buttons[0].payload, "choose_time", {"time_of_day": "morning"})
    context = asked("handover", "contact_time", contact="ana@example.org")
    last = run("handover", pressed, context)
    assert last.requested_slot is None
    assert "ana@example.org in the morning" in last.text


def test_contact_data_in_the_request_are_not_asked_for_again() -> None:
    made = turn("mail me: ana@example.org", "request_human", {"email": "ana@example.org"})

    assert run("handover", made).requested_slot == "contact_time"


def test_a_hand_over_declines_what_is_no_answer() -> None:
    made = turn("what is a certificate", "faq")

    assert skill("handover").run(made, asked("handover", "contact")) is None


@pytest.mark.parametrize("intent", ["deny", "cancel"])
def test_a_hand_over_can_be_called_off(intent: str) -> None:
    reply = run("handover", turn("no", intent), asked("handover", "contact"))

    assert reply.requested_slot is None
    assert reply.slots == {"contact": None, "contact_time": None}


def test_the_fallback_offers_likely_intents_and_learns_from_a_press() -> None:
    reply = run("fallback", turn("hlep me humn", "out_of_scope"), Context(abilities=ABILITIES))

    assert reply.buttons[0] == Button(
        "Talk to a person", "/request_human", Example("hlep me humn", "request_human")
    )
    assert reply.slots["misunderstood"] == "hlep me humn"
    assert skill("fallback").learner == "intent"


def test_help_lists_the_abilities_and_teaches_nothing() -> None:
    reply = run("fallback", turn("help", "help"), Context(abilities=ABILITIES))

    assert "- Talk to a person\n- Ask about the academy" in reply.text
    assert [button.example for button in reply.buttons] == [None, None]


def test_cancel_puts_an_open_question_aside() -> None:
    reply = run("fallback", turn("forget it", "cancel"), asked("booking", "day"))

    assert reply.slots == {"requested_slot": None}


def misunderstood(*texts: str, context: Context | None = None) -> list[Reply]:
    """Say what is not understood, one after the other."""
    replies, context = [], context or Context(abilities=ABILITIES)
    for text in texts:
        reply = run("fallback", turn(text, "out_of_scope"), context)
        history = (*context.history, (text, reply.text))
        context = replace(context, slots={**context.slots, **reply.slots}, history=history)
        replies.append(reply)
    return replies


def test_each_misunderstanding_in_a_row_has_another_way_out_the_third_a_person() -> None:
    first, second, third = misunderstood("blorf", "snorkel", "grmpf")

    assert len({first.text, second.text, third.text}) == 3
    assert "- Ask about the academy" in second.text
    assert "Talk to a person" in [button.title for button in second.buttons]
    assert [button.payload for button in third.buttons] == ["/request_human", "/deny"]


def test_misunderstandings_that_are_not_in_a_row_are_not_counted() -> None:
    first, second = misunderstood("blorf", "snorkel")
    context = Context(first.slots, history=(("blorf", "?"), ("hi", "Hello!")), abilities=ABILITIES)

    assert run("fallback", turn("snorkel", "out_of_scope"), context).text == first.text
    assert second.text != first.text


def test_a_yes_to_the_offer_of_a_person_is_the_hand_overs() -> None:
    *_, third = misunderstood("blorf", "snorkel", "grmpf")
    context = Context(third.slots, history=(("grmpf", third.text),), abilities=ABILITIES)
    yes = turn("yes", "affirm")

    assert skill("fallback").run(yes, context) is None
    assert skill("handover").bid(yes, context) == 1.0
    assert skill("handover").bid(yes, Context()) is None
    assert run("handover", yes, context).requested_slot == "contact"


def test_within_a_question_misunderstandings_end_with_a_person_too() -> None:
    question = replace(asked("booking", "day"), abilities=ABILITIES)
    first, second, third = misunderstood("blorf", "snorkel", "grmpf", context=question)

    assert len({first.text, second.text, third.text}) == 3
    assert third.buttons[0].payload == "/request_human"


def test_who_chooses_between_two_teaches_what_was_meant() -> None:
    context = Context(abilities=ABILITIES, choice=("faq", "request_human"))
    reply = run("fallback", turn("someone about my course", "faq"), context)

    assert [(each.title, each.example) for each in reply.buttons] == [
        ("Ask about the academy", Example("someone about my course", "faq")),
        ("Talk to a person", Example("someone about my course", "request_human")),
    ]


def test_small_talk_beside_a_question_is_short() -> None:
    part = replace(turn("hello,", "greet"), is_part=True)

    assert run("chitchat", part).text == "Hello!"


def test_within_a_question_the_fallback_is_brief() -> None:
    reply = run("fallback", turn("asdf", "out_of_scope"), asked("booking", "day"))

    assert reply.buttons == ()
