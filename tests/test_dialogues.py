"""Dialogues as YAML: what they ask for is checked, and mistakes in them are named with line."""

import re
from pathlib import Path

import pytest

from bot.config import PROJECT
from bot.dialogues import Dialogue, Step, failure, read_dialogues
from bot.errors import DataError
from bot.testing import turn
from bot.types import Button, Message, Outcome, Reply

WHOLE = """
- dialogue: colours
  turns:
  - user: paint it
    skill: painter
    says: [which colour]
    buttons: [Red, Blue]
  - press: Red
    again: ["all right: red"]
    slots: {colour: red, size: null, coats: 2}
"""
RED = Button("Red", '/paint{"colour": "red"}')


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "colours.yml"


def painter(message: Message) -> Outcome:
    """Ask for the colour, and take whatever is pressed for red."""
    said = turn(message.text, "paint")
    if not message.text.startswith("/"):
        return Outcome(said, "painter", (Reply("In which colour?", buttons=(RED,)),))
    replies = (Reply("Painting."), Reply("All right, red."))
    return Outcome(said, "painter", replies, {"colour": "red", "coats": 2})


def test_a_dialogue_is_read_as_written(file: Path) -> None:
    file.write_text(WHOLE)

    assert read_dialogues(file) == [
        Dialogue(
            "colours",
            (
                Step("paint it", None, "painter", ("which colour",), (), ("Red", "Blue")),
                Step(
                    press="Red",
                    again=("all right: red",),
                    slots={"colour": "red", "size": None, "coats": "2"},
                ),
            ),
        )
    ]


def test_the_example_in_the_documentation_can_be_read(file: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / "data" / "README.md").read_text(), re.S)
    (text,) = (block for block in blocks if "dialogue:" in block)
    file.write_text(text)

    assert len(read_dialogues(file)[0].steps) == 4


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_may_hold_no_dialogue(file: Path, text: str) -> None:
    file.write_text(text)
    assert read_dialogues(file) == []


ASKS = Step("paint it", skill="painter", says=("which colour",), buttons=("Red",))
PRESSES = Step(press="Red", says=("Painting",), again=("red",), slots={"colour": "red"})


def test_a_dialogue_that_goes_as_written_has_no_failure() -> None:
    forgets = Step("paint", slots={"colour": None})

    assert failure(painter, Dialogue("colours", (ASKS, PRESSES, forgets)), "tester") is None


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((Step("hello", skill="other"),), "at “hello”: painter answers, not other"),
        ((ASKS, Step(press="Blue")), "“Blue” is not among the buttons"),
        ((Step(press="Red"),), "“Red” is not among the buttons"),
        ((Step("a", says=("no",), again=("yes",)),), "not said: “no”, not asked again: “yes”"),
        ((Step("a", buttons=("Red", "Blue")),), "no button “Blue”"),
        ((ASKS, Step(press="Red", slots={"colour": "blue"})), "at “Red”: slot colour is 'red'"),
        ((ASKS, Step(press="Red", slots={"coats": "1"})), "slot coats is 2"),
        ((ASKS, Step(press="Red", slots={"colour": None})), "slot colour is 'red'"),
    ],
    ids=["skill", "button", "no reply yet", "texts", "offer", "slot", "number", "not forgotten"],
)
def test_the_first_step_that_goes_astray_is_said(steps: tuple[Step, ...], fault: str) -> None:
    found = failure(painter, Dialogue("colours", steps), "tester")

    assert found is not None
    assert fault in found


TURN = "- dialogue: a\n  turns:\n  - user: b\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("- dialogue: [", 1, "not valid YAML"),
        ("dialogue: a", 1, "Begin each of its items with '- dialogue: name'"),
        ("- turns:\n  - user: a", 1, "no 'dialogue'. Add"),
        ("- dialogue: a", 1, "no 'turns'. Add"),
        ("- dialogue:\n  turns:\n  - user: a", 1, "name of a dialogue should be a text"),
        ("- dialogue: a\n  turns: []", 2, "'a' has no turns. Add"),
        (f"{TURN}\n- dialogue: a\n  turns:\n  - user: b", 5, "'a' is the name of two dialogues"),
        ("- dialogue: a\n  turns:\n  - skill: b", 3, "either 'user', what is written, or 'press'"),
        (f"{TURN}    press: c", 3, "Keep one of them"),
        (f"{TURN}    sais: [c]", 4, "Unknown key 'sais'"),
        (f"{TURN}    says: c", 4, "'says' should be a list"),
        (f"{TURN}    slots: c", 4, "'slots' should be 'key: value' lines"),
        (f"{TURN}    slots: {{c: [d]}}", 4, "Slot 'c' should be a text"),
        (f"{TURN}    slots: {{c: d, c: e}}", 4, "'c' stands here twice"),
        (f"{TURN}    slots: {{[c]: e}}", 4, "Unknown key that is no text"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(
    file: Path, text: str, line: int, reason: str
) -> None:
    file.write_text(text)

    with pytest.raises(DataError) as caught:
        read_dialogues(file)
    assert str(caught.value).startswith(f"{file}, line {line}: ")
    assert reason in str(caught.value)
