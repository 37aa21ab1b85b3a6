"""Ranges of hours, prices and days are read as people mean them."""

from datetime import date

import pytest

from skills.courses.dialogue.constraints import Range
from skills.courses.dialogue.understanding.quantities import hours_in, price_in, starts_in

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("under 10 hours", Range(at_most=10.0)),
        ("not more than 10 hours", Range(at_most=10.0)),
        ("at least 30 hours", Range(at_least=30.0)),
        ("between 5 and 20 hours", Range(5.0, 20.0)),
        ("5-20h", Range(5.0, 20.0)),
        ("about 20 hours", Range(15.0, 25.0)),
        ("10 hours", Range(at_most=10.0)),
        ("two weeks", Range(at_most=10.0)),
        ("less than a day", Range(at_most=8.0)),
        ("half a day", Range(at_most=4.0)),
        ("1.5 hours", Range(at_most=1.5)),
        ("weekend", Range(at_most=10.0)),
        ("at most 10", Range(at_most=10.0)),
        ("10", Range()),
        ("ten years", Range()),
        ("5 hours a week", Range()),
        ("less than a week", Range(at_most=5.0)),
        ("no number at all", Range()),
    ],
)
def test_hours_are_read(text: str, hours: Range[float]) -> None:
    assert hours_in(text) == hours


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("at most 50 dollars", Range(at_most=50.0)),
        ("free", Range(at_most=0.0)),
        ("$1,200 or less", Range(at_most=1200.0)),
        ("more than $100", Range(at_least=100.0)),
        ("between 50 and 100 dollars", Range(50.0, 100.0)),
    ],
)
def test_prices_are_read(text: str, price: Range[float]) -> None:
    assert price_in(text) == price


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("next month", Range(date(2026, 12, 1), date(2026, 12, 31))),
        ("in January", Range(date(2027, 1, 1), date(2027, 1, 31))),
        ("before March", Range(at_most=date(2027, 3, 1))),
        ("from February", Range(at_least=date(2027, 2, 1))),
        ("between January and March", Range(date(2027, 1, 1), date(2027, 3, 31))),
        ("now", Range(TODAY, date(2026, 12, 15))),
        ("gibberish", Range()),
    ],
)
def test_starts_are_read(text: str, starts: Range[date]) -> None:
    assert starts_in(text, TODAY) == starts
