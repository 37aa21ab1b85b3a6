"""Which skills may take a turn."""

import pytest

from bot.policy import Policy
from bot.types import OUT_OF_SCOPE, Context, Intent, Message, Turn

POLICY = Policy(
    owners={"greet": "chitchat", "faq": "faq", "affirm": "fallback", "give_contact": "handover"}
)
NO_QUESTION = Context()
OPEN = Context(active_skill="handover", requested_slot="contact")


def ranked(*ranking: tuple[str, float]) -> Turn:
    return Turn(Message("ana", "…"), tuple(Intent(name, share) for name, share in ranking))


@pytest.mark.parametrize(
    ("turn", "context", "bid", "expected"),
    [
        pytest.param(
            ranked(("greet", 0.7), ("faq", 0.05)),
            NO_QUESTION,
            None,
            ("chitchat", "fallback"),
            id="improbable intents' owners are not asked",
        ),
        pytest.param(
            ranked(("greet", 0.5), ("give_contact", 0.4)),
            NO_QUESTION,
            None,
            ("chitchat", "handover", "fallback"),
            id="owners in the order of the ranking",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            NO_QUESTION,
            None,
            ("fallback",),
            id="what is less likely than out of scope is nobody's",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            NO_QUESTION,
            0.2,
            ("faq", "fallback"),
            id="unless somebody bids",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            NO_QUESTION,
            0.05,
            ("fallback",),
            id="and not next to nothing",
        ),
        pytest.param(
            ranked(("greet", 0.5), ("faq", 0.45)),
            NO_QUESTION,
            0.6,
            ("faq", "chitchat", "fallback"),
            id="a bid counts in the place of its intents",
        ),
        pytest.param(
            ranked(("greet", 0.8), ("faq", 0.2)),
            NO_QUESTION,
            0.9,
            ("chitchat", "faq", "fallback"),
            id="an intent beyond doubt comes before all bids",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            OPEN,
            0.6,
            ("handover", "faq", "fallback"),
            id="who asked comes first",
        ),
        pytest.param(
            ranked(("faq", 0.79), ("greet", 0.2)),
            OPEN,
            0.79,
            ("handover", "faq", "chitchat", "fallback"),
            id="a likely change of subject is not enough",
        ),
        pytest.param(
            ranked(("faq", 0.8), ("greet", 0.2)),
            OPEN,
            0.8,
            ("faq", "chitchat", "handover", "fallback"),
            id="an unmistakable change of subject takes the turn",
        ),
        pytest.param(
            ranked(("affirm", 0.99)),
            OPEN,
            0.0,
            ("handover", "fallback"),
            id="yes is no change of subject",
        ),
        pytest.param(
            ranked(("vanished", 0.99)),
            NO_QUESTION,
            None,
            ("fallback",),
            id="an intent of nobody",
        ),
    ],
)
def test_candidates_come_in_order(
    turn: Turn, context: Context, bid: float | None, expected: tuple[str, ...]
) -> None:
    bids = {} if bid is None else {"faq": bid}

    assert tuple(POLICY.candidates(turn, context, lambda: bids)) == expected


def test_where_the_turn_is_clear_nobody_is_asked_to_bid() -> None:
    def refuse() -> dict[str, float]:
        raise AssertionError("asked to bid")

    candidates = POLICY.candidates(ranked(("greet", 0.9)), NO_QUESTION, refuse)

    assert next(candidates) == "chitchat"
