"""Benchmark of the FAQ: paraphrases, none of them learnt, through the very same trainer."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.errors import DataError
from bot.types import Example
from training.benchmark import Benchmark, benchmark
from training.learners import trainer_of
from training.progress import Progress, silent

QUESTIONS = "faqs_en.jsonl"
QUERIES = "queries_en.jsonl"
REFERENCES = {
    "TF-IDF over the questions": {"precision_at_1": 0.425, "mrr": 0.5455, "hit_at_5": 0.6875},
    "the encoder as it comes": {"precision_at_1": 0.658, "mrr": 0.768},
}
"""Nothing is published for this data; these are our own figures, on the questions alone."""


def bench_faq(
    folder: Path, seeds: Sequence[int], settings: Settings, progress: Progress = silent
) -> Benchmark:
    """Learn the questions and answers of a folder, and score on its queries."""
    queries = list(_queries(folder / QUERIES))
    with tempfile.TemporaryDirectory() as scratch:
        answers = Path(scratch) / "answers.yml"
        text = json.dumps(_answers(folder / QUESTIONS), ensure_ascii=False)
        answers.write_text(text, encoding="utf-8")
        trainer = trainer_of("faq", settings, answers, progress)
        return benchmark(
            "covid-qa-deepset", trainer, trainer.examples(), queries, seeds, REFERENCES
        )


def _answers(file: Path) -> list[dict[str, str]]:
    """Write the published questions as a file of answers; JSON is YAML as well."""
    return [
        {"id": str(row["faq_id"]), "question": row["question"], "answer": row["answer"]}
        for row in _rows(file)
    ]


def _queries(file: Path) -> Iterator[Example]:
    for row in _rows(file):
        yield from (Example(row["query"], str(id)) for id in row["relevant"])


def _rows(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        raise DataError(f"{file} is missing. Name the folder of the data set covid-qa-deepset.")
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
