"""The review by lines, as a pipe or a screen reader sees it."""

import pytest

from bot.channels.review_plain import review_plain
from bot.channels.review_text import HELP
from tests.review.logs import Log


@pytest.fixture
def log() -> Log:
    log = Log()
    for text in ("a refund", "my money"):
        log.say(text, faq=0.6, book=0.3)
        log.bot.rate("ana", 1)
    return log


def write(log: Log, *lines: str) -> list[str]:
    written: list[str] = []
    review_plain(log.review(), (f"{line}\n" for line in lines), written.append)
    return written


def test_a_turn_is_written_with_all_that_helps_to_judge_it(log: Log) -> None:
    assert write(log) == [
        "1 of 2. rated 1 of 5",
        "  before, user> a refund",
        "  before, bot> **Money** comes back. Soon.",
        "user> my money",
        "bot> Did you mean?",
        "understood: faq 60%, book 30%",
        "  c. as understood: faq",
        "  1. How do I get a refund? (faq: refund)",
        "  2. What does it cost? (faq: price)",
        "  3. Ask the academy (faq)",
        "  4. Book a course (book)",
    ]


@pytest.mark.parametrize(
    ("lines", "taught"),
    [
        (("2",), [("intent", "my money", "faq"), ("faq", "my money", "price")]),
        (("c",), [("intent", "my money", "faq")]),
        (("O",), [("intent", "my money", "out_of_scope")]),
        (("s",), []),
        (("/ book", "1"), [("intent", "my money", "book")]),
        (("/zzz", "1"), []),
        (("2", "u"), []),
        (("q", "c"), []),
        (("9",), []),
        (("", "what"), []),
    ],
    ids=repr,
)
def test_lines_decide_as_keys_do(
    log: Log, lines: tuple[str, ...], taught: list[tuple[str, str, str]]
) -> None:
    write(log, *lines)

    assert log.taught() == taught


def test_what_is_no_command_is_explained(log: Log) -> None:
    assert write(log, "what")[-1] == HELP


def test_when_all_is_done_undo_still_works(log: Log) -> None:
    written = write(log, "s", "s", "c", "u")

    assert written.count("Nothing waits for review.") == 2
    assert "2 of 2. rated 1 of 5" in written[-12:]
