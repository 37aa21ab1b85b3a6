"""What messages fill slots with."""

from typing import Any

import pytest

from bot.rasa.conversation import Conversation
from bot.rasa.domain import Domain
from bot.rasa.slots import extracted

CITY = {"type": "from_entity", "entity": "city"}
ORIGIN = {"type": "from_entity", "entity": "city", "role": "origin"}
IN_FORM = {"conditions": [{"active_loop": "trip", "requested_slot": "a"}]}


def domain(a: dict[str, Any], b: dict[str, Any] | None = None, kind: str = "text") -> Domain:
    slots = {"a": {"type": kind, "mappings": [a]}}
    if b:
        slots["b"] = {"type": "text", "mappings": [b]}
    forms = {"trip": {"required_slots": list(slots)}}
    return Domain({"intents": [], "actions": [], "slots": slots, "forms": forms, "responses": {}})


def said(
    intent: str = "inform", loop: str | None = None, asked: str | None = None, **entities: Any
) -> Conversation:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    message = {"text": "to Lima", "intent": {"name": intent}, "entities": found}
    return Conversation({"requested_slot": asked}, loop, message=message)


@pytest.mark.parametrize(
    ("mapping", "state", "value"),
    [
        (CITY, said(city="Lima"), "Lima"),
        (CITY, said(town="Lima"), None),
        (ORIGIN, said(city="Lima"), None),
        ({**CITY, "intent": "book"}, said(city="Lima"), None),
        ({**CITY, "intent": ["inform", "book"]}, said(city="Lima"), "Lima"),
        ({**CITY, "not_intent": "inform"}, said(city="Lima"), None),
        ({"type": "from_text"}, said(), "to Lima"),
        ({"type": "from_text", **IN_FORM}, said(), None),
        ({"type": "from_text", **IN_FORM}, said(loop="trip", asked="b"), None),
        ({"type": "from_text", **IN_FORM}, said(loop="trip", asked="a"), "to Lima"),
        ({**CITY, "conditions": [{"active_loop": None}]}, said(loop="trip", city="Lima"), None),
        ({"type": "from_intent", "intent": "affirm", "value": True}, said("affirm"), True),
        ({"type": "from_intent", "intent": "deny", "value": False}, said("deny"), False),
        ({"type": "from_intent", "intent": "deny", "value": False}, said("affirm"), None),
        ({"type": "from_trigger_intent", "intent": "inform", "value": 1}, said(loop="trip"), None),
        ({"type": "custom"}, said(city="Lima"), None),
    ],
)
def test_a_mapping_gives_a_value_where_it_applies(
    mapping: dict[str, Any], state: Conversation, value: Any
) -> None:
    assert extracted(state, domain(mapping)).get("a") == value


def test_what_begins_a_form_gives_its_value_and_no_text() -> None:
    state = said("book", loop="trip")
    trigger = {"type": "from_trigger_intent", "intent": "book", "value": "a trip"}

    assert extracted(state, domain(trigger, {"type": "from_text"}), True) == {"a": "a trip"}


def test_a_list_takes_all_entities_and_another_slot_the_last() -> None:
    entities = [{"entity": "city", "value": city} for city in ("Lima", "Oslo")]
    state = Conversation(message={"intent": {"name": "inform"}, "entities": entities})

    assert extracted(state, domain(CITY, kind="list"))["a"] == ["Lima", "Oslo"]
    assert extracted(state, domain(CITY))["a"] == "Oslo"


def test_an_entity_that_two_slots_of_a_form_could_take_fills_the_one_asked_for() -> None:
    both = domain(CITY, CITY)

    assert extracted(said(loop="trip", asked="b", city="Lima"), both) == {"b": "Lima"}
    assert extracted(said(loop="trip", city="Lima"), both) == {}
    apart = domain(ORIGIN, CITY)
    assert extracted(said(loop="trip", city="Lima"), apart) == {"b": "Lima"}


def test_false_and_nothing_are_values_of_a_slot() -> None:
    deny = {"type": "from_intent", "intent": "deny", "value": False}

    assert extracted(said("deny"), domain(deny)) == {"a": False}
