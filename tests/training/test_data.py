"""What is learnt and what is held out."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.examples import write_examples
from bot.types import Example
from training.data import deduplicated, fingerprint, hash_split, held_out

EXAMPLES = [Example(f"utterance {number}", f"intent {number % 3}") for number in range(1_000)]


def test_a_fingerprint_does_not_depend_on_the_order() -> None:
    assert fingerprint(EXAMPLES) == fingerprint(reversed(EXAMPLES))


@pytest.mark.parametrize(
    "changed",
    [
        replace(EXAMPLES[0], input="other"),
        replace(EXAMPLES[0], target="other"),
        replace(EXAMPLES[0], weight=0.5),
    ],
    ids=["input", "target", "weight"],
)
def test_a_fingerprint_depends_on_every_field(changed: Example) -> None:
    assert fingerprint([changed, *EXAMPLES[1:]]) != fingerprint(EXAMPLES)


def test_a_fingerprint_counts_duplicates() -> None:
    assert fingerprint([*EXAMPLES, EXAMPLES[0]]) != fingerprint(EXAMPLES)


def test_of_duplicates_the_first_place_and_the_last_weight_stay() -> None:
    examples = [Example("a", "x"), Example("b", "x"), Example("a", "y"), Example("a", "x", 0.0)]
    assert deduplicated(examples) == [
        Example("a", "x", 0.0),
        Example("b", "x"),
        Example("a", "y"),
    ]


def test_a_split_holds_out_about_the_share_and_loses_nothing() -> None:
    kept, held = hash_split(EXAMPLES, 0.2, "eval")
    assert 150 < len(held) < 250
    assert fingerprint([*kept, *held]) == fingerprint(EXAMPLES)


def test_an_example_keeps_its_side_whatever_is_added_or_relabelled() -> None:
    _, held = hash_split(EXAMPLES, 0.2, "eval")
    inputs = {example.input for example in held}
    later = [replace(example, target="new") for example in EXAMPLES[::2]]
    _, held_later = hash_split([Example("more", "x"), *later], 0.2, "eval")
    assert {example.input for example in held_later} - {"more"} == inputs & {
        example.input for example in later
    }


def test_a_larger_share_holds_out_what_a_smaller_one_does() -> None:
    _, small = hash_split(EXAMPLES, 0.1, "eval")
    _, large = hash_split(EXAMPLES, 0.3, "eval")
    assert set(small) < set(large)


def test_another_salt_is_another_split() -> None:
    assert hash_split(EXAMPLES, 0.2, "a") != hash_split(EXAMPLES, 0.2, "b")


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (1.0, 1_000)])
def test_a_split_may_hold_out_nothing_or_everything(share: float, count: int) -> None:
    assert len(hash_split(EXAMPLES, share, "eval")[1]) == count


def test_held_out_examples_are_read_from_the_data(tmp_path: Path) -> None:
    assert held_out(tmp_path) == []
    write_examples(tmp_path / "eval.jsonl", EXAMPLES[:3])
    assert held_out(tmp_path) == EXAMPLES[:3]
