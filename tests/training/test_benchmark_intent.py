"""Benchmarks of understanding: folders of published data are read, learnt and scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.annotation import parse_annotation
from bot.config import Settings
from bot.errors import DataError
from bot.types import OUT_OF_SCOPE
from tests.tiny_encoder import write_tiny_encoder
from training.benchmark_intent import bench_intent
from training.published import read_published


def write_lines(folder: Path, **columns: str) -> None:
    folder.mkdir(parents=True)
    for name, lines in columns.items():
        (folder / name.replace("_", ".")).write_text(lines, encoding="utf-8")


@pytest.fixture
def banking(tmp_path: Path) -> Path:
    for part in ("train", "test"):
        (tmp_path / f"{part}.csv").write_text(
            'text,category\n"hi, [you]",greet\nbye,leave\n', encoding="utf-8"
        )
    for part in ("train_10", "test"):
        write_lines(tmp_path / "fewshot-split" / part, seq_in="hi\nbye\n", label="greet\nleave\n")
    return tmp_path


@pytest.fixture
def snips(tmp_path: Path) -> Path:
    for part in ("train", "test"):
        write_lines(
            tmp_path / part,
            seq_in="fly to new york  today\nplay it\n",
            seq_out="O O B-city I-city B-date\nO I-song\n",
            label="Fly\nPlay\n",
        )
    return tmp_path


@pytest.fixture
def clinc(tmp_path: Path) -> Path:
    parts = {
        "train": [["hi", "greet"]],
        "oos_train": [["zzz", "oos"]],
        "test": [["bye", "leave"]],
        "oos_test": [["yyy", "oos"]],
    }
    (tmp_path / "data_full.json").write_text(json.dumps(parts), encoding="utf-8")
    return tmp_path


def test_banking77_is_read_with_brackets_as_text(banking: Path) -> None:
    data = read_published(banking)
    assert [parse_annotation(example.input)[0] for example in data.train] == ["hi, [you]", "bye"]
    assert [example.target for example in data.test] == ["greet", "leave"]


def test_the_few_shot_split_is_a_variant_with_published_figures(banking: Path) -> None:
    data = read_published(banking, "10-shot")
    assert data.name == "banking77, 10-shot"
    assert data.references["CPFT"]["accuracy"] == 0.872


def test_clinc150_brings_its_utterances_out_of_scope(clinc: Path) -> None:
    data = read_published(clinc)
    assert [example.target for example in data.train] == ["greet", OUT_OF_SCOPE]
    assert [example.target for example in data.test] == ["leave", OUT_OF_SCOPE]


def test_tags_become_entities_at_their_characters(snips: Path) -> None:
    first, second = (parse_annotation(example.input) for example in read_published(snips).test)
    assert first[0] == "fly to new york  today"
    assert [(e.type, e.value) for e in first[1]] == [("city", "new york"), ("date", "today")]
    assert [(e.type, e.value) for e in second[1]] == [("song", "it")]


@pytest.mark.parametrize("variant", ["3-shot", "10 shot"])
def test_an_unknown_variant_is_an_error_that_names_those_there_are(
    banking: Path, variant: str
) -> None:
    with pytest.raises(DataError, match="full, 10-shot or 5-shot"):
        read_published(banking, variant)


def test_a_folder_without_a_known_data_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=str(tmp_path)):
        read_published(tmp_path)


def test_a_benchmark_gives_the_mean_of_its_seeds_and_what_it_took(
    snips: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    encoder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"))
    settings = Settings(encoder=str(encoder), device="cpu", precision="float32")
    found = bench_intent(snips, [0, 1], settings)
    scores = [run["entity_f1"] for run in found.runs]
    assert found.figures["entity_f1"] == pytest.approx(sum(scores) / 2)
    assert found.figures["n_entities"] == 3
    assert found.seconds > 0
    assert found.megabytes > 0
    assert "JointBERT" in found.references
