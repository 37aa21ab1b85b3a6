"""A small Rasa project, a library that lends books, as a skill."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

DOMAIN = """
version: "3.1"
intents:
- borrow: {use_entities: []}
- greet
- goodbye
- inform
- affirm
- deny
- hours
- pick
- out_of_scope
entities: [title, branch]
slots:
  title:
    type: text
    influence_conversation: false
    mappings:
    - {type: from_entity, entity: title}
    - type: from_text
      not_intent: [affirm, deny, hours]
      conditions: [{active_loop: loan_form, requested_slot: title}]
  branch:
    type: categorical
    values: [north, south]
    influence_conversation: false
    mappings: [{type: from_entity, entity: branch}]
  reason:
    type: text
    influence_conversation: false
    mappings: [{type: from_trigger_intent, intent: borrow, value: a loan}]
  sure:
    type: bool
    influence_conversation: false
    mappings:
    - type: from_intent
      intent: affirm
      value: true
      conditions: [{active_loop: loan_form, requested_slot: sure}]
    - type: from_intent
      intent: deny
      value: false
      conditions: [{active_loop: loan_form, requested_slot: sure}]
  loans:
    type: float
    initial_value: 0
    influence_conversation: false
    mappings: [{type: custom}]
  member:
    type: bool
    mappings: [{type: custom}]
responses:
  utter_greet:
  - text: Welcome back.
    condition: [{type: slot, name: member, value: true}]
  - text: Welcome to the library.
  utter_bye: [{text: Bye.}]
  utter_hours: [{text: From nine to five., image: "https://library.test/door.jpg"}]
  utter_ask_loan_form_title: [{text: Which book?}]
  utter_ask_branch:
  - text: At which branch?
    buttons:
    - {title: North, payload: '/inform{"branch": "north"}'}
    - {title: South, payload: '/inform{"branch": "south"} or so'}
  utter_unknown: [{text: "We do not have {title}."}]
  utter_lent: [{text: "{title} waits for you at {branch}. It is {reason}, number {count}."}]
  utter_cancelled: [{text: As you like.}]
  utter_good: [{text: Good.}]
forms:
  loan_form: {required_slots: [title, branch, reason, sure], ignored_intents: [goodbye]}
actions:
- validate_loan_form
- action_ask_sure
- action_lend
- action_suggest
- action_refuse
- action_session_start
"""
RULES = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: bye
  steps: [{intent: goodbye}, {action: utter_bye}]
- rule: hours
  steps: [{intent: hours}, {action: utter_hours}]
- rule: refuse
  steps: [{intent: deny}, {action: action_refuse}]
- rule: start over
  steps: [{intent: inform, entities: [shelf]}, {action: loan_form}]
- rule: pick
  steps: [{intent: pick}, {action: action_suggest}]
- rule: start
  condition: [{active_loop: null}]
  steps: [{intent: borrow}, {action: loan_form}, {active_loop: loan_form}]
- rule: submit
  condition: [{active_loop: loan_form}]
  steps:
  - action: loan_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: action_lend
stories:
- story: satisfied
  steps: [{action: action_suggest}, {or: [{intent: affirm}, {intent: deny}]}, {action: utter_good}]
- story: with a checkpoint
  steps: [{checkpoint: somewhere}, {action: utter_bye}]
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
- intent: borrow
  examples: |
    - I want to borrow [Emma](title)
- intent: out_of_scope
  examples: |
    - order a pizza
"""
TESTS = """
stories:
- story: lend
  steps:
  - user: hello
    intent: greet
  - action: utter_greet
  - user: I want to borrow [Emma](title)
    intent: borrow
  - action: loan_form
  - active_loop: loan_form
  - intent: hours
  - action: utter_hours
  - action: loan_form
  - active_loop: null
  - action: action_lend
- story: wrong
  steps:
  - intent: goodbye
  - action: utter_greet
"""
ACTIONS = """
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.events import (
    ActionExecuted, AllSlotsReset, FollowupAction, SessionStarted, SlotSet, UserUtteranceReverted
)
from actions.catalogue import BOOKS

class Validate(FormValidationAction):
    def name(self):
        return "validate_loan_form"

    def validate_title(self, value, dispatcher, tracker, domain):
        if value.lower() == "nothing":
            return {"title": None, "requested_slot": None}
        if value in BOOKS:
            return {"title": value}
        dispatcher.utter_message(response="utter_unknown", title=value.upper())
        return {"title": None}

class AskSure(Action):
    def name(self):
        return "action_ask_sure"

    def run(self, dispatcher, tracker, domain):
        buttons = [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]
        dispatcher.utter_message(text=f"{tracker.get_slot('title')}?", buttons=buttons)
        return []

class Lend(Action):
    def name(self):
        return "action_lend"

    async def run(self, dispatcher, tracker, domain):
        if not tracker.get_slot("sure"):
            dispatcher.utter_message(response="utter_cancelled")
            return [AllSlotsReset()]
        count = tracker.get_slot("loans") + 1
        dispatcher.utter_message(response="utter_lent", count=count)
        return [AllSlotsReset(), SlotSet("loans", count)]

class Suggest(Action):
    def name(self):
        return "action_suggest"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Emma is fine.")
        if tracker.active_loop_name:
            return [UserUtteranceReverted(), FollowupAction(tracker.active_loop_name)]
        return []

class Refuse(Action):
    def name(self):
        return "action_refuse"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name())

class Begin(Action):
    def name(self):
        return "action_session_start"

    def run(self, dispatcher, tracker, domain):
        is_member = tracker.sender_id == "member"
        events = [SessionStarted(), SlotSet("member", is_member), ActionExecuted("action_listen")]
        return events
"""
SKILL = """
from bot.rasa.skill import RasaSkill

class Library(RasaSkill):
    pass
"""


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[[str], Path]:
    """Write the project's folder, as a skill of a name."""

    def make(name: str) -> Path:
        folder = tmp_path / "skills" / name
        for place in ("data", "actions", "tests"):
            (folder / place).mkdir(parents=True)
        (folder / "__init__.py").write_text(SKILL)
        (folder / "domain.yml").write_text(DOMAIN)
        (folder / "data" / "rules.yml").write_text(RULES)
        (folder / "data" / "nlu.yml").write_text(NLU)
        (folder / "tests" / "test_stories.yml").write_text(TESTS)
        (folder / "actions" / "__init__.py").write_text("")
        (folder / "actions" / "actions.py").write_text(ACTIONS)
        (folder / "actions" / "catalogue.py").write_text("BOOKS = ('Emma', 'Ulysses')\n")
        return folder

    return make


@pytest.fixture
def project(make_project: Callable[[str], Path]) -> Path:
    return make_project("library")


@pytest.fixture(autouse=True)
def no_actions_of_others() -> Iterator[None]:
    """Forget the package `actions` of other tests."""
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] == "actions"]:
        del sys.modules[name]
