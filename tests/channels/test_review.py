"""The review in a window: a key or two for each turn."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from bot import Intent
from bot.channels.choices import Choice
from bot.channels.review import ReviewApp
from bot.errors import StoreError
from bot.review.ranking import Item
from bot.review.session import Review
from tests.channels.fakes import PATIENCE
from tests.review.logs import Log


class FakeBacklog:
    """What waits in a log, and what a version would make of it."""

    def __init__(self, log: Log, now: dict[str, Intent] | None = None) -> None:
        self.log = log
        self.now = now

    def review(self) -> Review:
        return self.log.review()

    def parsed_again(self, report: Callable[[str], None]) -> list[Item]:
        return self.log.items(self.now)


@pytest.fixture
def log() -> Log:
    log = Log()
    log.say("hello there", help=0.99)
    for text in ("a refund", "my money"):
        log.say(text, faq=0.6, book=0.3)
        log.bot.rate("ana", 1)
    return log


@asynccontextmanager
async def window(
    log: Log, now: dict[str, Intent] | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[None]]:
    app = ReviewApp(lambda report: FakeBacklog(log, now))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "of" in shown(pilot, "progress") or shown(pilot, "why"))
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        yield pilot


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    for _ in range(int(PATIENCE * 100)):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("never came")


def shown(pilot: Pilot[None], name: str) -> str:
    part = pilot.app.query_one(f"#{name}", Static)
    return str(part.visual) if part.display else ""


def labels(pilot: Pilot[None]) -> list[str]:
    return [choice.title for choice in pilot.app.query(Choice)]


async def test_a_turn_is_shown_with_what_came_before_and_why(log: Log) -> None:
    async with window(log) as pilot:
        assert shown(pilot, "progress") == "1 of 2"
        assert shown(pilot, "why") == "rated 1 of 5"
        assert "hello there" in shown(pilot, "before")
        assert shown(pilot, "said") == "my money"
        assert shown(pilot, "answered") == "Did you mean?"
        assert shown(pilot, "meant").startswith(" 60% ")
        assert shown(pilot, "right") == "c  as understood: faq"
        assert labels(pilot)[:2] == [
            "How do I get a refund? (faq: refund)",
            "What does it cost? (faq: price)",
        ]


async def test_each_key_decides_at_once_and_undo_comes_back(log: Log) -> None:
    async with window(log) as pilot:
        await pilot.press("2")
        assert log.taught() == [("intent", "my money", "faq"), ("faq", "my money", "price")]
        assert (shown(pilot, "progress"), shown(pilot, "said")) == ("2 of 2", "a refund")
        await pilot.press("u")
        assert (log.taught(), shown(pilot, "said")) == ([], "my money")
        await pilot.press("space", "c")
        assert ("faq", "a refund", "refund") in log.taught()
        assert shown(pilot, "why") == "Nothing waits for review."
        await pilot.press("c", "o", "1", "slash", "u")
        assert shown(pilot, "said") == "a refund"


async def test_a_label_can_be_searched_and_chosen_by_its_number(log: Log) -> None:
    async with window(log) as pilot:
        await pilot.press("slash", *"book", "enter")
        assert not pilot.app.query_one(Input).display
        assert labels(pilot) == ["Book a course (book)"]
        await pilot.press("1")
        assert log.taught() == [("intent", "my money", "book")]


async def test_a_search_can_be_left_and_may_find_nothing(log: Log) -> None:
    async with window(log) as pilot:
        likely = labels(pilot)
        await pilot.press("slash", *"coq", "escape")
        assert labels(pilot) == likely
        await pilot.press("slash", *"zzz", "enter")
        assert shown(pilot, "status") == "No label fits “zzz”."
        assert (labels(pilot), log.taught()) == (likely, [])


async def test_a_label_can_be_clicked(log: Log) -> None:
    async with window(log) as pilot:
        await pilot.click(Choice)
        assert ("faq", "my money", "refund") in log.taught()


async def test_what_versions_disagree_on_joins_behind_the_turn_in_hand(log: Log) -> None:
    log.say("a refund then", "ben", faq=0.99)
    async with window(log, {"a refund then": Intent("book", 0.9)}) as pilot:
        assert (shown(pilot, "progress"), shown(pilot, "said")) == ("1 of 3", "my money")


async def test_an_error_of_the_database_is_said_and_decides_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise StoreError("The database cannot be used: locked.")

    async with window(log) as pilot:
        monkeypatch.setattr(log.reviews, "decide", locked)
        await pilot.press("c")
        assert shown(pilot, "status") == "The database cannot be used: locked."
        assert shown(pilot, "progress") == "1 of 2"


@pytest.mark.parametrize("width", [20, 80, 200])
async def test_all_that_can_be_chosen_is_in_the_window_at_any_width(log: Log, width: int) -> None:
    log.say("money " * 300 + "字" * 200, faq=0.5)
    log.bot.rate("ana", 1)
    async with window(log, size=(width, 24)) as pilot:
        parts = pilot.app.query("Choice, #right, #status, #progress")
        assert len(parts) >= 6
        assert all(0 <= part.region.x <= part.region.right <= width for part in parts)
        assert all(0 < part.region.y + 1 <= part.region.bottom <= 24 for part in parts)


async def test_a_log_with_nothing_in_it_is_no_mishap() -> None:
    async with window(Log()) as pilot:
        assert shown(pilot, "why") == "Nothing waits for review."
        await pilot.press("c", "1", "slash", "u", "q")
