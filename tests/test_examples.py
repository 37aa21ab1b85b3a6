"""Files of examples."""

import json
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.examples import read_examples, write_examples
from bot.types import Example


def test_examples_are_written_and_read_again(tmp_path: Path) -> None:
    examples = [Example("hi\n[x](y) é", "greet"), Example("no", "deny", 0.5), Example("z", "q", 0)]
    write_examples(tmp_path / "examples.jsonl", examples)
    assert read_examples(tmp_path / "examples.jsonl") == examples
    assert [file.name for file in tmp_path.iterdir()] == ["examples.jsonl"]


def test_a_failed_write_keeps_the_old_examples(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    write_examples(file, [Example("old", "x")])
    with pytest.raises(UnicodeEncodeError):
        write_examples(file, [Example("\ud800", "x")])
    assert read_examples(file) == [Example("old", "x")]


def test_blank_lines_and_further_keys_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"input": "a", "target": "b", "source": "web"}\r\n\r\n')
    assert read_examples(file) == [Example("a", "b")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"input": "a"', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'["a", "b"]', "no JSON object"),
        (b'{"input": "a"}', '"target" is missing'),
        (b'{"target": "a"}', '"input" is missing'),
        (b'{"input": 5, "target": "a"}', '"input" should be a text'),
        (b'{"input": "a", "target": " "}', '"target" should be a text, and not empty'),
        (b'{"input": "\\ud800", "target": "a"}', "half a character"),
        (b'{"input": "\xe9", "target": "a"}', "not UTF-8"),
        *(
            (json.dumps({"input": "a", "target": "b", "weight": weight}).encode(), '"weight"')
            for weight in (-1, float("nan"), float("inf"), 10**400, "1", True, None)
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value)[:40],
)
def test_a_mistake_in_an_examples_file_is_named_with_its_line(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_bytes(b'{"input": "a", "target": "b"}\n' + line + b"\n")
    with pytest.raises(DataError) as error:
        read_examples(file)
    assert str(error.value).startswith(f"{file}, line 2: ")
    assert reason in str(error.value)
