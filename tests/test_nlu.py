"""From a message to a turn."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import Entity, Intent, Message
from bot.entities import EntityPatterns
from bot.nlu import LONGEST, Interpreter, clauses_of, has_words, payload_in, printable
from bot.nlu_data import NluData
from bot.types import Parse


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def interpreter(heard: list[str]) -> Interpreter:
    nlu = NluData(synonyms={"nyc": "New York"}, lookups={"city": ("NYC",)})

    def classify(texts: Sequence[str]) -> list[Parse]:
        heard.extend(texts)
        return [Parse((Intent("greet", 0.9),), ()) for _ in texts]

    return Interpreter(classify, EntityPatterns(nlu), {"greet", "faq"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/greet", ("greet", ())),
        ("  /greet\n", ("greet", ())),
        ('/faq{"answer": "refund"}', ("faq", (Entity("answer", "refund", 0, 0),))),
        ('/faq {"n": [1, "b"]}', ("faq", (Entity("n", "1", 0, 0), Entity("n", "b", 0, 0)))),
        ("/unknown", None),
        ("/faq{answer}", None),
        ('/faq{"answer": }', None),
        ("/greet and more", None),
        ("greet", None),
        ("/", None),
    ],
)
def test_a_payload_is_taken_at_its_word_and_a_malformed_one_is_text(
    text: str, expected: object
) -> None:
    assert payload_in(text, {"greet", "faq"}) == expected


def test_a_picture_comes_first_whatever_is_said_beside_it(interpreter: Interpreter) -> None:
    silent = interpreter.understand(Message("ana", images=(Path("a.jpg"),)))
    spoken = interpreter.understand(Message("ana", "hello", unreadable=("It is damaged.",)))

    assert [intent.name for intent in silent.ranking] == ["image"]
    assert [intent.name for intent in spoken.ranking] == ["image", "greet"]


def test_a_pressed_button_is_not_classified(interpreter: Interpreter, heard: list[str]) -> None:
    turn = interpreter.understand(Message("ana", '/faq{"answer": "refund"}'))

    assert turn.intent == Intent("faq", 1.0)
    assert turn.entity("answer") == "refund"
    assert heard == []


def test_patterns_and_synonyms_add_entities(interpreter: Interpreter) -> None:
    turn = interpreter.understand(Message("ana", "hello from nyc"))

    assert turn.entities == (Entity("city", "New York", 11, 14),)


@pytest.mark.parametrize("text", ["", "   ", "🙃🙃", "?!…", "\x00\x01"], ids=repr)
def test_what_has_no_words_is_out_of_scope(
    interpreter: Interpreter, heard: list[str], text: str
) -> None:
    assert interpreter.understand(Message("ana", text)).intent.name == "out_of_scope"
    assert heard == []


def test_a_picture_without_words_is_an_image(interpreter: Interpreter) -> None:
    turn = interpreter.understand(Message("ana", images=(Path("a.png"),)))

    assert turn.intent.name == "image"


def test_an_enormous_message_is_cut_for_understanding_and_kept_whole(
    interpreter: Interpreter, heard: list[str]
) -> None:
    turn = interpreter.understand(Message("ana", "word " * 20_000))

    assert len(heard[0]) == LONGEST
    assert len(turn.message.text) == 100_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x1bc", "a b c"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("שלום עולם", "שלום עולם"),
        ("a\u202eb", "a\u202eb"),
        ("👩\u200d🎓", "👩\u200d🎓"),
        ("\ud800", " "),
    ],
    ids=["control", "layout", "right-to-left", "direction mark", "joined emoji", "lone surrogate"],
)
def test_control_characters_become_spaces_and_nothing_moves(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("你好", True), ("3", True), ("…", False)])
def test_words_are_letters_and_digits_of_any_script(text: str, expected: bool) -> None:
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("thanks, and when does it start?", ("thanks,", "and when does it start?")),
        ("Hello! Is it free? I mean, now", ("Hello!", "Is it free?", "I mean,", "now")[:0]),
        ("谢谢。什么时候开始？", ("谢谢。", "什么时候开始？")),
        ("when does it start?", ()),
        ("3,5 or 4.5 hours", ()),
        ("thanks! 🙂", ()),
    ],
    ids=["two", "too many", "no spaces", "one", "numbers", "no words"],
)
def test_a_message_has_clauses_if_they_are_several_but_few(
    text: str, clauses: tuple[str, ...]
) -> None:
    assert clauses_of(text) == clauses


def test_clauses_are_understood_in_the_same_call_and_a_single_one_costs_nothing(
    interpreter: Interpreter, heard: list[str]
) -> None:
    turn = interpreter.understand(Message("ana", "Hi. Is it in NYC?"))
    assert heard == ["Hi. Is it in NYC?", "Hi.", "Is it in NYC?"]
    assert [part.message.text for part in turn.parts] == ["Hi.", "Is it in NYC?"]
    assert [part.entity("city") for part in turn.parts] == [None, "New York"]

    interpreter.understand(Message("ana", "Is it in NYC?"))
    assert heard[3:] == ["Is it in NYC?"]
