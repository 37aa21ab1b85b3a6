"""The command `test`: dialogues are played to a whole bot, and what differs is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from bot.config import Settings
from bot.dialogues import command
from tests.tiny_encoder import write_tiny_encoder

PAINTER = """
from bot import Button, Reply, Skill

class Painter(Skill[None]):
    def bid(self, turn, context):
        return 1.0 if turn.message.images else None

    def run(self, turn, context):
        if turn.message.images:
            return Reply(f"I see {len(turn.message.images)}.")
        if turn.intent.name != "paint":
            return None
        colour = turn.entity("colour")
        if colour is None:
            name = context.profile.get("name", "stranger")
            red = Button("Red", '/paint{"colour": "red"}')
            return Reply(f"In which colour,\\n{name}?", buttons=(red,))
        return Reply(f"**Red** it is.", slots={"colour": colour})
"""
FALLBACK = """
from bot import Reply, Skill

class Fallback(Skill[None]):
    def run(self, turn, context):
        return Reply("I cannot do that.")
"""
RIGHT = """
- dialogue: colours
  profile: {name: Ana}
  turns:
  - user: /paint
    skill: painter
    intent: paint
    says: [which COLOUR, ana]
    buttons: [Red]
  - press: Red
    context: true
    says: ["**red**"]
    says_not: [blue]
    slots: {colour: red}
- dialogue: pictures
  turns:
  - image: wall.png
    skill: painter
    says: [I see 1]
  - user: "🙃"
    skill: fallback
- dialogue: nobody is known from before
  turns:
  - user: /paint
    says: [stranger]
    slots: {colour: null, name: null}
"""
WRONG = """
- dialogue: colours
  turns:
  - user: /paint
    skill: plumber
    says: [which tap, hot or cold]
    says_not: [stranger]
    buttons: [Blue]
    slots: {colour: red}
  - press: Blue
    context: true
  - press: Red
    context: true
    skill: painter
- dialogue: out of scope
  turns:
  - user: "🙃"
    skill: fallback
"""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_encoder(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def run(
    settings: Settings, encoder: str, make_skill: Callable[..., Path], tmp_path: Path
) -> Callable[..., Result]:
    """Write files, and run the command on them with a bot that paints."""
    make_skill("painter", PAINTER, paint=["paint it", "paint the wall"])
    make_skill("fallback", FALLBACK)
    Image.new("RGB", (64, 64), "red").save(tmp_path / "wall.png")

    def ran(text: str, *arguments: str, color: bool = False) -> Result:
        file = tmp_path / "dialogues.yml"
        file.write_text(text)
        values = replace(settings, encoder=encoder)
        return CliRunner().invoke(command.test, [str(file), *arguments], obj=values, color=color)

    return ran


def test_dialogues_that_go_as_written_end_well(run: Callable[..., Result]) -> None:
    shown = run(RIGHT)

    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "turns: 5 of 5 right",
        "dialogues: 3 of 3 right",
        "turns that need what was said before: 1 of 1 right",
        "turns that are for nobody: 1 of 1 right",
    ]
    assert shown.stderr == ""


def test_nothing_is_kept_of_dialogues(run: Callable[..., Result], settings: Settings) -> None:
    run(RIGHT)

    assert not settings.database.exists()
    assert not settings.pictures.exists()


def test_what_differs_is_printed_like_a_diff(run: Callable[..., Result], tmp_path: Path) -> None:
    shown = run(WRONG)

    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        f"{tmp_path / 'dialogues.yml'}: colours",
        "  turn 1: /paint",
        "    - skill: plumber",
        "    + skill: painter",
        "    - says: which tap",
        "    - says: hot or cold",
        "    - says_not: stranger",
        "    + says: In which colour,",
        "    + stranger?",
        "    - buttons: Blue",
        "    + buttons: Red",
        "    - slots.colour: red",
        "    + slots.colour: nothing",
        "    understood: paint 100%",
        "  turn 2: Blue",
        "    - press: Blue",
        "    + press: Red",
        "",
        "turns: 2 of 4 right",
        "dialogues: 1 of 2 right",
        "turns that need what was said before: 1 of 2 right",
        "turns that are for nobody: 1 of 1 right",
    ]


def test_json_has_the_figures_as_shares_and_every_turn_that_failed(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    shown = run(WRONG, "--json")

    assert shown.exit_code == 1
    found = json.loads(shown.stdout)
    first, second = found.pop("failures")
    assert found == {
        "turns": 4,
        "turns_right": 0.5,
        "dialogues": 2,
        "dialogues_right": 0.5,
        "context_turns": 2,
        "context_turns_right": 0.5,
        "out_of_scope_turns": 1,
        "out_of_scope_turns_right": 1.0,
    }
    assert first["differences"][0] == {"what": "skill", "wanted": "plumber", "got": "painter"}
    assert first["differences"][-1] == {"what": "slots.colour", "wanted": "red", "got": None}
    assert second == {
        "dialogue": "colours",
        "file": str(tmp_path / "dialogues.yml"),
        "turn": 2,
        "user": "Blue",
        "differences": [{"what": "press", "wanted": "Blue", "got": "Red"}],
    }


def test_json_of_what_does_not_occur_is_no_share(run: Callable[..., Result]) -> None:
    shown = run("- dialogue: a\n  turns:\n  - user: /paint", "--json")

    assert shown.exit_code == 0
    found = json.loads(shown.stdout)
    assert (found["turns_right"], found["failures"]) == (1.0, [])
    assert (found["context_turns"], found["context_turns_right"]) == (0, None)


def test_test_stories_of_rasa_are_judged_by_their_intents(run: Callable[..., Result]) -> None:
    said = "  - user: |\n      {}\n    intent: {}\n"
    steps = said.format("/paint", "paint") + said.format("🙃", "paint")
    shown = run(f"stories:\n- story: walls\n  steps:\n{steps}  - action: utter_done\n")

    assert shown.exit_code == 1
    assert "    - intent: paint\n    + intent: out_of_scope\n" in shown.stdout
    assert "turns: 1 of 2 right" in shown.stdout


def test_a_file_that_cannot_be_read_has_a_status_of_its_own(run: Callable[..., Result]) -> None:
    shown = run("- dialogue: a\n  turns:\n  - user: b\n    say: [c]\n")

    assert shown.exit_code == 2
    assert "dialogues.yml, line 4: Unknown key 'say' in a turn. Known keys: again," in shown.stderr
    assert shown.stdout == ""


def test_a_file_that_is_not_there_has_the_same_status(tmp_path: Path) -> None:
    shown = CliRunner().invoke(command.test, [str(tmp_path / "none.yml")])

    assert shown.exit_code == 2
    assert "none.yml' does not exist" in shown.stderr


def test_colours_are_those_of_a_diff(run: Callable[..., Result]) -> None:
    shown = run(WRONG, color=True)

    assert f"{click.style('    - skill: plumber', fg='red')}\n" in shown.stdout
    assert f"{click.style('    + skill: painter', fg='green')}\n" in shown.stdout
