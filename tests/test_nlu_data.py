"""Files in Rasa's NLU format, right and wrong."""

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.nlu_data import NluData, merged, read_nlu
from bot.types import Example

RASA_FILE = """\
version: "3.1"
nlu:
- intent: book_flight
  metadata:
    title: Book a flight
  examples: |
    - fly to [Boston](city)
    - from [NYC]{"entity": "city", "role": "from", "value": "New York"}

    # a comment
    -to [Paris](city:Paris, France)
- intent: faq/ask_price
  examples:
  - text: |
      what does it cost?
    metadata:
      sentiment: neutral
  - text: how much
- synonym: New York
  examples: |
    - Big Apple
- regex: order
  examples: |
    - \\d{8}
    - [A-Z]{2}-\\d+
- lookup: city
  examples: |
    - Boston
    - 北京
responses:
  utter_hello:
  - text: Hello
"""


@pytest.fixture
def nlu_file(tmp_path: Path) -> Path:
    return tmp_path / "nlu.yml"


def test_a_rasa_file_is_read_in_full(nlu_file: Path) -> None:
    nlu_file.write_text(RASA_FILE, encoding="utf-8")
    nlu = read_nlu(nlu_file)
    assert [(example.input, example.target) for example in nlu.examples] == [
        ("fly to [Boston](city)", "book_flight"),
        ('from [NYC]{"entity": "city", "role": "from", "value": "New York"}', "book_flight"),
        ("to [Paris](city:Paris, France)", "book_flight"),
        ("what does it cost?", "faq"),
        ("how much", "faq"),
    ]
    assert nlu.intents == ("book_flight", "faq")
    assert nlu.titles == {"book_flight": "Book a flight"}
    assert nlu.synonyms == {"nyc": "New York", "paris": "Paris, France", "big apple": "New York"}
    assert nlu.regexes == {"order": (r"\d{8}", r"[A-Z]{2}-\d+")}
    assert nlu.lookups == {"city": ("Boston", "北京")}


@pytest.mark.parametrize("text", ["", "version: '3.1'\n", "nlu:\n", "stories:\n- story: a\n"])
def test_a_file_without_nlu_items_is_empty(nlu_file: Path, text: str) -> None:
    nlu_file.write_text(text)
    assert read_nlu(nlu_file) == NluData()


def test_an_intent_may_have_a_title_and_no_examples(nlu_file: Path) -> None:
    nlu_file.write_text("nlu:\n- intent: faq\n  metadata: {title: Ask a question}\n")
    assert read_nlu(nlu_file).intents == ("faq",)


def test_an_intent_that_only_buttons_send_has_neither_title_nor_examples(nlu_file: Path) -> None:
    nlu_file.write_text("nlu:\n- intent: answer\n  metadata: {pressed: true}\n")
    nlu = read_nlu(nlu_file)
    assert (nlu.intents, nlu.titles, nlu.examples) == (("answer",), {}, ())


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("nlu: [", 1, "not valid YAML"),
        ("nlu:\n- intent: a: b", 2, "not valid YAML"),
        ("nlu:\n  \x00", 2, "not valid YAML"),
        ("- " * 1500, 1, "nested too deeply"),
        ("nlu:\n- intent: a\n---\nb: 2", 3, "not valid YAML"),
        ("hello", 1, "should be 'key: value' lines"),
        ("version: 3\nnlus:\n- intent: a", 2, "Unknown key 'nlus'"),
        ("? [a]\n: b", 1, "Unknown key that is no text"),
        ("nlu: []\nnlu: []", 2, "'nlu' stands here twice"),
        ("nlu:\n  intent: a", 2, "'nlu' should be a list"),
        ("nlu: hello", 1, "'nlu' should be a list"),
        ("nlu:\n- hello", 2, "should be 'key: value' lines"),
        ("nlu:\n- intent: a\n  exmples: |\n    - b", 3, "Unknown key 'exmples'"),
        ("nlu:\n- examples: |\n    - b", 2, "needs exactly one of 'intent'"),
        ("nlu:\n- intent: a\n  regex: b\n  examples: |\n    - b", 2, "needs exactly one of"),
        ("nlu:\n- intent:\n  examples: |\n    - b", 2, "name of the intent should be a text"),
        ("nlu:\n- intent: /x\n  examples: |\n    - b", 2, "cannot be called '/x'"),
        ("nlu:\n- intent: out_of_scope\n  examples: |\n    - b", 2, "Choose another name"),
        ("nlu:\n- intent: a", 2, "Add 'examples: |'"),
        ("nlu:\n- synonym: a", 2, "Add 'examples: |'"),
        ("nlu:\n- intent: a\n  metadata: {title: }\n", 3, "The title of an intent"),
        ("nlu:\n- intent: a\n  metadata:\n    title:\n\n  examples: |\n    - b", 4, "The title"),
        ("nlu:\n- intent: a\n  examples: |\n\n    - b\n    c\n", 6, "'c' is no line of examples"),
        ("nlu:\n- intent: a\n  examples: |\n    - b\n    -\n", 5, "Write '- ' and a text"),
        ("nlu:\n- intent: a\n  examples: >\n    - b\n    - c\n", 3, "Write 'examples: |'"),
        ("nlu:\n- intent: a\n  examples:\n    - b\n", 4, "Write 'examples: |'"),
        ("nlu:\n- intent: a\n  examples:\n  - metadata: {}\n", 4, "has no 'text'"),
        ("nlu:\n- intent: a\n  examples: {b: c}\n", 3, "Write 'examples: |'"),
        ('nlu:\n- intent: a\n  examples: |\n    - b\n    - [x]{"entity"\n', 5, "not valid JSON"),
        ('nlu:\n- intent: a\n  examples:\n  - text: |\n      [x]{"e": 1}\n', 5, '"entity"'),
        ("nlu:\n- regex: a\n  examples: |\n    - \\d\n    - (\n", 5, "not a valid regex"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_line(
    nlu_file: Path, text: str, line: int, reason: str
) -> None:
    nlu_file.write_text(text)
    with pytest.raises(DataError) as error:
        read_nlu(nlu_file)
    assert str(error.value).startswith(f"{nlu_file}, line {line}: ")
    assert reason in str(error.value)


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(nlu_file: Path) -> None:
    nlu_file.write_bytes("nlu:\n- intent: caf\u00e9\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"line 2: This is not UTF-8\. Save"):
        read_nlu(nlu_file)


def test_a_missing_file_is_named(nlu_file: Path) -> None:
    with pytest.raises(DataError, match=r"nlu\.yml cannot be read .* Check its name"):
        read_nlu(nlu_file)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(nlu_file: Path) -> None:
    nlu_file.write_bytes(
        b"\xef\xbb\xbfnlu:\r\n- intent: a\r\n  examples: |\r\n    - b\r\n    - c\r\n"
    )
    assert [example.input for example in read_nlu(nlu_file).examples] == ["b", "c"]


def test_merged_data_hold_everything_once_and_the_later_title() -> None:
    first = NluData(
        (Example("a", "x"),), {"x": "Old"}, {"s": "1"}, {"r": (r"\d",)}, {"l": ("a", "b")}
    )
    second = NluData((Example("b", "y"),), {"x": "New"}, {"s": "2"}, {}, {"l": ("b", "c")})
    assert merged([first, second]) == NluData(
        (Example("a", "x"), Example("b", "y")),
        {"x": "New"},
        {"s": "2"},
        {"r": (r"\d",)},
        {"l": ("a", "b", "c")},
    )
