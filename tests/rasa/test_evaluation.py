"""A project's own test stories, as a command plays them."""

from pathlib import Path

from click.testing import CliRunner

from bot.__main__ import main
from bot.rasa.evaluation import played
from bot.rasa.files import yaml_files
from bot.rasa.skill import read_rules
from bot.rasa.stories import read_stories


def test_test_stories_are_played_and_what_fails_is_named(project: Path) -> None:
    shown = CliRunner().invoke(main, ["test-stories", str(project)])

    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "wrong: utter_greet was wanted, utter_bye comes",
        "5 of 6 actions are predicted, 1 of 2 stories as a whole.",
    ]


def test_texts_can_be_understood_in_place_of_the_intents_that_are_given(project: Path) -> None:
    found = read_stories(yaml_files(project / "tests"))[:1]
    wrong = {"intent": {"name": "goodbye"}}

    first, *others = played(found, read_rules(project), lambda text: wrong)

    assert (first.wanted, first.predicted) == ("utter_greet", "utter_bye")
    assert "loan_form" not in [each.predicted for each in others[:1]]


def test_a_project_without_test_stories_fails(project: Path) -> None:
    (project / "tests" / "test_stories.yml").unlink()

    shown = CliRunner().invoke(main, ["test-stories", str(project)])

    assert shown.exit_code == 1
    assert "0 of 0 actions" in shown.stdout
