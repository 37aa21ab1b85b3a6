"""The normal form of a text: one for the night and for the review."""

import pytest

from bot.wording import normal


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("  Hello,   WORLD! ", "hello world"), ("?!", "?!"), ("ＡＢＣ", "abc"), ("退款", "退款")],
    ids=["case and spacing", "only signs", "wide letters", "no spaces"],
)
def test_what_makes_no_difference_is_left_out(text: str, wanted: str) -> None:
    assert normal(text) == wanted
