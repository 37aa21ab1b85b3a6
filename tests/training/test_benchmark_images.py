"""The benchmark of pictures, on a few that are painted."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bot.config import Settings
from bot.errors import DataError
from bot.examples import write_examples
from tests.tiny_vision import write_tiny_vision
from training import benchmark_images
from training.bench import bench
from training.benchmark_images import bench_images, labels_in, read_split

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200)}
SPLITS = {"train": 10, "valid": 3, "test": 3}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        vision=str(write_tiny_vision(tmp_path / "vision")),
        device="cpu",
        precision="float32",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "trashnet"
    (folder / "images").mkdir(parents=True)
    with (folder / "split_seed0.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "label", "split"), *rows(folder)])
    return folder


def rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    draw = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        for split, count in SPLITS.items():
            for number in range(count):
                name = f"images/{label}-{split}-{number}.png"
                noise = draw.integers(-30, 30, (40, 40, 3)) + np.array(colour)
                Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(folder / name)
                yield name, label, split


def test_the_test_part_is_scored_by_what_the_rest_taught(folder: Path, settings: Settings) -> None:
    result = bench_images(folder, "test", settings)

    assert result.figures["accuracy"] == 1
    assert result.figures["n"] == len(COLOURS) * SPLITS["test"]
    assert "from scratch, published" in result.references


def test_each_label_is_added_in_turn(folder: Path, settings: Settings) -> None:
    result = bench_images(folder, "label", settings)

    assert len(result.runs) == len(COLOURS)
    assert result.figures["new_recall_at_least"] == 1
    assert result.figures["old_lost_at_most"] == 0


def test_files_of_examples_are_read_too_and_labels_may_be_joined(
    folder: Path, settings: Settings
) -> None:
    names = {"train": "train", "valid": "valid", "test": "eval"}
    for part, examples in read_split(folder).items():
        joined = [replace(each, target=f"{each.target}+warm") for each in examples[:2]]
        write_examples(folder / f"{names[part]}.jsonl", [*joined, *examples])
    parts = read_split(folder)

    assert {part: len(found) for part, found in parts.items()} == {
        part: len(COLOURS) * count + 2 for part, count in SPLITS.items()
    }
    assert labels_in(parts["train"]) == [*sorted(COLOURS), "warm"]


def test_the_command_prints_one_json_object(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_images, "LARGE", (400, 300))
    monkeypatch.setattr(benchmark_images, "TIMED", 1)
    result = CliRunner().invoke(
        bench, ["images", str(folder), "--kind", "speed", "--json"], obj=settings
    )

    figures = json.loads(result.stdout)["figures"]
    assert set(figures) == {"milliseconds_for_12_megapixels", "pictures_a_second"}


def test_another_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Name the folder of the data set trashnet"):
        read_split(tmp_path)
