"""What waits as a file, and labels taken back from it."""

import json
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.review.files import Taken, take_labels, write_items
from tests.review.logs import Log


@pytest.fixture
def log() -> Log:
    log = Log()
    log.say("my money", faq=0.4)
    log.say("odd [thing](x) # here", out_of_scope=0.9)
    return log


def take(log: Log, file: Path) -> Taken:
    return take_labels(file, log.reviews, log.labels(), log.items())


@pytest.mark.parametrize("ending", ["jsonl", "yml"])
def test_an_export_that_nobody_labelled_teaches_nothing(
    log: Log, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"waiting.{ending}"
    write_items(file, log.items(), log.labels())

    assert take(log, file) == Taken(new=0, known=0, empty=2)
    assert (log.taught(), len(log.items())) == ([], 2)


@pytest.mark.parametrize("ending", ["jsonl", "yml"])
def test_a_labelled_export_is_taken_back_once(log: Log, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"waiting.{ending}"
    write_items(file, log.items(), log.labels())
    text = file.read_text(encoding="utf-8")
    for target in ("out_of_scope", "faq/price"):
        text = text.replace('"target": null', f'"target": "{target}"', 1)
        text = text.replace("intent: unlabelled", f"intent: {target}", 1)
    file.write_text(text, encoding="utf-8")
    taught = [
        ("intent", "odd \\[thing\\](x) # here", "out_of_scope"),
        ("intent", "my money", "faq"),
        ("faq", "my money", "price"),
    ]

    assert take(log, file) == Taken(new=2, known=0, empty=0)
    assert (log.taught(), log.items()) == (taught, [])
    assert log.feedback.waiting("faq")[0].event_id > 0
    assert take(log, file) == Taken(new=0, known=2, empty=0)
    assert log.taught() == taught


def test_an_export_says_why_and_what_is_likely(log: Log, tmp_path: Path) -> None:
    write_items(tmp_path / "waiting.jsonl", log.items(), log.labels())
    lines = (tmp_path / "waiting.jsonl").read_text(encoding="utf-8").splitlines()
    objects = {line["input"]: line for line in map(json.loads, lines)}

    assert objects["my money"]["likely"] == ["faq/refund", "faq/price", "faq"]
    assert objects["my money"]["why"] == ["unsure: faq 40%"]
    assert objects["my money"]["answered"] == "Did you mean?"


def test_entities_of_an_import_are_learnt(log: Log, tmp_path: Path) -> None:
    file = tmp_path / "labels.yml"
    file.write_text("nlu:\n- intent: book\n  examples: |\n    - to [Lima](city) please\n")

    assert take(log, file) == Taken(new=1, known=0, empty=0)
    assert log.taught() == [("intent", "to [Lima](city) please", "book")]


GOOD = '{"input": "my money", "target": "faq"}\n'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("l.jsonl", GOOD + '{"input": "x", "target": "bok"}', "line 2: There is no label 'bok'"),
        (
            "l.jsonl",
            GOOD + '{"input": "x", "target": "booking/x"}',
            "There is no label 'booking/x'",
        ),
        ("l.jsonl", GOOD + '{"target": "faq"}', 'line 2: "input" is missing'),
        ("l.jsonl", GOOD + "{", "line 2: This is not valid JSON"),
        ("l.jsonl", GOOD + '{"input": "[x]{", "target": "faq"}', "line 2: The annotation"),
        (
            "l.jsonl",
            GOOD + '{"input": "My money", "target": "book"}',
            "is labelled book here and faq",
        ),
        ("l.yml", "nlu:\n- intent: bok\n  examples: |\n    - hi\n", "l.yml, line 4: There is no"),
        ("l.yml", "nlu:\n- intent: faq\n  examples: |\n    hi\n", "l.yml, line 4: 'hi' is no line"),
        ("l.txt", GOOD, "should end in .jsonl or .yml"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_taken(
    log: Log, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError) as error:
        take(log, tmp_path / name)

    assert message in str(error.value)
    assert str(tmp_path / name) in str(error.value)
    assert (log.taught(), len(log.items())) == ([], 2)


def test_labels_like_the_unknown_one_are_named(log: Log, tmp_path: Path) -> None:
    (tmp_path / "l.jsonl").write_text('{"input": "x", "target": "bok"}')
    with pytest.raises(DataError, match="such as book"):
        take(log, tmp_path / "l.jsonl")
