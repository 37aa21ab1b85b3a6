"""Entities found by patterns and lookup tables."""

from time import perf_counter

import pytest

from bot.entities import EntityPatterns, merged_entities
from bot.nlu_data import NluData
from bot.types import Entity

NLU = NluData(
    synonyms={"nyc": "New York", "big apple": "New York"},
    regexes={"order": (r"\b[A-Z]{2}-\d+\b",), "number": (r"\d*",)},
    lookups={
        "city": ("York", "New York", "北京", "서울", "दिल्ली", "İzmir"),
        "language": ("C++", "C"),
    },
)


@pytest.fixture(scope="module")
def patterns() -> EntityPatterns:
    return EntityPatterns(NLU)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("nothing here", [], id="nothing"),
        pytest.param("from New York", [("city", "New York")], id="the longest entry"),
        pytest.param("from NEW YORK!", [("city", "NEW YORK")], id="any case"),
        pytest.param("Yorkshire, newYork", [], id="parts of words"),
        pytest.param("York", [("city", "York")], id="the whole text"),
        pytest.param("我去北京吧", [("city", "北京")], id="Chinese"),
        pytest.param("서울에서 가요", [("city", "서울")], id="Korean particle"),
        pytest.param("去York吧", [("city", "York")], id="Latin in Chinese"),
        pytest.param("मैं दिल्ली में", [("city", "दिल्ली")], id="Hindi"),
        pytest.param("York\u0301", [], id="an accent goes on"),
        pytest.param("İİ in İzmir", [("city", "İzmir")], id="a letter that grows in lower case"),
        pytest.param("C++ or C?", [("language", "C++"), ("language", "C")], id="signs"),
        pytest.param("is ab-12 late", [("order", "ab-12")], id="the longer of two patterns"),
        pytest.param("7 or 42", [("number", "7"), ("number", "42")], id="no empty match"),
    ],
)
def test_patterns_find_entities(
    patterns: EntityPatterns, text: str, expected: list[tuple[str, str]]
) -> None:
    found = patterns.find(text)
    assert [(entity.type, entity.value) for entity in found] == expected
    assert all(text[entity.start : entity.end] == entity.value for entity in found)


def test_a_pathological_pattern_is_given_up_and_the_others_go_on() -> None:
    patterns = EntityPatterns(NluData(regexes={"bad": ("(a+)+$",), "good": ("!",)}))
    begin = perf_counter()
    found = patterns.find("a" * 4_000 + "!" + "b")
    assert perf_counter() - begin < 5
    assert [entity.type for entity in found] == ["good"]


def test_a_large_lookup_table_is_quick() -> None:
    patterns = EntityPatterns(NluData(lookups={"item": tuple(f"item {n}" for n in range(50_000))}))
    begin = perf_counter()
    found = patterns.find("item 49999 and " * 260)
    assert perf_counter() - begin < 5
    assert len(found) == 260


@pytest.mark.parametrize(
    ("value", "expected"),
    [("NYC", "New York"), ("Big Apple", "New York"), ("Boston", "Boston")],
)
def test_a_synonym_replaces_the_value(patterns: EntityPatterns, value: str, expected: str) -> None:
    entity = Entity("city", value, 3, 6, 0.5, role="to")
    assert patterns.with_synonyms([entity]) == (Entity("city", expected, 3, 6, 0.5, role="to"),)


@pytest.mark.parametrize(
    ("learnt", "found", "expected"),
    [
        pytest.param((), (), (), id="nothing"),
        pytest.param(
            (Entity("time", "b", 5, 6),),
            (Entity("city", "c", 8, 9), Entity("city", "a", 0, 1)),
            (Entity("city", "a", 0, 1), Entity("time", "b", 5, 6), Entity("city", "c", 8, 9)),
            id="apart, in order",
        ),
        pytest.param(
            (Entity("time", "x", 0, 9, 0.9),),
            (Entity("order", "y", 2, 4),),
            (Entity("order", "y", 2, 4),),
            id="the pattern wins",
        ),
        pytest.param(
            (Entity("city", "to York", 0, 7, 0.9, role="to", group="1"),),
            (Entity("city", "York", 3, 7),),
            (Entity("city", "York", 3, 7, role="to", group="1"),),
            id="and keeps the role",
        ),
        pytest.param(
            (Entity("city", "a", 0, 2), Entity("city", "b", 2, 4)),
            (),
            (Entity("city", "a", 0, 2), Entity("city", "b", 2, 4)),
            id="neighbours do not overlap",
        ),
    ],
)
def test_what_was_learnt_and_what_was_found_are_joined(
    learnt: tuple[Entity, ...], found: tuple[Entity, ...], expected: tuple[Entity, ...]
) -> None:
    assert merged_entities(learnt, found) == expected
