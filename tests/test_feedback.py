"""Lessons: what becomes of what people teach."""

from collections.abc import Callable

import pytest

from bot.database import Store
from bot.feedback import FeedbackStore, Lesson
from bot.types import Example


@pytest.fixture
def feedback() -> FeedbackStore:
    return FeedbackStore(Store.in_memory(), clock=lambda: 12.5)


@pytest.fixture
def teach(feedback: FeedbackStore) -> Callable[[str], Lesson]:
    def teach(text: str) -> Lesson:
        feedback.add("faq", Example(text, "refund", 0.5), "button", "ana", 7, "v0002")
        return feedback.waiting("faq")[-1]

    return teach


def test_a_lesson_keeps_where_it_came_from(
    feedback: FeedbackStore, teach: Callable[[str], Lesson]
) -> None:
    lesson = teach("money back")

    assert lesson == Lesson(
        lesson.id,
        "faq",
        Example("money back", "refund", 0.5),
        "button",
        12.5,
        feedback.giver("ana"),
        7,
        "v0002",
    )


def test_what_was_learnt_waits_no_more(
    feedback: FeedbackStore, teach: Callable[[str], Lesson]
) -> None:
    first, second = teach("one"), teach("two")
    feedback.mark_learnt([first], "v0003")

    assert feedback.waiting("faq") == [second]
    assert [lesson.learnt_in for lesson in feedback.learnt("faq")] == ["v0003"]


def test_what_is_set_aside_waits_for_a_person_and_says_why(
    feedback: FeedbackStore, teach: Callable[[str], Lesson]
) -> None:
    feedback.set_aside([teach("one")], "another lesson says otherwise")

    assert feedback.waiting("faq") == []
    assert [lesson.aside for lesson in feedback.aside("faq")] == ["another lesson says otherwise"]


def test_what_is_held_out_stays_so(feedback: FeedbackStore, teach: Callable[[str], Lesson]) -> None:
    feedback.hold([teach("one")])
    teach("two")

    assert [lesson.example.input for lesson in feedback.waiting("faq")] == ["two"]
    assert [lesson.example.input for lesson in feedback.held("faq")] == ["one"]


def test_hashes_of_givers_differ_between_databases() -> None:
    one, other = FeedbackStore(Store.in_memory()), FeedbackStore(Store.in_memory())

    assert one.giver("ana") == one.giver("ana") != other.giver("ana")
