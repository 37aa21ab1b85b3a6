"""What there is to learn tonight: data files and lessons, against what the version knows."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from bot.database import open_store
from bot.examples import write_examples
from bot.feedback import FeedbackStore
from bot.types import INTENT, OUT_OF_SCOPE, Example
from tests.training.colours import EXAMPLES, HELD_OUT, Colours
from training.learners import trainer_of
from training.tonight import Tonight, tonight_of

Seen = Callable[[], Tonight]


@pytest.fixture
def seen(colours: Colours) -> Seen:
    """See what there is to learn now."""

    def see() -> Tonight:
        trainer = trainer_of(colours.name, colours.settings)
        with closing(open_store(colours.settings.database)) as store:
            feedback = FeedbackStore(store)
            parent = colours.models.current(colours.name)
            return tonight_of(colours.name, trainer, feedback, parent, feedback.last())

    return see


def test_before_the_first_version_everything_is_new(seen: Seen) -> None:
    tonight = seen()

    assert {each.input: each.target for each in tonight.new} == EXAMPLES
    assert {each.input: each.target for each in tonight.fixed} == HELD_OUT
    assert (tonight.old, tonight.removed) == ((), ())
    assert tonight.added_targets == {"warm", "cold"}


def test_what_the_version_has_learnt_is_old(colours: Colours, seen: Seen) -> None:
    colours.night()
    colours.write({**EXAMPLES, "pink dawn": "warm", "grey fog": "dull"})
    tonight = seen()

    assert [each.input for each in tonight.new] == ["pink dawn", "grey fog"]
    assert [each.input for each in tonight.old] == list(EXAMPLES)
    assert tonight.added_targets == {"dull"}
    assert tonight.removed_targets == frozenset()


def test_what_left_the_files_is_removed_and_with_its_last_example_a_target(
    colours: Colours, seen: Seen
) -> None:
    colours.night()
    colours.write({"red apple": "warm", "orange peel": "warm"})
    tonight = seen()

    assert [each.input for each in tonight.removed] == ["blue sky", "green leaf"]
    assert tonight.removed_targets == {"cold"}
    assert tonight.new == ()


def test_lessons_of_a_target_that_was_removed_go_with_it_and_come_back_with_it(
    colours: Colours, seen: Seen
) -> None:
    colours.teach("teal vase", "cold")
    colours.night()
    colours.write({"red apple": "warm", "orange peel": "warm"})
    assert seen().removed_targets == {"cold"}

    assert colours.night(full=True).outcome == "promoted"  # most of what was known is gone
    assert colours.says("teal sea") is None
    colours.write(EXAMPLES)
    assert Example("teal vase", "cold") in seen().new


def test_a_lesson_is_new_until_a_version_has_learnt_it_and_then_old(
    colours: Colours, seen: Seen
) -> None:
    colours.night()
    colours.teach("teal vase", "cold")

    assert seen().new == (Example("teal vase", "cold"),)
    assert colours.night().outcome == "promoted"
    assert seen().new == ()
    assert Example("teal vase", "cold") in seen().old


def test_lessons_that_came_after_the_night_began_wait(colours: Colours) -> None:
    colours.teach("teal vase", "cold")
    trainer = trainer_of(colours.name, colours.settings)
    with closing(open_store(colours.settings.database)) as store:
        feedback = FeedbackStore(store)
        until = feedback.last()
        colours.teach("mauve silk", "warm")
        tonight = tonight_of(colours.name, trainer, feedback, None, until)

    assert [each.example.input for each in tonight.intake.learn] == ["teal vase"]


def test_lessons_of_a_version_that_was_rolled_back_are_set_aside(
    colours: Colours, seen: Seen
) -> None:
    colours.night()
    colours.teach("teal vase", "cold")
    colours.night()
    colours.models.roll_back(colours.name)
    tonight = seen()

    ((lesson, reason),) = tonight.intake.aside
    assert lesson.example.input == "teal vase"
    assert reason == "v0002 had learnt it, and was rolled back."
    assert tonight.new == ()


def test_seeing_changes_nothing(colours: Colours, seen: Seen) -> None:
    colours.teach("teal vase", "cold")
    colours.teach("old thing", "gone")
    seen()

    assert colours.lessons() == {"teal vase": "waits", "old thing": "waits"}


def test_out_of_scope_can_be_taught_to_the_intents_from_the_first(colours: Colours) -> None:
    with closing(open_store(colours.settings.database)) as store:
        feedback = FeedbackStore(store)
        feedback.add(INTENT, Example("who won", OUT_OF_SCOPE), "review", "ana", 1)
        trainer = trainer_of(INTENT, colours.settings)
        tonight = tonight_of(INTENT, trainer, feedback, None, feedback.last())

    assert tonight.new == (Example("who won", OUT_OF_SCOPE),)
    assert tonight.counts["new"] == 1


def test_what_a_person_has_reviewed_replaces_what_is_known(colours: Colours, seen: Seen) -> None:
    colours.night()
    with closing(open_store(colours.settings.database)) as store:
        again = Example("Red apple!", "cold")
        FeedbackStore(store).add(colours.name, again, "review", "a person", 1)
    tonight = seen()

    assert tonight.new == (again,)
    assert [each.input for each in tonight.removed] == ["red apple"]


def test_another_weight_is_new_and_nothing_is_removed(colours: Colours, seen: Seen) -> None:
    colours.night()
    first, *others = (Example(*each) for each in EXAMPLES.items())
    heavier = replace(first, weight=2.0)
    write_examples(colours.data / "examples.jsonl", [heavier, *others])
    tonight = seen()

    assert (tonight.new, tonight.changed, tonight.removed) == ((heavier,), (first,), ())
    assert (tonight.added_targets, tonight.removed_targets) == (frozenset(), frozenset())
