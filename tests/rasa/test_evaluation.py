"""A project's own test stories, as a command plays them."""

from pathlib import Path

from click.testing import CliRunner

from bot.__main__ import main


def test_test_stories_are_played_and_what_fails_is_named(project: Path) -> None:
    shown = CliRunner().invoke(main, ["test-stories", str(project)])

    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "wrong: utter_greet was wanted, utter_bye comes",
        "5 of 6 actions are predicted, 1 of 2 stories as a whole.",
    ]


def test_a_project_without_test_stories_fails(project: Path) -> None:
    (project / "tests" / "test_stories.yml").unlink()

    shown = CliRunner().invoke(main, ["test-stories", str(project)])

    assert shown.exit_code == 1
    assert "0 of 0 actions" in shown.stdout
