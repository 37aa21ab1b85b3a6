"""The files of answers: what is read, and how a mistake in them is named."""

from pathlib import Path

import pytest
from ruamel.yaml.nodes import Node

from bot import marked_yaml
from bot.errors import DataError
from skills.faq.answers import Answer, read_answers

REFUND = """
- id: refund
  question: How do I get a refund?
  variants:
    - i want my money back
    - "refund: how?"
  answer: |
    Write to us.

    *Within 14 days.*
  tags: [payment]
  link: https://academy.example/refund
"""


def written(folder: Path, text: str | bytes, name: str = "answers.yml") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_an_answer_is_read_with_all_its_parts(tmp_path: Path) -> None:
    (answer,) = read_answers(written(tmp_path, REFUND))
    assert answer == Answer(
        id="refund",
        question="How do I get a refund?",
        answer="Write to us.\n\n*Within 14 days.*",
        variants=("i want my money back", "refund: how?"),
        tags=("payment",),
        link="https://academy.example/refund",
    )
    assert answer.questions[0] == "How do I get a refund?"


def test_a_folder_is_read_in_order_of_file_name_and_other_files_are_left_alone(
    tmp_path: Path,
) -> None:
    written(tmp_path, "- {id: b, question: B?, answer: b}", "2.yml")
    written(tmp_path, "- {id: a, question: A?, answer: a}", "1.yml")
    written(tmp_path, "{}", "eval.jsonl")
    assert [answer.id for answer in read_answers(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]"])
def test_a_file_without_answers_is_no_mistake(tmp_path: Path, text: str) -> None:
    assert read_answers(written(tmp_path, text)) == ()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no answers at .*nowhere\.yml\. Name a file"):
        read_answers(tmp_path / "nowhere.yml")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("\n- id: a\n  question: A?\n", 2, "has no 'answer'. Add", id="missing key"),
        pytest.param(
            "- id: a\n  question: A?\n  anwser: a\n", 3, "Unknown key 'anwser'", id="unknown key"
        ),
        pytest.param(
            "- id: a\n  question: A?\n  answer:\n", 3, "The answer should", id="empty answer"
        ),
        pytest.param(
            "- id: a\n  answer:\n\n  question: A?\n", 2, "The answer should", id="empty, not last"
        ),
        pytest.param(
            "- id: a\n  question: A?\n  answer: a\n  answers:\n  - answer: b\n",
            5,
            "needs 'answer' and 'language' or 'level'",
            id="an answer for nobody in particular",
        ),
        pytest.param("- id: [a]\n  question: A?\n  answer: a\n", 1, "The id should be", id="type"),
        pytest.param(
            "- id: a\n  question: A?\n  answer: a\n  variants: how\n", 4, "a list", id="no list"
        ),
        pytest.param(
            "- id: a\n  question: A?\n  answer: a\n  variants:\n    - x\n    -\n",
            6,
            "An item of 'variants'",
            id="empty variant",
        ),
        pytest.param("id: a\n", 1, "A file of answers should be a list", id="no list of answers"),
        pytest.param("- a\n", 1, "an answer should be 'key: value' lines", id="no keys"),
        pytest.param("- id: a\n  id: b\n", 2, "stands here twice", id="key twice"),
        pytest.param("- id: a\n  question: Refund: how?\n", 2, "not valid YAML", id="colon"),
        pytest.param("- id: a\n\t- b\n", 2, "not valid YAML", id="tab"),
        pytest.param("- id: a\n  question: '\n", 3, "not valid YAML", id="open quotation mark"),
        pytest.param(b"- id: a\n  question: \xff\n", 2, "not UTF-8", id="encoding"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(
    tmp_path: Path, text: str | bytes, line: int, message: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_answers(file)
    assert str(caught.value).startswith(f"{file}, line {line}: ")
    assert message in str(caught.value)


def test_answers_are_parsed_once_until_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []

    def document(text: str) -> Node | None:
        parsed.append(text)
        return marked_yaml.document(text)

    monkeypatch.setattr("skills.faq.answers.document", document)
    written(tmp_path, REFUND)

    assert read_answers(tmp_path) == read_answers(tmp_path)
    assert len(parsed) == 1
    written(tmp_path, REFUND.replace("14", "30 or more"))
    assert "30 or more" in read_answers(tmp_path)[0].answer


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    first = written(tmp_path, REFUND, "1.yml")
    second = written(tmp_path, "\n\n- {id: refund, question: Q?, answer: a}", "2.yml")
    with pytest.raises(DataError) as caught:
        read_answers(tmp_path)
    assert str(caught.value).startswith(f"{second}, line 3: The id 'refund'")
    assert f"{first}, line 2" in str(caught.value)
