"""`nocturne fit`: whatever has no model yet, or one learner."""

import pytest
from click.testing import CliRunner

from tests.training.colours import Colours
from training.commands import fit


@pytest.fixture(autouse=True)
def only_colours(monkeypatch: pytest.MonkeyPatch, colours: Colours) -> None:
    monkeypatch.setattr("training.learners.learners", lambda settings: [colours.name])


def test_what_is_untrained_is_fitted(colours: Colours) -> None:
    shown = CliRunner().invoke(fit, [], obj=colours.settings)

    assert shown.stdout.startswith("colours: v0001 is in service after ")


def test_who_has_nothing_to_learn_from_stays_untrained_and_stops_nobody(colours: Colours) -> None:
    colours.write({})
    shown = CliRunner().invoke(fit, [], obj=colours.settings)

    assert shown.exit_code == 0
    assert shown.stderr.startswith("colours stays untrained: There are no examples")
    assert colours.current is None


def test_who_is_named_has_to_have_something_to_learn_from(colours: Colours) -> None:
    colours.write({})
    shown = CliRunner().invoke(fit, [colours.name], obj=colours.settings)

    assert shown.exit_code != 0
    assert "There are no examples for 'colours'" in str(shown.exception)
