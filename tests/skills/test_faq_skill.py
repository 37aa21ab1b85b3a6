"""The FAQ skill: when it answers, offers and declines, and what its buttons do."""

import json
from pathlib import Path

import pytest

from bot import Context, Entity, Example, Intent, Message, Reply, Turn
from skills.faq import ASK, DID_YOU_MEAN, NONE_OF_THESE, OFFERED, Faq, place_in
from skills.faq.model import FaqModel
from skills.faq.scoring import Scoring
from tests.skills.toy_encoder import toy_encoder

ANSWERS = """
- id: refund
  question: How do I get a refund?
  variants: [i want my money back]
  answer: "**Write** to us."
  link: https://academy.example/refund
- id: refund_time
  question: How long does a refund take?
  answer: A week.
- id: password
  question: How do I change my password?
  variants: [reset password]
  answer: Open your profile.
"""
SCORING = Scoring(
    answer_weight=0.0, score_weight=10, margin_weight=10, bias=-7.8, close=0.35, spread=0.3
)


@pytest.fixture
def faq(tmp_path: Path) -> Faq:
    (tmp_path / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    return Faq(FaqModel(toy_encoder(), SCORING), tmp_path)


def turn(text: str, intent: str = "faq", **entities: str) -> Turn:
    found = tuple(Entity(type, value, 0, 0) for type, value in entities.items())
    return Turn(Message("ada", text), (Intent(intent, 1.0),), found)


def offer(faq: Faq) -> Reply:
    reply = faq.run(turn("refund how"), Context())
    assert reply is not None
    assert reply.text.startswith(DID_YOU_MEAN)
    return reply


def after_offer(reply: Reply) -> Context:
    return Context(slots=reply.slots, history=(("refund how", reply.text),))


@pytest.mark.parametrize("text", ["I want my money back!", "how do i get a refund"])
def test_a_known_question_is_answered_and_can_be_learnt(faq: Faq, text: str) -> None:
    reply = faq.run(turn(text), Context())
    assert reply is not None
    assert reply.text == "**Write** to us.\n\nMore: <https://academy.example/refund>"
    assert reply.example == Example(text, "refund")
    assert not reply.buttons


@pytest.mark.parametrize("text", ["nice weather today", "", "🙂", "x" * 100_000])
def test_what_is_near_no_answer_is_declined(faq: Faq, text: str) -> None:
    assert faq.run(turn(text), Context()) is None


def test_out_of_scope_nothing_is_offered_but_a_question_in_known_words_is_answered(
    faq: Faq,
) -> None:
    assert faq.run(turn("refund how"), Context()) is not None
    assert faq.run(turn("refund how", "out_of_scope"), Context()) is None
    assert faq.run(turn("i want my money back", "out_of_scope"), Context()) is not None


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [("how do i get my money back", True), ("what a nice day it is", False)],
    ids=["found", "not found"],
)
def test_what_is_found_speaks_for_or_against_an_intent_in_doubt(
    faq: Faq, text: str, is_taken: bool
) -> None:
    ranking = (Intent("out_of_scope", 0.6), Intent("faq", 0.4))
    made = Turn(Message("ada", text), ranking)

    assert (faq.bid(made, Context()) >= 0.5) is is_taken
    assert (faq.run(made, Context()) is not None) is is_taken


def test_a_choice_of_what_was_offered_is_surely_the_faqs(faq: Faq) -> None:
    assert faq.bid(turn("the first one", "out_of_scope"), after_offer(offer(faq))) == 1.0


def test_close_answers_are_offered_as_buttons_that_teach_the_users_words(faq: Faq) -> None:
    reply = offer(faq)
    *buttons, last = reply.buttons
    assert {button.title for button in buttons} == {
        "How do I get a refund?",
        "How long does a refund take?",
    }
    payload = json.loads(buttons[0].payload.removeprefix("/faq"))
    assert buttons[0].example == Example("refund how", payload["answer"])
    assert last == NONE_OF_THESE
    assert reply.requested_slot is None


def test_a_pressed_button_gets_its_answer(faq: Faq) -> None:
    reply = faq.run(turn('/faq{"answer": "password"}', "faq", answer="password"), Context())
    assert reply is not None
    assert reply.text == "Open your profile."


def test_a_button_whose_answer_is_gone_asks_again(faq: Faq) -> None:
    reply = faq.run(turn('/faq{"answer": "gone"}', "faq", answer="gone"), Context())
    assert reply is not None
    assert "no longer there" in reply.text
    assert reply.requested_slot == "question"


def test_the_bare_intent_asks_for_the_question_and_the_next_message_is_it(faq: Faq) -> None:
    assert faq.run(turn("/faq", "faq"), Context()) == ASK
    asked = Context(active_skill="faq", requested_slot="question")
    reply = faq.run(turn("reset password"), asked)
    assert reply is not None
    assert reply.text == "Open your profile."


def after_fallback(words: str, last: str | None = None) -> Context:
    """As if the fallback had asked back about words, which may not be the last that were said."""
    return Context({"misunderstood": words}, history=((last or words, "Is it one of these?"),))


def test_after_a_misunderstanding_the_words_said_are_searched_again_more_leniently(
    faq: Faq,
) -> None:
    words = "a refund went wrong somehow today"
    assert faq.run(turn(words, "greet"), Context()) is None
    reply = faq.run(turn("/faq", "faq"), after_fallback(words))
    assert reply is not None
    assert reply.text.startswith(DID_YOU_MEAN)
    assert reply.buttons[0].example == Example(words, "refund_time")


def test_less_near_answers_are_offered_where_the_intent_is_surely_the_faqs(faq: Faq) -> None:
    words = "a refund went wrong somehow today"
    assert faq.run(turn(words, "greet"), Context()) is None
    reply = faq.run(turn(words, "faq"), Context())
    assert reply is not None
    assert reply.text.startswith(DID_YOU_MEAN)


@pytest.mark.parametrize(
    "context",
    [
        after_fallback("blorf the snorkel"),
        after_fallback("a refund went wrong somehow today", "hello"),
    ],
    ids=["nothing is near", "something else was said since"],
)
def test_the_bare_intent_asks_where_there_is_nothing_to_search(faq: Faq, context: Context) -> None:
    assert faq.run(turn("/faq", "faq"), context) == ASK


@pytest.mark.parametrize(("words", "place"), [("the first one", 0), ("2", 1)])
def test_an_offer_can_be_picked_by_its_place(faq: Faq, words: str, place: int) -> None:
    reply = offer(faq)
    picked = faq.run(turn(words), after_offer(reply))
    assert picked is not None
    assert picked.text.startswith(faq.answers[reply.slots[OFFERED][place]].answer)
    assert picked.slots == {OFFERED: None}


def test_a_place_means_nothing_when_the_offer_is_not_the_last_thing_said(faq: Faq) -> None:
    reply = offer(faq)
    later = Context(slots=reply.slots, history=(("hello", "Hello!"),))
    assert faq.run(turn("the first one"), later) is None


def test_a_new_question_after_an_offer_is_a_question(faq: Faq) -> None:
    reply = faq.run(turn("change my password"), after_offer(offer(faq)))
    assert reply is not None
    assert reply.text == "Open your profile."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("the second one please", 1),
        ("first and second", None),
        ("Take", 1),
        ("refund", None),
        ("a", None),
        ("?", None),
        ("3", None),
    ],
)
def test_a_pick_is_a_place_or_part_of_one_title(text: str, place: int | None) -> None:
    assert place_in(text, ["How do I get a refund?", "How long does a refund take?"]) == place


def test_edited_and_removed_answers_take_effect_with_the_same_model(
    faq: Faq, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yml"
    file.write_text("- {id: shop, question: Is there a shop?, answer: Yes.}", encoding="utf-8")
    edited = Faq(faq.model, tmp_path)
    added = edited.run(turn("is there a shop"), Context())
    assert added is not None
    assert added.text == "Yes."
    assert edited.run(turn("reset password"), Context()) is None


def test_without_a_folder_of_answers_everything_is_declined(tmp_path: Path) -> None:
    faq = Faq(FaqModel(toy_encoder()), tmp_path / "nowhere")
    assert faq.run(turn("how do i get a refund", "faq"), Context()) is None
    assert list(Faq.utterances(tmp_path / "nowhere")) == []


def test_every_known_question_is_an_utterance_of_the_intent(faq: Faq) -> None:
    found = list(Faq.utterances(faq.data))
    assert Example("i want my money back", "faq") in found
    assert len(found) == 5


def test_long_titles_are_cut_and_the_payload_keeps_any_id(tmp_path: Path) -> None:
    entry = {"id": 'ü"1', "question": "Why " + "very " * 30 + "long?", "answer": "So."}
    (tmp_path / "a.yml").write_text(json.dumps([entry]), encoding="utf-8")
    always = Scoring(sure=1.1, close=0.0)
    reply = Faq(FaqModel(toy_encoder(), always), tmp_path).run(turn("why long"), Context())
    assert reply is not None
    assert len(reply.buttons[0].title) <= 70
    assert json.loads(reply.buttons[0].payload.removeprefix("/faq")) == {"answer": 'ü"1'}


SUITED = """
- id: start
  question: How do I start?
  answer: Choose a course.
  answers:
    - {level: beginner, language: German, answer: Fang klein an.}
    - {level: beginner, answer: Start small.}
"""


@pytest.mark.parametrize(
    ("profile", "answer"),
    [
        ({}, "Choose a course."),
        ({"level": "advanced"}, "Choose a course."),
        ({"language": "German"}, "Choose a course."),
        ({"level": "Beginner"}, "Start small."),
        ({"level": "beginner", "language": "german"}, "Fang klein an."),
    ],
)
def test_an_answer_suits_who_asks(tmp_path: Path, profile: dict[str, str], answer: str) -> None:
    (tmp_path / "answers.yml").write_text(SUITED, encoding="utf-8")
    skill = Faq(FaqModel(toy_encoder(), SCORING), tmp_path)
    for asked in (turn("how do i start"), turn("/faq", answer="start")):
        reply = skill.run(asked, Context(profile=profile))

        assert reply is not None
        assert reply.text == answer
