"""The FAQ benchmark, on a tiny encoder and a tiny data set."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import DataError
from tests.tiny_encoder import write_tiny_encoder
from training.benchmark_faq import bench_faq

TOPICS = ("refund", "password", "invoice", "holiday", "teacher")


def test_the_benchmark_learns_questions_and_scores_queries(
    tmp_path: Path, settings: Settings
) -> None:
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    write_tiny_encoder(encoder)
    rows = [{"faq_id": n, "question": f"What is a {t}?", "answer": t} for n, t in enumerate(TOPICS)]
    query = {"query": "what is a refund", "relevant": [0, 1]}
    (tmp_path / "faqs_en.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "queries_en.jsonl").write_text(json.dumps(query), encoding="utf-8")
    bundled = replace(settings, encoder=str(encoder), skills=Settings().skills)
    result = bench_faq(tmp_path, (3,), bundled)
    assert result.figures["n"] == 1
    assert result.figures["hit_at_5"] == 1.0
    assert result.seeds == (3,)
    assert result.megabytes > 0
    with pytest.raises(DataError, match="covid-qa-deepset"):
        bench_faq(tmp_path / "nowhere", (0,), bundled)
