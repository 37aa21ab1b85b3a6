"""Dialogues as YAML: what they ask for is checked, and mistakes in them are named with line."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import PROJECT
from bot.dialogues.dialogue import Dialogue, Step, Wanted
from bot.dialogues.playing import Judged, failure, played
from bot.dialogues.reading import read_all, read_dialogues
from bot.errors import DataError
from bot.testing import turn
from bot.types import Button, Message, Outcome, Reply

WHOLE = """
- dialogue: colours
  profile: {name: Ana, rooms: 3}
  turns:
  - user: paint it
    skill: painter
    says: [which colour]
    buttons: [Red, Blue]
  - press: Red
    again: ["all right: red"]
    slots: {colour: red, size: null, coats: 2, shades: {dark: [wine, rust]}}
  - user: is it like this
    image: wall.jpg
    context: true
    intent: compare
    answer: paint_dries
    says_not: [blue]
  - image: [wall.jpg, rooms/door.jpg]
    context: false
"""
RED = Button("Red", '/paint{"colour": "red"}')


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "colours.yml"


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    """Files that are as good as pictures to whoever does not look into them."""
    (tmp_path / "rooms").mkdir()
    files = (tmp_path / "wall.jpg", tmp_path / "rooms" / "door.jpg")
    for each in files:
        each.touch()
    return files


def painter(message: Message) -> Outcome:
    """Ask for the colour, and take whatever is pressed for red."""
    said = turn(message.text, "paint")
    if message.images:
        return Outcome(said, "painter", (Reply(f"{len(message.images)} seen"),))
    if not message.text.startswith("/"):
        return Outcome(said, "painter", (Reply("In which colour?", buttons=(RED,)),))
    replies = (Reply("Painting."), Reply("All right, red."))
    slots = {"colour": "red", "coats": 2, "dry": True, "shades": {"dark": ["wine"], "pale": []}}
    return Outcome(said, "painter", replies, slots)


def nobody(sender_id: str, profile: Mapping[str, Wanted]) -> None:
    raise AssertionError(f"{sender_id} has no profile to introduce")


def play(*steps: Step) -> list[Judged]:
    return list(played(painter, Dialogue("colours", steps), "tester", nobody))


def test_a_dialogue_is_read_as_written(file: Path, pictures: tuple[Path, Path]) -> None:
    file.write_text(WHOLE)

    assert read_dialogues(file) == [
        Dialogue(
            "colours",
            (
                Step("paint it", None, "painter", ("which colour",), (), ("Red", "Blue")),
                Step(
                    press="Red",
                    again=("all right: red",),
                    slots={
                        "colour": "red",
                        "size": None,
                        "coats": "2",
                        "shades": {"dark": ("wine", "rust")},
                    },
                ),
                Step(
                    "is it like this",
                    intent="compare",
                    says_not=("blue",),
                    images=pictures[:1],
                    needs_context=True,
                    answer="paint_dries",
                ),
                Step(images=pictures),
            ),
            {"name": "Ana", "rooms": "3"},
        )
    ]


def test_the_example_in_the_documentation_can_be_read(file: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / "data" / "README.md").read_text(), re.S)
    (text,) = (block for block in blocks if "dialogue:" in block)
    file.write_text(text)

    assert len(read_dialogues(file)[0].steps) == 4


def test_the_example_in_the_readme_can_be_read(file: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / "README.md").read_text(), re.S)
    (text,) = (block for block in blocks if "dialogue:" in block)
    file.write_text(text)
    (file.parent / "photos").mkdir()
    (file.parent / "photos" / "blurred.jpg").touch()

    assert len(read_dialogues(file)[0].steps) == 4


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_a_file_may_hold_no_dialogue(file: Path, text: str) -> None:
    file.write_text(text)
    assert read_dialogues(file) == []


ASKS = Step("paint it", skill="painter", says=("which colour",), buttons=("Red",))
PRESSES = Step(press="Red", says=("Painting",), again=("red",), slots={"colour": "red"})


def test_a_dialogue_that_goes_as_written_has_no_failure() -> None:
    forgets = Step("paint", slots={"colour": None})
    dialogue = Dialogue("colours", (ASKS, PRESSES, forgets))

    assert failure(painter, dialogue, "tester", nobody) is None


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((Step("hello", skill="other"),), "at “hello”: painter answers, not other"),
        ((ASKS, Step(press="Blue")), "“Blue” is not among the buttons"),
        ((Step(press="Red"),), "“Red” is not among the buttons"),
        ((Step("a", says=("no",), again=("yes",)),), "not said: “no”, not asked again: “yes”"),
        ((Step("a", buttons=("Red", "Blue")),), "“Blue” is not among the buttons"),
        ((ASKS, Step(press="Red", slots={"colour": "blue"})), "at “Red”: slot colour is 'red'"),
        ((ASKS, Step(press="Red", slots={"coats": "1"})), "slot coats is 2"),
        ((ASKS, Step(press="Red", slots={"colour": None})), "slot colour is 'red'"),
        ((Step("a", intent="greet"),), "at “a”: paint is understood, not greet"),
        ((Step("a", says_not=("WHICH",)),), "at “a”: said: “WHICH”"),
        ((ASKS, Step(press="Red", says_not=("all right",))), "said: “all right”"),
        ((ASKS, Step(press="Red", again=("painting",))), "not asked again: “painting”"),
    ],
    ids=[
        *("skill", "button", "no reply yet", "texts", "offer", "slot", "number", "not forgotten"),
        *("intent", "said", "said in the last reply", "not in the last reply"),
    ],
)
def test_the_first_step_that_goes_astray_is_said(steps: tuple[Step, ...], fault: str) -> None:
    found = failure(painter, Dialogue("colours", steps), "tester", nobody)

    assert found is not None
    assert fault in found


@pytest.mark.parametrize(
    ("slots", "is_right"),
    [
        ({"dry": "true"}, True),
        ({"dry": "True"}, True),
        ({"dry": "false"}, False),
        ({"none": "null"}, False),
        ({"shades": {"dark": ("wine",)}}, True),
        ({"shades": {"dark": ("wine", "rust")}}, False),
        ({"shades": {"dark": "wine"}}, False),
        ({"shades": {"deep": None}}, True),
        ({"colour": {"dark": "wine"}}, False),
        ({"colour": ("r", "e", "d")}, False),
    ],
)
def test_a_slot_that_is_no_text_is_compared_by_what_it_holds(
    slots: dict[str, str], is_right: bool
) -> None:
    _, pressed = play(ASKS, Step(press="Red", slots=slots))

    assert pressed.is_right == is_right


def test_what_is_said_may_stand_in_any_reply_in_any_case() -> None:
    _, pressed = play(ASKS, Step(press="Red", says=("PAINTING", "all Right")))

    assert pressed.is_right


def test_each_turn_is_judged_though_one_before_it_went_wrong() -> None:
    turns = play(ASKS, Step(press="Blue"), Step(press="Red"), Step("more", skill="other"), ASKS)

    assert [turn.is_right for turn in turns] == [True, False, True, False, True]


def test_a_button_that_is_not_there_is_not_pressed() -> None:
    _, missing = play(ASKS, Step(press="Blue"))

    assert missing.outcome is None
    (found,) = missing.differences
    assert (found.what, found.wanted, found.got) == ("press", "Blue", "Red")


def test_pictures_are_sent_with_what_is_written_or_without(tmp_path: Path) -> None:
    seen: list[Message] = []

    def look(message: Message) -> Outcome:
        seen.append(message)
        return painter(message)

    wall = (tmp_path / "wall.jpg",)
    steps = (Step(images=wall, says=("1 seen",)), Step("and now?", images=wall))
    turns = list(played(look, Dialogue("walls", steps), "tester", nobody))

    assert [turn.is_right for turn in turns] == [True, True]
    assert [(message.text, message.images) for message in seen] == [("", wall), ("and now?", wall)]
    assert [step.sent for step in steps] == ["wall.jpg", "and now? wall.jpg"]


def test_a_profile_is_introduced_before_the_first_turn() -> None:
    known: list[object] = []
    dialogue = Dialogue("colours", (ASKS,), {"name": "Ana"})
    turns = played(painter, dialogue, "tester", lambda *who: known.append(who))

    next(turns)
    assert known == [("tester", {"name": "Ana"})]


STORIES = """
version: "3.1"
stories:
- story: a loan
  steps:
  - user: |
      I'd like [Emma](title) from the [north]{"entity": "branch"}
    intent: borrow
  - action: loan_form
  - active_loop: loan_form
  - slot_was_set:
    - title: Emma
  - intent: affirm
    user: |-
      yes
  - intent: deny
- story: nobody speaks
  steps:
  - intent: greet
  - action: utter_greet
- story: not a list
  steps: 5
"""


def test_test_stories_of_rasa_are_dialogues_of_texts_and_intents(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(STORIES)

    loan = (Step("I'd like Emma from the north", intent="borrow"), Step("yes", intent="affirm"))
    assert read_dialogues(file) == [Dialogue("a loan", loan)]
    assert "'not a list' is left out: its 'steps' is no list" in caplog.text


def test_stories_that_are_no_list_are_a_mistake(file: Path) -> None:
    file.write_text("stories: 5")

    with pytest.raises(DataError, match=r"colours\.yml: 'stories' should be a list"):
        read_dialogues(file)


def test_a_folder_stands_for_all_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b/c.yml", "a.yml", "b/a.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TURN)

    found = [file.relative_to(tmp_path).as_posix() for file, _ in read_all([tmp_path])]
    assert found == ["a.yml", "b/a.yml", "b/c.yml"]


def test_the_first_mistake_of_every_file_is_named(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("- dialog: a\n- dialog: b")

    with pytest.raises(DataError) as caught:
        read_all([tmp_path])
    first, second = str(caught.value).splitlines()
    assert "a.yml, line 1: Unknown key 'dialog'" in first
    assert "b.yml, line 1: Unknown key 'dialog'" in second


def test_files_without_a_dialogue_test_nothing_and_are_refused(file: Path) -> None:
    file.write_text("# nothing yet")

    with pytest.raises(DataError, match=r"There is no dialogue in .*colours\.yml"):
        read_all([file])


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
        (f"{TURN}    says: [c: d]", 4, "'says' should be a text. One with ': ' or a bracket"),
        (f"{TURN}    says: ['']", 4, "'says' should be a text, and not empty"),
        (f"{TURN}    slots: {{c: ''}}", 4, "'c' of slots should be a text, and not empty"),
        (f"{TURN}    slots: {{c: {{d: e, d: f}}}}", 4, "'d' stands here twice in 'c' of slots"),
        (f"{TURN}    image: none.jpg", 4, "There is no picture 'none.jpg'. Its path begins in"),
        (f"{TURN}    image: [none.jpg]", 4, "There is no picture 'none.jpg'"),
        (f"{TURN}    context: yes", 4, "'context' should be true or false"),
        ("- dialogue: a\n  turns:\n  - press: c\n    image: d.jpg", 3, "Keep one of them"),
        ("- dialogue: a\n  profile: b\n  turns:\n  - user: c", 2, "'profile' should be 'key: v"),
        (
            "- dialogue: a\n  profile: {b: ''}\n  turns:\n  - user: c",
            2,
            "'b' of profile should be a text",
        ),
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
