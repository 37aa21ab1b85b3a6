"""A Rasa project answers as a skill: rules, stories, forms, actions and responses."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import Entity, Intent, Message, Turn
from bot.config import Settings
from bot.database import Store
from bot.errors import SkillError
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.plugins import find_skills, intent_owners
from bot.policy import Policy
from bot.skill import AnySkill
from bot.tracker import TrackerStore
from bot.types import OUT_OF_SCOPE, Reply

Say = Callable[..., Reply]


def understand(message: Message) -> Turn:
    """Take `intent {"entity": "value"} text` at its word, or else the text as out of scope."""
    name, _, rest = message.text.partition(" ")
    entities: Mapping[str, str] = {}
    if rest.startswith("{"):
        entities, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].strip()
    found = tuple(Entity(type, value, 0, 0) for type, value in entities.items())
    text = rest or message.text
    return Turn(Message(message.sender_id, text), (Intent(name.removeprefix("/"), 1.0),), found)


@pytest.fixture
def skill(settings: Settings, project: Path) -> AnySkill:
    (spec,) = find_skills(settings)
    return spec.load()(None, project / "none")


@pytest.fixture
def say(skill: AnySkill) -> Iterator[Say]:
    store = Store.in_memory()
    owners = dict.fromkeys(("greet", "goodbye", "borrow", "inform", "affirm", "deny", "hours"), "l")
    skills = {"l": skill}
    policy = Policy({**owners, "pick": "l"})
    tracker, feedback = TrackerStore(store), FeedbackStore(store)
    bot = DialogueManager(understand, lambda: skills, policy, tracker, feedback)

    def say(text: str, sender_id: str = "ana") -> Reply:
        return bot.handle(Message(sender_id, text)).replies[0]

    yield say
    store.close()


def test_rules_answer_by_the_variation_whose_condition_holds(say: Say) -> None:
    assert say("greet hello").text == "Welcome to the library."
    assert say("greet hello", "member").text == "Welcome back."
    assert say("hours when?").text == "From nine to five.\n\nhttps://library.test/door.jpg"


def test_a_form_asks_for_its_slots_and_is_submitted(say: Say) -> None:
    asked = say("borrow a book")
    assert (asked.text, asked.requested_slot) == ("Which book?", "title")
    branch = say("inform Ulysses")
    assert branch.text == "At which branch?"
    assert branch.buttons[1].payload == '/inform{"branch": "south"}'
    sure = say('inform {"branch": "south"}')
    assert (sure.text, [each.title for each in sure.buttons]) == ("Ulysses?", ["Yes", "No"])

    lent = say("affirm yes")

    assert lent.text == "Ulysses waits for you at south. It is a loan, number 1."
    assert lent.requested_slot is None
    assert say('borrow {"title": "Emma", "branch": "north"} Emma').text == "Emma?"
    assert say("affirm").text.endswith("number 2.")


def test_what_is_said_at_once_is_not_asked_for(say: Say) -> None:
    assert say('borrow {"title": "Emma"} I want Emma').text == "At which branch?"


def test_a_value_that_is_not_valid_is_asked_for_again(say: Say) -> None:
    say("borrow a book")

    assert say("inform Dune").text == "We do not have DUNE.\n\nWhich book?"
    assert say("inform Emma").text == "At which branch?"


def test_a_validator_can_end_a_form(say: Say) -> None:
    say("borrow a book")

    assert say("inform nothing").text == "As you like."


def test_a_denied_form_is_cancelled_and_forgets(say: Say) -> None:
    say('borrow {"title": "Emma", "branch": "north"} Emma')

    assert say("deny no").text == "As you like."
    assert say("borrow a book").text == "Which book?"


def test_a_form_goes_on_after_a_question_in_between(say: Say) -> None:
    say("borrow a book")

    answered = say("hours when?")

    assert answered.text.startswith("From nine to five.")
    assert answered.text.endswith("Which book?")
    assert answered.requested_slot == "title"
    assert say("inform Emma").text == "At which branch?"


def test_what_a_form_ignores_fills_nothing(say: Say) -> None:
    say("borrow a book")

    assert say("goodbye Emma").text == "Bye.\n\nWhich book?"


def test_a_form_that_rejects_a_message_does_not_get_it_again(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    say("borrow a book")
    say("inform Emma")
    assert say('inform {"branch": "north"}').text == "Emma?"

    assert say('inform {"shelf": "3"}').text == "I'm sorry, I can't help with that."
    assert "actions in one turn" not in caplog.text


def test_an_action_may_reject_a_message(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    assert say("deny no").text == "I'm sorry, I can't help with that."
    assert "actions in one turn" not in caplog.text


def test_an_action_may_take_the_message_back_and_go_on_with_the_form(say: Say) -> None:
    say('borrow {"title": "Emma"} I want Emma')

    assert say("pick what is good?").text == "Emma is fine.\n\nAt which branch?"


def test_stories_answer_where_no_rule_does(say: Say) -> None:
    say("pick what is good?")

    assert say("affirm yes").text == "Good."
    assert say("affirm yes").text != "Good."


def test_what_is_not_foreseen_is_declined(say: Say) -> None:
    assert say("inform something").text == "I'm sorry, I can't help with that."
    say('borrow {"title": "Emma"} Emma')
    assert say("weather what about it?").text == "I'm sorry, I can't help with that."


def test_a_new_conversation_begins_anew(skill: AnySkill) -> None:
    from bot import Context  # noqa: PLC0415

    reply = skill.run(understand(Message("ana", "borrow a book")), Context())
    assert reply is not None
    again = skill.run(understand(Message("ana", "inform Emma")), Context(slots=reply.slots))
    assert again is not None
    assert again.text == "At which branch?"
    assert skill.run(understand(Message("ana", "inform Emma")), Context()) is None


def test_intents_of_the_project_join_those_of_all_skills(settings: Settings, project: Path) -> None:
    (spec,) = find_skills(settings)
    nlu = spec.nlu()

    assert intent_owners([(spec, nlu)]).keys() >= {"greet", "borrow", "pick", "affirm"}
    assert OUT_OF_SCOPE not in nlu.intents
    assert [e.input for e in nlu.examples if e.target == OUT_OF_SCOPE] == ["order a pizza"]


def test_a_story_that_is_not_supported_is_left_out_and_named(
    settings: Settings, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (spec,) = find_skills(settings)
    with caplog.at_level(logging.WARNING):
        spec.load()(None, project)

    assert "'with a checkpoint' is left out" in caplog.text


def test_two_packages_of_actions_cannot_be_in_one_process(
    settings: Settings, make_project: Callable[[str], Path]
) -> None:
    for name in ("first", "second"):
        make_project(name)
    first, second = find_skills(settings)
    first.load()(None, Path("none"))

    with pytest.raises(SkillError, match=r"both packages are called 'actions'.*actions_at"):
        second.load()(None, Path("none"))


def test_what_is_remembered_stays_short(skill: AnySkill) -> None:
    from bot import Context  # noqa: PLC0415

    ranking = tuple(Intent(f"intent_{number}", 0.01) for number in range(100))
    slots: Mapping[str, Any] = {}
    for _ in range(50):
        turn = Turn(Message("ana", "hello"), (Intent("greet", 1.0), *ranking))
        reply = skill.run(turn, Context(slots=slots))
        assert reply is not None
        slots = reply.slots

    assert len(json.dumps(dict(slots))) < 10_000


def test_the_state_is_json(skill: AnySkill) -> None:
    from bot import Context  # noqa: PLC0415

    reply = skill.run(understand(Message("ana", "borrow a book")), Context())
    assert reply is not None
    kept: Any = json.loads(json.dumps(dict(reply.slots)))

    again = skill.run(understand(Message("ana", "inform Emma")), Context(slots=kept))
    assert again is not None
    assert again.text == "At which branch?"
