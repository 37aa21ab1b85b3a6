"""Texts and explanations as a terminal shows them."""

from pathlib import Path

import pytest

from bot.channels.display import (
    NOTHING_KNOWN,
    bar,
    harmless,
    known,
    picture_lines,
    shortened,
    why,
)
from bot.types import Entity, Intent, Message, Outcome, Reply, Turn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x07", "[31mred"),
        ("left \u202e right", "left  right"),
        ("half \ud83d of it", "half  of it"),
        ("שלום 你好 👩‍👩‍👧", "שלום 你好 👩‍👩‍👧"),
    ],
)
def test_what_steers_a_terminal_is_left_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_text_of_ordinary_length_is_shown_whole() -> None:
    assert shortened("word " * 100) == "word " * 100


@pytest.mark.parametrize("text", ["x" * 100_000, "line\n" * 20_000, "字" * 50_000])
def test_an_enormous_text_is_shown_by_its_beginning(text: str) -> None:
    shown = shortened(text)

    assert len(shown) < 1_100
    assert shown.count("\n") <= 13
    assert "more characters" in shown
    assert text.startswith(shown.split(" …")[0])


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, "    "), (0.5, "██  "), (0.53, "██▏ "), (1.0, "████"), (1.7, "████"), (-1.0, "    ")],
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, cells=4) == drawn


def outcome(*entities: Entity, **slots: object) -> Outcome:
    turn = Turn(
        Message("ada", "x"),
        (Intent("faq/refund", 0.75), Intent("greet", 0.25), Intent("thank", 0.004)),
        entities,
    )
    return Outcome(turn, "faq", (Reply("Yes."),), slots)


def test_an_explanation_names_skill_intents_entities_and_memory() -> None:
    city = Entity("city", "Boston", 0, 6, role="from", group="1")

    assert why(outcome(city, course="Python", gone=None)).splitlines() == [
        "Answered by faq",
        "Understood as",
        "   75% ██████   faq/refund",
        "   25% ██       greet",
        "Found in it",
        "  city as from in 1 = Boston",
        "Remembered",
        "  course = Python",
    ]


def test_an_explanation_can_do_without_bars_and_empty_parts() -> None:
    assert why(outcome(), bars=False).splitlines() == [
        "Answered by faq",
        "Understood as",
        "  faq/refund, 75%",
        "  greet, 25%",
    ]


def test_a_long_value_is_clipped_to_one_line() -> None:
    lines = why(outcome(note="a\nb " * 100)).splitlines()

    assert lines[-1].startswith("  note = a b a b")
    assert len(lines[-1]) < 80


def test_a_picture_is_shown_by_its_place() -> None:
    assert picture_lines(Reply("Look.", images=(Path("a/b.png"),))) == ["Picture: a/b.png"]


def test_of_a_stranger_it_is_said_that_nothing_is_known_and_how_to_tell_it() -> None:
    assert known({}) == NOTHING_KNOWN
    assert "my name is" in NOTHING_KNOWN


def test_what_is_known_cannot_steer_a_terminal() -> None:
    assert known({"name": "A\x1b[2Jna\nBo"}).startswith("  Name  A[2Jna Bo\n")
