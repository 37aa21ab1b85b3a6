"""How a list is chosen: unlike courses, and a fair chance for those that nobody has seen yet."""

from collections import Counter

import pytest

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.replies.choosing import EXPLORED, SIZE, choose, diversified


def course(id: str, *topics: str) -> Course:
    return Course(id=id, title=id, topics=topics, level="beginner")


ALIKE = [course(f"python_{number}", "programming") for number in range(6)]
OTHERS = [course("choir", "music"), course("rome", "history")]
SCORES = {each.id: 3.0 - 0.1 * place for place, each in enumerate([*ALIKE, *OTHERS])}
FRESH = ("python_5", "rome")


def test_a_list_is_not_four_times_the_same_though_the_same_scores_best() -> None:
    worst = course("latin", "languages")
    chosen = diversified([*ALIKE, *OTHERS, worst], {**SCORES, "latin": -3.0})

    assert chosen[0] == ALIKE[0]
    assert {each.topics for each in chosen} == {("programming",), ("music",), ("history",)}


def test_what_suits_far_better_is_not_left_out_for_variety() -> None:
    scores = {**SCORES, "choir": -50.0, "rome": -50.0}

    assert diversified([*ALIKE, *OTHERS], scores) == ALIKE[:SIZE]


def test_the_share_of_lists_with_a_fresh_course_is_bounded_and_recorded_as_it_is() -> None:
    candidates = [*ALIKE, *OTHERS[:1], course("rust", "crafts")]
    scores = {**SCORES, "rust": 0.0}
    choices = [choose(candidates, scores, ("python_5", "rust"), f"ana|{n}") for n in range(4000)]
    explored = [each.explored for each in choices if each.explored]
    shares = Counter(each.course for each in explored)

    assert len(explored) / len(choices) == pytest.approx(EXPLORED, abs=0.03)
    for each in {*explored}:
        assert shares[each.course] / len(choices) == pytest.approx(each.probability, abs=0.03)


def test_a_fresh_course_gets_the_last_place_and_no_other() -> None:
    plain = choose(ALIKE, SCORES, (), "ana|0").courses
    for number in range(50):
        choice = choose(ALIKE, SCORES, ("python_5",), f"ana|{number}")
        assert choice.courses[:-1] == plain[:-1]
        assert (choice.courses[-1].id == "python_5") is (choice.explored is not None)


def test_a_short_list_has_no_place_to_give_away() -> None:
    few = ALIKE[: SIZE - 1]

    assert all(choose(few, SCORES, FRESH, f"ana|{n}").explored is None for n in range(50))
