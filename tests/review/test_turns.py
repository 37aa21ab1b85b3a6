"""Turns as they are put together from the log."""

from dataclasses import replace

import pytest

from bot import Intent, Message, Turn
from bot.review.turns import LoggedTurn, newest_turns
from tests.review.logs import Log


@pytest.fixture
def log() -> Log:
    return Log()


def turns(log: Log) -> list[LoggedTurn]:
    return newest_turns(log.store)


def test_a_turn_has_what_was_understood_and_answered_by_which_versions(log: Log) -> None:
    log.say("a refund please", faq=0.75, book=0.25)
    (turn,) = turns(log)

    assert [(intent.name, intent.confidence) for intent in turn.ranking] == [
        ("faq", 0.75),
        ("book", 0.25),
    ]
    assert (turn.version, turn.skill, turn.answers[0].version) == ("v0001", "faq", "v0007")
    assert turn.answered.startswith("**Money**")


def test_a_pressed_button_goes_on_with_the_turn_that_offered_it(log: Log) -> None:
    log.say("my money", faq=0.9)
    log.say('/faq{"answer": "price"}')
    (turn,) = turns(log)

    assert turn.pressed and turn.pressed.title == "What does it cost?"
    assert turn.answered == "Did you mean?\n\nWithin a week."


def test_a_turn_knows_the_exchanges_before_it_of_its_own_conversation(log: Log) -> None:
    for text in ("one", "two", "three"):
        log.say(text, help=1.0)
        log.say(f"{text} of ben", "ben", help=1.0)
    log.bot.restart("ben")
    log.say("four of ben", "ben", help=1.0)
    before = {turn.text: [said for said, _ in turn.before] for turn in turns(log)}

    assert before["three"] == ["one", "two"]
    assert before["two of ben"] == ["one of ben"]
    assert before["four of ben"] == []


def test_the_answer_to_an_open_question_is_known_as_such(log: Log) -> None:
    for text, intent in (("book", "book"), ("Friday?", "help"), ("Friday", "help")):
        log.say(text, **{intent: 0.5})

    assert [turn.answers_question for turn in turns(log)] == [False, False, True]


def test_only_the_newest_turns_are_read(log: Log) -> None:
    for number in range(7):
        log.say(f"number {number}", help=1.0)

    assert [turn.text for turn in newest_turns(log.store, 2)] == ["number 5", "number 6"]


def test_of_a_message_with_several_intents_the_answer_to_the_last_is_judged(log: Log) -> None:
    booking, asking = (_part(*each) for each in (("book", "book,"), ("faq", "a refund")))
    made = Turn(Message("ana", "book, a refund"), asking.ranking, parts=(booking, asking))
    replace(log.bot, understand=lambda _: made).handle(made.message)
    (turn,) = turns(log)

    assert [answer.skill for answer in turn.answers] == ["booking", "faq"]
    assert (turn.skill, turn.answer) == ("faq", turn.answers[1])


def _part(intent: str, text: str) -> Turn:
    return Turn(Message("ana", text), (Intent(intent, 1.0),))
