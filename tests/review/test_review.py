"""Decisions: what a text can be labelled with, what a label teaches, and undoing it."""

import pytest

from bot import Button, Context, Example, Reply, Turn
from bot.review.labels import Labels
from bot.review.lessons import Label
from bot.review.session import Review
from tests.review.logs import Log


@pytest.fixture
def log() -> Log:
    return Log()


def names(labels: tuple[Label, ...]) -> list[str]:
    return [label.name for label in labels]


def doubtful(log: Log, text: str, sender: str = "ana", **ranking: float) -> Review:
    log.say(text, sender, **ranking)
    log.bot.rate(sender, 1)
    return log.review()


def test_what_a_skill_offered_and_what_was_understood_can_be_chosen(log: Log) -> None:
    review = doubtful(log, "my money", faq=0.6, book=0.3, gone=0.1)
    labels = review.labels.likely(review.waiting[0])

    assert names(labels) == ["faq/refund", "faq/price", "faq", "book"]
    assert [label.title for label in labels][:3] == [
        "How do I get a refund?",
        "What does it cost?",
        "Ask the academy",
    ]


def test_what_a_skill_would_answer_by_now_can_be_chosen(log: Log) -> None:
    faq = log.skills.pop("faq")
    review = doubtful(log, "a refund", out_of_scope=0.9, book=0.1)
    assert names(review.labels.likely(review.waiting[0])) == ["book"]

    log.skills["faq"] = faq
    (first, *_) = log.labels().likely(review.waiting[0])
    assert (first.name, first.title) == ("faq/refund", "Money comes back.")


def test_a_skill_that_fails_in_a_review_offers_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    review = doubtful(log, "a refund", faq=0.9)
    monkeypatch.setattr(log.skills["faq"], "run", lambda turn, context: 1 / 0)

    assert names(review.labels.likely(review.waiting[0])) == ["faq/refund", "faq"]
    assert "ZeroDivisionError" in caplog.text


def test_what_a_skill_teaches_of_people_is_no_label_of_words(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recommend(turn: Turn, context: Context) -> Reply:
        wanted = Example(context.person, "refund")
        return Reply("Take this.", (Button("This", "/faq", wanted),), example=wanted)

    monkeypatch.setattr(log.skills["faq"], "run", recommend)
    review = doubtful(log, "my money", faq=0.9)

    assert names(review.labels.likely(review.waiting[0])) == ["faq"]
    assert review.labels.confirmed(review.waiting[0]).keys() == {"intent"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("book", ["book"]),
        ("ACADEMY", ["faq"]),
        ("cost", ["faq/price"]),
        ("refund", ["faq/refund"]),
        ("nothing of the kind", []),
    ],
)
def test_labels_are_found_by_name_by_title_and_by_asking_the_skills(
    log: Log, words: str, found: list[str]
) -> None:
    log.say("my money", faq=0.9)

    assert names(log.labels().matching(words)) == found


def test_an_answer_teaches_its_skill_and_the_intent(log: Log) -> None:
    review = doubtful(log, "[my] money", out_of_scope=0.9)
    label = review.labels.likely(review.waiting[0])[1]

    assert review.label(label) == "Is price."
    assert log.taught() == [
        ("intent", "\\[my\\] money", "faq"),
        ("faq", "[my] money", "price"),
    ]
    (lesson,) = log.feedback.waiting("faq")
    assert (lesson.source, lesson.event_id, lesson.version) == ("review", 4, "v0007")
    assert log.feedback.waiting("intent")[0].version == "v0001"


def test_a_confirmed_turn_teaches_what_was_understood_and_answered(log: Log) -> None:
    review = doubtful(log, "a refund", faq=0.9)

    assert review.confirm() == "Right: faq, refund."
    assert log.taught() == [("intent", "a refund", "faq"), ("faq", "a refund", "refund")]


def test_what_was_understood_as_an_intent_that_is_gone_cannot_be_confirmed(log: Log) -> None:
    review = doubtful(log, "hm", gone=0.9)

    assert review.confirm().endswith("Choose a label.")
    assert (review.done, log.taught()) == ([], [])


def test_out_of_scope_teaches_the_intents_and_a_skip_nothing(log: Log) -> None:
    doubtful(log, "one", help=0.9)
    review = doubtful(log, "two", help=0.9)
    review.skip()
    review.out_of_scope()

    assert log.taught() == [("intent", "one", "out_of_scope")]
    assert (review.item, review.progress, log.items()) == (None, "2 done", [])


def test_undo_takes_decisions_back_in_turn_but_not_what_a_night_has_learnt(log: Log) -> None:
    doubtful(log, "one", help=0.9)
    review = doubtful(log, "two", help=0.9)
    review.out_of_scope()
    log.feedback.mark_learnt(log.feedback.waiting("intent"), "v0002")
    review.confirm()
    assert review.undo() == review.undo() == "Undone."

    assert review.undo() == "There is nothing to undo."
    assert review.progress == "1 of 2"
    assert [item.text for item in log.items()] == ["two", "one"]
    assert log.taught() == []
    assert [lesson.example.input for lesson in log.feedback.learnt("intent")] == ["two"]


def aside(log: Log, target: str, source: str = "button") -> None:
    log.feedback.add("faq", Example("A refund", target), source, "ana", 3)
    log.feedback.set_aside(log.feedback.waiting("faq"), "another says otherwise")


def test_a_decision_releases_what_was_set_aside_and_undo_sets_it_aside_again(log: Log) -> None:
    log.say("a refund", faq=0.99)
    aside(log, "price")
    before = log.feedback.aside("faq")
    review = log.review()
    review.label(review.labels.likely(review.waiting[0])[1])
    (lesson,) = log.feedback.waiting("faq")

    assert (lesson.id, lesson.example.target, lesson.source) == (1, "refund", "review")
    assert lesson.giver == before[0].giver
    review.undo()
    assert (log.feedback.aside("faq"), log.taught()) == (before, [])


def test_a_lesson_without_a_turn_can_be_confirmed(log: Log) -> None:
    aside(log, "price")
    review = log.review()

    assert review.labels.likely(review.waiting[0])[0].name == "faq/price"
    assert review.confirm() == "Right: price."
    assert log.taught() == [("faq", "A refund", "price")]


def test_a_skipped_lesson_stays_aside_and_is_not_shown_again(log: Log) -> None:
    aside(log, "price")
    log.review().skip()

    assert (log.items(), len(log.feedback.aside("faq"))) == ([], 1)


def test_a_new_ranking_leaves_the_item_in_hand_and_what_is_done(log: Log) -> None:
    for text in ("one", "two", "three"):
        doubtful(log, text, help=0.9)
    review = log.review()
    review.skip()
    log.say("four", out_of_scope=0.9)
    log.bot.rate("ana", 1)

    assert review.update(log.items()) == 1
    assert [item.text for item in review.waiting] == ["two", "four", "one"]
    assert review.progress == "2 of 4"


def test_labels_have_names_that_files_can_hold(log: Log) -> None:
    labels: Labels = log.labels()
    named = {name: labels.named(name) for name in ("faq", "faq/price", "booking/x", "no", "no/x")}

    assert {name for name, label in named.items() if label} == {"faq", "faq/price"}
    assert all(label.name == name for name, label in named.items() if label)
