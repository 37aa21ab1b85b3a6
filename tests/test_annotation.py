"""Entities written into utterances."""

import pytest

from bot.annotation import annotated, parse_annotation
from bot.errors import DataError
from bot.types import Entity


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("hello", "hello", ()),
        ("to [Boston](city)!", "to Boston!", (Entity("city", "Boston", 3, 9),)),
        ("to [NYC](city:New York)", "to NYC", (Entity("city", "New York", 3, 6),)),
        (
            '[a]{"entity": "t", "role": "r", "group": 1} [b]{"entity": "t", "value": "}"}',
            "a b",
            (Entity("t", "a", 0, 1, role="r", group="1"), Entity("t", "}", 2, 3)),
        ),
        (
            '[x][{"entity": "a"}, {"entity": "b"}]',
            "x",
            (Entity("a", "x", 0, 1), Entity("b", "x", 0, 1)),
        ),
        ("去[北京](city)吧", "去北京吧", (Entity("city", "北京", 1, 3),)),
        ("[a] (b) [c][d] []() []{} [", "[a] (b) [c][d] []() []{} [", ()),
        ("[[a](b)", "[a", (Entity("b", "a", 1, 2),)),
        (r"\[a](b) \\[a](b)", r"[a](b) \a", (Entity("b", "a", 8, 9),)),
    ],
)
def test_annotation_gives_plain_text_and_offsets(
    text: str, plain: str, entities: tuple[Entity, ...]
) -> None:
    assert parse_annotation(text) == (plain, entities)
    assert all(plain[entity.start : entity.end] for entity in entities)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[a]{"entity"', id="cut off"),
        pytest.param("[a]{}", id="empty"),
        pytest.param('[a]{"entity": "x", "rol": "y"}', id="unknown key"),
        pytest.param('[a][{"entity": "x"}, 3]', id="no object"),
        pytest.param('[a]{"entity": {"b": 1}}', id="nested"),
        pytest.param('[a]{"entity": "x", "value": [1]}', id="list"),
        pytest.param("[a]" + '{"a":' * 5000, id="deep"),
    ],
)
def test_malformed_annotation_says_how_to_write_it(text: str) -> None:
    with pytest.raises(DataError, match=r"Write \[text\]\(type\)"):
        parse_annotation(text)


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("to Boston", (Entity("city", "Boston", 3, 9),), "to [Boston](city)"),
        ("a", (Entity("t", "b", 0, 1),), '[a]{"entity": "t", "value": "b"}'),
        ("a", (Entity("t", "a", 0, 1, role="r"),), '[a]{"entity": "t", "role": "r"}'),
        ("a", (Entity("t:)", "a", 0, 1),), '[a]{"entity": "t:)"}'),
        (
            "a",
            (Entity("t", "a", 0, 1), Entity("u", "a", 0, 1)),
            '[a][{"entity": "t"}, {"entity": "u"}]',
        ),
        ("[a](b) \\", (), "\\[a\\](b) \\\\"),
        ("x]y{z", (Entity("t", "x]y", 0, 3),), "[x\\]y](t){z"),
        ("", (), ""),
    ],
)
def test_entities_are_written_back_and_read_again(
    text: str, entities: tuple[Entity, ...], expected: str
) -> None:
    assert annotated(text, entities) == expected
    assert parse_annotation(expected) == (text, entities)


@pytest.mark.parametrize(
    "entities",
    [
        (Entity("t", "ab", 0, 2), Entity("t", "bc", 1, 3)),
        (Entity("t", "", 1, 1),),
        (Entity("t", "c", 2, 9),),
    ],
    ids=["overlapping", "empty", "outside"],
)
def test_entities_that_do_not_fit_the_text_are_refused(entities: tuple[Entity, ...]) -> None:
    with pytest.raises(DataError, match="cannot be annotated"):
        annotated("abc", entities)
