"""Spans: words from tokens, tags from entities, entities from scores."""

from __future__ import annotations

import numpy as np
import pytest

from bot.spans import (
    Kind,
    Scores,
    Word,
    best_tags,
    entities_of,
    learnt_steps,
    possible_steps,
    tags_of,
    words_of,
)
from bot.types import Entity

CITY: Kind = ("city", None, None)
FROM: Kind = ("city", "from", None)
KINDS = (CITY, FROM)
STEPS = possible_steps(5)


def surface(text: str, words: list[Word]) -> list[str]:
    return [text[word.start : word.end] for word in words]


@pytest.mark.parametrize(
    ("text", "offsets", "expected"),
    [
        ("to boston", [(0, 0), (0, 2), (3, 6), (6, 9), (0, 0)], ["to", "boston"]),
        ("at 9:00.", [(0, 2), (3, 4), (4, 5), (5, 7), (7, 8)], ["at", "9", ":", "00", "."]),
        ("去上海", [(0, 1), (1, 2), (2, 3)], ["去", "上", "海"]),
        ("to boston", [(0, 2), (2, 6), (6, 9)], ["to", "boston"]),
        ("", [(0, 0), (0, 0)], []),
    ],
    ids=["pieces", "signs", "unspaced script", "spaces within tokens", "empty"],
)
def test_tokens_that_touch_within_a_word_are_one(
    text: str, offsets: list[tuple[int, int]], expected: list[str]
) -> None:
    assert surface(text, words_of(text, offsets)) == expected


def test_a_word_knows_its_tokens() -> None:
    words = words_of("to boston", [(0, 0), (0, 2), (3, 6), (6, 9), (0, 0)])
    assert [(word.first, word.last) for word in words] == [(1, 2), (2, 4)]


def entity(text: str, surface: str, role: str | None = None) -> Entity:
    start = text.index(surface)
    return Entity("city", surface, start, start + len(surface), role=role)


def split(text: str) -> list[Word]:
    offsets = [(match, match + len(word)) for word, match in _places(text)]
    return words_of(text, offsets)


def _places(text: str) -> list[tuple[str, int]]:
    places, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        places.append((word, position))
        position += len(word)
    return places


def test_entities_become_tags_with_their_roles_apart() -> None:
    text = "from new york to rome"
    entities = [entity(text, "new york", "from"), entity(text, "rome")]
    assert tags_of(split(text), entities, KINDS) == [0, 3, 4, 0, 1]


def test_an_entity_of_a_kind_that_is_not_learnt_has_no_tag() -> None:
    text = "to rome"
    assert tags_of(split(text), [Entity("date", "rome", 3, 7)], KINDS) == [0, 0]


def scores_of(tags: list[int], size: int = 5) -> Scores:
    """Log-probabilities that are 0.9 for the tags."""
    rows = np.full((len(tags), size), np.log(0.1 / (size - 1)), dtype=np.float32)
    rows[np.arange(len(tags)), tags] = np.log(0.9)
    return rows


def test_tags_become_the_entities_that_they_were_made_of() -> None:
    text = "from new york to rome"
    wanted = (entity(text, "new york", "from"), entity(text, "rome"))
    words = split(text)
    found = entities_of(text, words, scores_of(tags_of(words, wanted, KINDS)), STEPS, KINDS)
    assert [(e.value, e.start, e.end, e.role) for e in found] == [
        ("new york", 5, 13, "from"),
        ("rome", 17, 21, None),
    ]
    assert all(e.confidence == pytest.approx(0.9) for e in found)


def test_two_neighbours_of_a_kind_stay_apart() -> None:
    text = "rome paris"
    found = entities_of(text, split(text), scores_of([1, 1]), STEPS, KINDS)
    assert [each.value for each in found] == ["rome", "paris"]


def test_an_entity_never_continues_what_has_not_begun() -> None:
    assert best_tags(scores_of([0, 2]), STEPS) in ([0, 0], [0, 1], [1, 2])
    assert best_tags(scores_of([3, 2]), STEPS) != [3, 2]
    assert best_tags(scores_of([2, 2]), STEPS) == [1, 2]


def test_the_likeliest_possible_tags_are_found() -> None:
    # by itself each word is likeliest 0, 2; of what is possible, 1, 2 is likeliest
    scores = np.log(np.array([[0.5, 0.4, 0.1], [0.2, 0.1, 0.7]], dtype=np.float32))
    assert best_tags(scores, possible_steps(3)) == [1, 2]


def test_steps_that_were_often_seen_decide_where_the_words_do_not() -> None:
    rows = [[1, 2, 2], [1, 2, 0], [3, 0, 0]] * 20
    steps = learnt_steps(rows, STEPS)
    undecided = np.log(np.full((2, 5), 0.2, dtype=np.float32))
    assert best_tags(undecided, steps) == [1, 2]


def test_impossible_steps_stay_impossible_whatever_was_seen() -> None:
    steps = learnt_steps([[1, 2], [0, 0]] * 20, STEPS)
    assert np.array_equal(np.isinf(steps), np.isinf(STEPS))


def test_steps_of_kinds_that_were_not_seen_again_stay_as_they_were() -> None:
    first = learnt_steps([[3, 4, 0], [0, 3]] * 5, STEPS)
    second = learnt_steps([[1, 2, 0]] * 5, first)
    assert np.array_equal(second[[4, 5]][:, [3, 4]], first[[4, 5]][:, [3, 4]])
    assert not np.array_equal(second[0], first[0])


def test_a_text_without_words_has_no_entities() -> None:
    assert entities_of("", [], np.zeros((0, 5), dtype=np.float32), STEPS, KINDS) == ()
