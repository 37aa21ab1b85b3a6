"""Lessons taken in: what is learnt tonight, and why the rest is not."""

from collections.abc import Iterable

import pytest

from bot.feedback import Lesson
from bot.types import Example
from training.intake import ENOUGH_TO_HOLD, PER_GIVER, Intake, take_in

KNOWN = [Example("I want my money back", "refund"), Example("reset my password", "password")]
HELD = [Example("where do i see my certificates", "certificate")]
TARGETS = ("refund", "password", "certificate")


def lesson(id: int, text: str, target: str, source: str = "button", giver: str = "ana") -> Lesson:
    return Lesson(id, "faq", Example(text, target), source, 0.0, giver, id, "v0001")


def taken(*lessons: Lesson) -> Intake:
    return take_in(lessons, KNOWN, HELD, TARGETS)


def ids(lessons: Iterable[Lesson]) -> list[int]:
    return [lesson.id for lesson in lessons]


def test_a_sound_lesson_is_learnt() -> None:
    assert ids(taken(lesson(1, "gimme cash", "refund")).learn) == [1]


@pytest.mark.parametrize(
    ("text", "target", "word"),
    [
        ("gimme cash", "gone", "no 'gone'"),
        ("Where do I see my certificate?", "certificate", "held-out"),
        ("i want my money back!", "password", "'refund'"),
    ],
    ids=["target removed", "nearly held out", "known as something else"],
)
def test_a_doubtful_lesson_waits_for_a_person_who_is_told_why(
    text: str, target: str, word: str
) -> None:
    intake = taken(lesson(1, text, target))
    assert intake.learn == ()
    ((doubtful, reason),) = intake.aside
    assert doubtful.id == 1
    assert word in reason


def test_of_lessons_that_contradict_each_other_none_is_learnt() -> None:
    intake = taken(lesson(1, "cash?", "refund"), lesson(2, "Cash", "password", giver="ben"))
    assert ids(each for each, _ in intake.aside) == [1, 2]


def test_what_a_person_has_reviewed_outweighs_what_users_pressed() -> None:
    intake = taken(lesson(1, "cash?", "refund"), lesson(2, "Cash", "password", "review"))
    assert ids(intake.learn) == [2]
    assert ids(each for each, _ in intake.aside) == [1]


def test_what_a_person_has_reviewed_outweighs_what_is_known() -> None:
    assert ids(taken(lesson(1, "i want my money back!", "password", "review")).learn) == [1]


def test_what_is_known_already_is_not_learnt_again() -> None:
    again = lesson(1, "Reset my password!", "password")
    twice = [lesson(2, "gimme cash", "refund"), lesson(3, "Gimme cash!", "refund", giver="ben")]
    intake = taken(again, *twice)
    assert (ids(intake.learn), ids(intake.known)) == ([2], [1, 3])


def test_one_sender_teaches_so_much_in_a_night_and_no_more() -> None:
    lessons = [lesson(n, f"question number {n}", "refund") for n in range(PER_GIVER + 3)]
    other = lesson(99, "gimme cash", "refund", giver="ben")
    intake = taken(*lessons, other)
    assert ids(intake.learn) == [*range(PER_GIVER), 99]
    assert ids(intake.wait) == [PER_GIVER, PER_GIVER + 1, PER_GIVER + 2]


def test_of_many_lessons_some_are_held_out_and_always_the_same() -> None:
    lessons = [
        lesson(n, f"question number {n * n}", "refund", giver=str(n))
        for n in range(4 * ENOUGH_TO_HOLD)
    ]
    intake = taken(*lessons)
    assert 0 < len(intake.hold) < len(lessons) / 5
    assert sorted(ids(intake.learn) + ids(intake.hold)) == ids(lessons)
    assert ids(intake.hold) == ids(taken(*reversed(lessons)).hold[::-1])


def test_few_lessons_are_all_learnt() -> None:
    lessons = [
        lesson(n, f"question number {n}", "refund", giver=str(n)) for n in range(ENOUGH_TO_HOLD - 1)
    ]
    assert taken(*lessons).hold == ()


def test_what_another_sender_says_too_is_held_out_with_it() -> None:
    lessons = [lesson(number, f"way {number}", "refund", "review") for number in range(200)]
    held = taken(*lessons).hold
    again = [lesson(1000 + each.id, f"{each.example.input}!", "refund") for each in held]
    intake = taken(*lessons, *again)

    assert ids(intake.hold) == ids([*held, *again])
    assert intake.known == ()
