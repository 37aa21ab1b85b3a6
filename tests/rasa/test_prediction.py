"""What comes next: loops, rules before stories, longer before shorter."""

import logging
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DataError
from bot.rasa.conversation import Conversation, after, begun
from bot.rasa.domain import Domain, read_domain
from bot.rasa.prediction import Prediction
from bot.rasa.stories import Pattern, patterns_of, read_stories

SLOTS: dict[str, Any] = {
    "member": {"type": "bool"},
    "city": {"type": "text"},
    "note": {"type": "any", "influence_conversation": False},
}
DOMAIN = Domain(
    {"intents": [], "actions": [], "slots": SLOTS, "forms": {"form": {}}, "responses": {}}
)


def conversation(*steps: str, **slots: Any) -> Conversation:
    """Go through steps: `?intent`, `+loop`, `-` (the loop's end), or an action."""
    state = begun(DOMAIN)
    for name, value in slots.items():
        state = after(state, {"event": "slot", "name": name, "value": value}, DOMAIN)
    for step in steps:
        event = {"event": "action", "name": step}
        if step[0] == "?":
            event = {"event": "user", "parse_data": {"intent": {"name": step[1:]}}}  # type: ignore[dict-item]
        elif step[0] in "+-":
            event = {"event": "active_loop", "name": step[1:] or None}  # type: ignore[dict-item]
        state = after(state, event, DOMAIN)
    return state


def read(tmp_path: Path, text: str) -> Prediction:
    file = tmp_path / "stories.yml"
    file.write_text(text)
    return Prediction(DOMAIN, patterns_of(read_stories([file])))


PROJECT = """
rules:
- rule: ask
  steps: [{intent: ask}, {action: answer}]
- rule: ask as a member
  condition: [{slot_was_set: [{member: true}]}]
  steps: [{intent: ask}, {action: answer_member}]
- rule: submit
  condition: [{active_loop: form}]
  steps: [{action: form}, {active_loop: null}, {action: done}]
stories:
- story: ask
  steps: [{intent: ask}, {action: by_story}]
- story: ask twice
  steps: [{intent: greet}, {action: welcome}, {intent: more}, {action: again}, {intent: "yes"},
    {action: fine}]
- story: set
  steps: [{intent: where}, {slot_was_set: [{city: anything}]}, {action: there}]
- story: noted
  steps: [{intent: note}, {slot_was_set: [{note: x}]}, {action: noted}]
"""


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (conversation(), "action_listen"),
        (conversation("?ask"), "answer"),
        (conversation("?ask", member=True), "answer_member"),
        (conversation("?ask", "answer"), "action_listen"),
        (conversation("?else"), None),
        (conversation("?more"), None),
        (conversation("?greet", "welcome", "?more"), "again"),
        (conversation("?ask", "answer", "?greet", "welcome", "?more"), "again"),
        (conversation("?where"), None),
        (conversation("?where", city="Lima"), "there"),
        (conversation("?note"), "noted"),
        (conversation("+form", "?ask"), "form"),
        (conversation("+form", "?ask", "form"), "action_listen"),
        (conversation("+form", "form", "-"), "done"),
        (conversation("+form", "?ask", "form", "?x", "form", "-"), "done"),
        (conversation("+form", "?ask", "answer"), "form"),
    ],
)
def test_what_comes_next(tmp_path: Path, state: Conversation, action: str | None) -> None:
    assert read(tmp_path, PROJECT).next_action(state) == action


def test_a_loop_that_rejects_leaves_the_message_to_the_rules(tmp_path: Path) -> None:
    rejected = {"event": "action_execution_rejected", "name": "form"}
    state = after(conversation("+form", "?ask"), rejected, DOMAIN)

    assert read(tmp_path, PROJECT).next_action(state) == "answer"


def test_what_an_action_wants_next_comes_next(tmp_path: Path) -> None:
    state = after(conversation("?ask"), {"event": "followup", "name": "form"}, DOMAIN)

    assert read(tmp_path, PROJECT).next_action(state) == "form"


def test_turns_within_a_loop_leave_one_step() -> None:
    state = conversation("?ask", "+form", "form", "?a", "form", "?b", "form")

    assert state.steps == (("intent", "ask"), ("action", "form"))
    between = conversation("+form", "form", "?a", "answer", "form")
    assert [name for _, name in between.steps] == ["form", "a", "answer", "form"]


def test_taking_back_a_message_leaves_what_was_before() -> None:
    state = after(conversation("?ask", "answer", "?more", "again"), {"event": "rewind"}, DOMAIN)

    assert state.steps == (("intent", "ask"), ("action", "answer"))


def test_an_or_gives_a_pattern_for_each(tmp_path: Path) -> None:
    steps = "[{or: [{intent: a}, {intent: b}]}, {action: c}]"
    found = read(tmp_path, f"rules: [{{rule: r, steps: {steps}}}]").patterns

    assert [pattern.before for pattern in found] == [(("intent", "a"),), (("intent", "b"),)]
    assert all(isinstance(pattern, Pattern) and pattern.action == "c" for pattern in found)


def test_a_story_that_is_not_supported_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = read(tmp_path, "stories: [{story: odd, steps: [{bot: hello}]}]").patterns

    assert found == []
    assert "'odd' is left out: {'bot': 'hello'} is not supported" in caplog.text


def test_mistakes_in_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text("slots: [a]")
    with pytest.raises(DataError, match=r"domain\.yml: 'slots' should be a dict"):
        read_domain(tmp_path)
    with pytest.raises(DataError, match=r"stories\.yml is not valid YAML"):
        read(tmp_path, "stories: [")
    with pytest.raises(DataError, match=r"stories\.yml: an item of 'rules' should be a mapping"):
        read(tmp_path, "rules: [a]")
    with pytest.raises(DataError, match=r"stories\.yml should hold keys"):
        read(tmp_path, "- a")


def test_a_domain_can_be_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "a.yml").write_text("intents: [a]\nslots: {s: {type: text}}")
    (tmp_path / "domain" / "b.yml").write_text("intents: [b: {use_entities: []}]\nforms: {f: {}}")
    found = read_domain(tmp_path)

    assert found.intents == ("a", "b")
    assert found.initial() == {"s": None}
    assert found.required("f") == ()
