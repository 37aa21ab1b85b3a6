"""Records of nights: what was written is read, as far as it got."""

from pathlib import Path

from training.record import Case, Record, append_record, read_cases, read_records, write_cases
from training.trainer import Judgement

RECORD = Record("2026-01-02T03:00:00+00:00", "faq", "rejected", ("worse",), "v0002", "v0001")


def test_records_are_read_in_the_order_of_the_nights(tmp_path: Path) -> None:
    later = Record("2026-01-03T03:00:00+00:00", "faq", "promoted", after={"mrr": 0.9})
    append_record(tmp_path / "nights.jsonl", RECORD)
    append_record(tmp_path / "nights.jsonl", later)

    assert read_records(tmp_path / "nights.jsonl") == [RECORD, later]


def test_a_line_that_was_cut_off_loses_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "nights.jsonl"
    append_record(file, RECORD)
    file.write_text(file.read_text() + '{"night": "20')
    append_record(file, RECORD)

    assert read_records(file) == [RECORD, RECORD]


def test_cases_are_read_as_written(tmp_path: Path) -> None:
    judged = Judgement("refund", 0.75, 1.0)
    cases = [Case("zwölf €?", "refund", None, judged), Case("b", "c", judged, judged)]
    write_cases(tmp_path / "new" / "cases.jsonl", cases)

    assert read_cases(tmp_path / "new" / "cases.jsonl") == cases
    assert read_cases(tmp_path / "missing.jsonl") == []
