"""Which skills may take a turn."""

from dataclasses import replace

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


def test_what_holds_an_answer_stays_with_who_asked_whatever_its_intent() -> None:
    def answers() -> bool:
        return True

    turn, old = ranked(("faq", 0.99)), replace(OPEN, is_stale=True)

    for context in (OPEN, old):
        found = POLICY.candidates(turn, context, expects=answers)
        assert tuple(found) == ("handover", "faq", "fallback")
    found = POLICY.candidates(turn, NO_QUESTION, expects=answers)
    assert tuple(found) == ("faq", "fallback")


def test_where_the_turn_is_clear_nobody_is_asked_to_bid() -> None:
    def refuse() -> dict[str, float]:
        raise AssertionError("asked to bid")

    candidates = POLICY.candidates(ranked(("greet", 0.9)), NO_QUESTION, refuse)

    assert next(candidates) == "chitchat"


def test_an_old_question_comes_after_whatever_else_the_message_may_mean() -> None:
    old = Context(active_skill="handover", requested_slot="contact", is_stale=True)
    turn = ranked(("greet", 0.5), (OUT_OF_SCOPE, 0.4))

    assert tuple(POLICY.candidates(turn, old)) == ("chitchat", "handover", "fallback")
    assert tuple(POLICY.candidates(turn, OPEN)) == ("handover", "chitchat", "fallback")


OFFERED = Context(abilities={"greet": "Say hello", "faq": "Ask", "give_contact": "Be called"})


@pytest.mark.parametrize(
    ("turn", "context", "bid", "expected"),
    [
        (ranked(("greet", 0.5), ("faq", 0.4)), OFFERED, None, ("greet", "faq")),
        (ranked(("greet", 0.5), ("faq", 0.4)), OFFERED, 0.9, ()),
        (ranked(("greet", 0.5), ("faq", 0.4)), OFFERED, 0.55, ("faq", "greet")),
        (ranked(("greet", 0.8), ("faq", 0.2)), OFFERED, 0.8, ()),
        (ranked(("greet", 0.35), ("faq", 0.25)), OFFERED, None, ()),
        (ranked((OUT_OF_SCOPE, 0.4), ("greet", 0.3), ("faq", 0.3)), OFFERED, None, ()),
        (ranked(("greet", 0.5), ("affirm", 0.45)), OFFERED, None, ()),
        (ranked(("greet", 0.5), ("faq", 0.4)), replace(OFFERED, active_skill="faq"), None, ()),
    ],
    ids=["near", "far", "by bid", "sure", "unlikely", "nobody's", "not offered", "question"],
)
def test_people_choose_between_two_skills_that_are_about_as_likely(
    turn: Turn, context: Context, bid: float | None, expected: tuple[str, ...]
) -> None:
    bids = {} if bid is None else {"faq": bid}

    assert POLICY.choice(turn, context, lambda: bids) == expected


def test_the_fallback_asks_people_who_choose() -> None:
    choosing = replace(OFFERED, choice=("greet", "faq"))

    assert next(POLICY.candidates(ranked(("greet", 0.5), ("faq", 0.4)), choosing)) == "fallback"


TALK = replace(POLICY, small_talk=("chitchat",))
GREETS, ASKS, AGREES = ranked(("greet", 0.9)), ranked(("faq", 0.9)), ranked(("affirm", 0.9))


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        (("faq", 0.9), (GREETS, ASKS), ["greet", "faq"]),
        (("faq", 0.9), (ASKS, GREETS), ["greet", "faq"]),
        ((OUT_OF_SCOPE, 0.9), (GREETS, ASKS), ["greet", "faq"]),
        (("give_contact", 0.9), (GREETS, ASKS), []),
        (("faq", 0.9), (GREETS, ranked(("faq", 0.89))), []),
        (("faq", 0.9), (ASKS, ASKS), []),
        (("faq", 0.9), (AGREES, ASKS), []),
        (("faq", 0.9), (), []),
    ],
    ids=["two", "small talk first", "unsure", "another", "part unsure", "one skill", "yes", "none"],
)
def test_a_message_is_divided_where_each_part_is_surely_another_skills(
    whole: tuple[str, float], parts: tuple[Turn, ...], expected: list[str]
) -> None:
    turn = TALK.divided(replace(ranked(whole), parts=parts))

    assert [part.intent.name for part in turn.parts] == expected
    assert all(part.is_part for part in turn.parts)
    assert turn.intent.name == (expected[-1] if expected else whole[0])
