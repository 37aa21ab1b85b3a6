"""Which turns are worth a look, in which order, and why."""

import pytest

from bot import Example, Intent
from bot.review.ranking import Item
from tests.review.logs import Log


@pytest.fixture
def log() -> Log:
    return Log()


def reasons(item: Item) -> list[str]:
    return [doubt.reason for doubt in item.doubts]


@pytest.mark.parametrize(
    ("text", "ranking", "expected"),
    [
        ("a refund", {"faq": 0.9, "book": 0.1}, []),
        ("hm", {"out_of_scope": 0.9}, ["no skill answered it"]),
        ("hm", {"faq": 0.9}, ["no skill answered it", "faq declined it"]),
        ("hm", {"help": 0.9}, []),
        ("day of refund", {"book": 0.9}, ["booking declined it"]),
        ("a refund", {"faq": 0.5, "book": 0.2}, ["unsure: faq 50%"]),
        ("a refund", {"faq": 0.7, "book": 0.6}, ["close: faq or book"]),
    ],
    ids=["sure", "fallback", "declined", "help", "another answered", "unsure", "close"],
)
def test_each_doubt_is_said_in_words(
    log: Log, text: str, ranking: dict[str, float], expected: list[str]
) -> None:
    log.say(text, **ranking)

    assert [reasons(item) for item in log.items()] == ([expected] if expected else [])


def test_bad_ratings_come_first_and_good_ones_are_no_reason(log: Log) -> None:
    for text, rating in (("refund a", 5), ("refund b", 3), ("refund c", 1), ("refund d", 2)):
        log.say(text, faq=0.99)
        log.bot.rate("ana", rating)
    log.say("hm", faq=0.3, book=0.3)

    assert [item.text for item in log.items()] == ["refund c", "refund d", "hm", "refund b"]


def test_a_skill_that_failed_is_a_reason(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    del log.skills["fallback"]
    log.say("hm", out_of_scope=0.9)

    assert reasons(log.items()[0]) == ["answering it failed"]


def test_a_text_comes_once_as_its_worthiest_turn(log: Log) -> None:
    for sender, text in (("ana", "Hm  what"), ("ben", "hm what"), ("cat", "hm what")):
        log.say(text, sender, out_of_scope=0.9)
    log.bot.rate("ben", 1)
    (item,) = log.items()

    assert reasons(item) == ["rated 1 of 5", "no skill answered it"]


def test_a_press_that_taught_leaves_no_doubt_but_a_bad_rating_does(log: Log) -> None:
    log.say("my money", faq=0.5)
    log.say('/faq{"answer": "price"}')
    assert log.items() == []

    log.bot.rate("ana", 2)
    assert [(item.text, reasons(item)) for item in log.items()] == [("my money", ["rated 2 of 5"])]


def test_the_answer_to_an_open_question_may_look_like_anything(log: Log) -> None:
    log.say("book", book=0.99)
    log.say("Friday", out_of_scope=0.4)

    assert log.items() == []


def test_what_holds_no_words_or_is_a_payload_is_not_asked_about(log: Log) -> None:
    log.say("🙃", out_of_scope=0.4)
    log.say("/help")
    log.bot.rate("ana", 1)

    assert log.items() == []


def test_versions_that_disagree_are_a_reason(log: Log) -> None:
    log.say("a refund", faq=0.99)
    now = {"a refund": Intent("book", 0.8)}

    assert reasons(log.items(now)[0]) == ["the version now in service understands book 80%"]
    assert log.items({"a refund": Intent("faq", 0.8)}) == []


def test_a_lesson_set_aside_is_shown_with_the_turn_it_is_about(log: Log) -> None:
    log.say("a refund", faq=0.99)
    log.feedback.add("faq", Example("a refund", "price"), "button", "ana", 3)
    log.feedback.add("intent", Example("see \\[x\\]", "book"), "button", "ana", 0)
    for learner in ("faq", "intent"):
        log.feedback.set_aside(log.feedback.waiting(learner), "another says otherwise")
    known, unknown = sorted(log.items(), key=lambda item: item.turn is None)

    assert known.turn and reasons(known) == ["button taught price: another says otherwise"]
    assert (unknown.text, unknown.turn) == ("see [x]", None)


def test_what_was_judged_never_comes_again_unless_it_is_said_again(log: Log) -> None:
    log.say("hm", out_of_scope=0.9)
    log.say("HM", "ben", out_of_scope=0.9)
    log.review().skip()
    assert log.items() == []

    log.say("hm", out_of_scope=0.9)
    assert [item.text for item in log.items()] == ["hm"]
