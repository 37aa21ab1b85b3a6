"""Which skills may take a turn."""

import pytest

from bot.policy import Policy
from bot.types import OUT_OF_SCOPE, Context, Intent, Message, Turn

POLICY = Policy(
    owners={"greet": "chitchat", "faq": "faq", "affirm": "fallback", "give_contact": "handover"},
    open_ended=("faq",),
)
NO_QUESTION = Context()
OPEN = Context(active_skill="handover", requested_slot="contact")


def ranked(*ranking: tuple[str, float]) -> Turn:
    return Turn(Message("ana", "…"), tuple(Intent(name, share) for name, share in ranking))


@pytest.mark.parametrize(
    ("turn", "context", "expected"),
    [
        pytest.param(
            ranked(("greet", 0.9), ("faq", 0.05)),
            NO_QUESTION,
            ("chitchat", "faq", "fallback"),
            id="owner of the top intent first, improbable intents' owners only if open-ended",
        ),
        pytest.param(
            ranked(("greet", 0.5), ("give_contact", 0.4)),
            NO_QUESTION,
            ("chitchat", "handover", "faq", "fallback"),
            id="owners in the order of the ranking",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            NO_QUESTION,
            ("faq", "fallback"),
            id="out of scope goes to open-ended skills only",
        ),
        pytest.param(
            ranked((OUT_OF_SCOPE, 0.7), ("greet", 0.3)),
            OPEN,
            ("handover", "faq", "fallback"),
            id="who asked comes first",
        ),
        pytest.param(
            ranked(("faq", 0.79), ("greet", 0.2)),
            OPEN,
            ("handover", "faq", "chitchat", "fallback"),
            id="a likely change of subject is not enough",
        ),
        pytest.param(
            ranked(("faq", 0.8), ("greet", 0.2)),
            OPEN,
            ("faq", "chitchat", "handover", "fallback"),
            id="an unmistakable change of subject takes the turn",
        ),
        pytest.param(
            ranked(("affirm", 0.99)),
            OPEN,
            ("handover", "fallback", "faq"),
            id="yes is no change of subject",
        ),
        pytest.param(
            ranked(("vanished", 0.99)), NO_QUESTION, ("faq", "fallback"), id="an intent of nobody"
        ),
    ],
)
def test_candidates_come_in_order(turn: Turn, context: Context, expected: tuple[str, ...]) -> None:
    assert POLICY.candidates(turn, context) == expected


def test_what_holds_an_answer_stays_with_who_asked_whatever_its_intent() -> None:
    turn = ranked(("faq", 0.99))

    assert POLICY.candidates(turn, OPEN, answered=True) == ("handover", "faq", "fallback")
    assert POLICY.candidates(turn, NO_QUESTION, answered=True) == ("faq", "fallback")
