"""The report's page: whole, safe to open, alone, and the same each time."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pytest

from bot.config import PROJECT, Settings
from bot.database import Store
from bot.promotions import put_into_service
from training.drawing import COLUMNS, short
from training.drift import Heard, days
from training.night import folder_of
from training.page import page, sentence
from training.record import Case, Outcome, Record, append_record, write_cases
from training.report import Night, read_night, write_report
from training.summaries import Change
from training.trainer import Judgement

NASTY = ("<script>$a$ & $b$\x1b", "退款申请和账户余额查询以及其他问题", "استرداد")
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Notes what a page holds; an element closed by another's end is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self.open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.ids |= {value for name, value in attrs if name == "id" and value}
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def name(number: int) -> str:
    return f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}T03:00:00+00:00"


def record(number: int, outcome: Outcome = "promoted", learner: str = "intent") -> Record:
    made = outcome in ("promoted", "rejected")
    before = {"accuracy": 0.8, "n": 40} if number else {}
    return Record(
        name(number),
        learner,
        outcome,
        ("accuracy <b>moved</b>.",),
        f"v{number + 2:04d}" if made else None,
        f"v{number + 1:04d}" if number else None,
        {"old": 50, "new": 5, "aside": 2} if made else {},
        before if made else {},
        {"accuracy": 0.85, "n": 40} if made else {},
    )


def cases(classes: tuple[str, ...]) -> list[Case]:
    wrong = [Case("?", each, None, Judgement(classes[0], 0.4, 0.0)) for each in classes[1:]]
    return [*wrong, Case("<i>?</i>", classes[0], None, Judgement(classes[0], 0.9, 1.0))]


def night(*records: Record, classes: tuple[str, ...] = NASTY) -> Night:
    last = records[-1].night
    said = [Heard(date(2026, 1, 1 + each), classes[0], 0.5) for each in range(3)]
    back = Change("rollback", "v0002", datetime.fromisoformat(last))
    metrics = {"intent": "accuracy"}
    fixed = {"intent": cases(classes)}
    changes = {"intent": [back]}
    return Night(last, records, metrics, fixed, {}, changes, days(said, {classes[1]: 3}))


@pytest.mark.parametrize("count", [1, 5, 100])
def test_a_page_of_any_number_of_nights_has_every_plot_and_needs_nothing_else(count: int) -> None:
    read = Reader(page(night(*map(record, range(count)))))

    assert read.tags["svg"] == 5
    assert {"accuracy (higher is better)", "confidence (0 to 1)"} < set(
        map(str.strip, read.text.split("\n"))
    )
    assert read.tags.keys().isdisjoint({"script", "link", "img", "iframe", "object", "image"})
    assert all(link.startswith("#") and link[1:] in read.ids for link in read.links)


def test_names_of_any_script_are_text_and_never_code() -> None:
    html = page(night(record(0)))

    assert "<script" not in html
    assert "<i>" not in html
    assert "<b>" not in html
    read = Reader(html)
    assert "<script>$a$ & $b$ (1)" in read.text.replace("\u200e", "")
    assert short(NASTY[1]) in read.text
    assert "\x1b" not in "".join(short(each) for each in NASTY)


def test_the_same_night_gives_the_same_page_and_leaves_the_settings_of_plots() -> None:
    told = night(record(0), record(1))
    settings = dict(mpl.rcParams)

    assert page(told) == page(told)
    assert dict(mpl.rcParams) == settings


def test_counts_of_what_there_is_none_of_are_left_out() -> None:
    figures = {"accuracy": 0.0, "n_entities": 0, "n_in_scope": 40}
    text = Reader(page(night(replace(record(1), before=figures, after=figures)))).text

    assert "n in scope" in text
    assert "accuracy (decides)" in text
    assert "n entities" not in text


def test_150_classes_are_cut_to_the_worst() -> None:
    classes = tuple(f"class_{number:03d}" for number in range(150))

    read = Reader(page(night(record(0), classes=classes)))

    assert "class_011 (1)" in read.text.replace("\u200e", "")
    assert "class_120 (1)" not in read.text.replace("\u200e", "")


@pytest.mark.parametrize("outcome", ["failed", "postponed", "nothing new"])
def test_a_learner_that_made_nothing_is_told_of_too(outcome: Outcome) -> None:
    read = Reader(page(Night(name(0), [record(0, outcome)])))

    assert read.tags["svg"] == 0
    assert "nothing is in service yet. Why: accuracy <b>moved</b>." in read.text
    assert "No held-out example was scored this night" in read.text
    assert "Nobody wrote to the bot lately." in read.text


def test_three_rejected_nights_in_a_row_are_said_loudly_and_two_are_not() -> None:
    rejected = [record(number, "rejected") for number in (1, 2, 3)]

    assert 'role="alert"' in page(night(record(0), *rejected))
    assert 'role="alert"' not in page(night(record(0), *rejected[:2]))


def test_examples_set_aside_send_a_person_to_the_review() -> None:
    assert "2 examples set aside; nocturne review" in Reader(page(night(record(0)))).text


def test_a_sentence_says_what_happened_and_why() -> None:
    told = Record(name(0), "faq", "rejected", ("mrr fell.", "a class fell"), "v0003", "v0002")

    expected = "v0003 was made and rejected; v0002 stays in service. Why: mrr fell; a class fell."
    assert sentence(told) == expected


def test_long_names_are_cut_by_what_they_take_on_the_screen() -> None:
    assert short("a" * COLUMNS) == "a" * COLUMNS
    assert short("a" * (COLUMNS + 1)) == "a" * (COLUMNS - 1) + "…"
    assert short("退" * COLUMNS) == "退" * 11 + "…"
    assert short(" a\n\tb ") == "a b"


def test_a_night_is_read_from_where_it_was_left(settings: Settings, tmp_path: Path) -> None:
    for each in (record(0), record(0, "failed", "faq"), record(1), record(2)):
        append_record(settings.home / "nights.jsonl", each)
    folder = folder_of(settings.home, name(1))
    write_cases(folder / "intent.fixed.jsonl", cases(("a", "b")))
    (settings.models / "intent").mkdir(parents=True)
    put_into_service(settings.models / "intent", "v0002", "promote", name(0))

    read = read_night(settings, Store.in_memory(), name(1), {"intent": "accuracy"}, {"a": 1})
    write_report(tmp_path / "new" / "night.html", read)

    assert [each.night for each in read.records] == [name(0), name(0), name(1)]
    assert read.fixed == {"intent": cases(("a", "b"))}
    assert read.recent == {"intent": []}
    assert [each.version for each in read.changes["intent"]] == ["v0002"]
    assert Reader((tmp_path / "new" / "night.html").read_text(encoding="utf-8")).tags["svg"] == 4


def test_what_draws_is_imported_only_when_a_report_is_written() -> None:
    code = "import sys, training.report; print('matplotlib' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True
    )

    assert shown.stdout == "False\n"
