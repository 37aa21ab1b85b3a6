"""Covers of courses: what is alike to look at comes together; without covers nothing is loaded."""

import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file

from bot.errors import DataError
from bot.types import Example
from bot.vision import Vision
from skills.courses.catalogue.catalogue import read_catalogue
from skills.courses.catalogue.course import Course
from skills.courses.catalogue.imports import import_catalogue
from skills.courses.ranking.looking import embedded
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.storage import ARRAYS
from skills.courses.train import CoursesTrainer
from tests.test_courses_model import trainer_of

COLOURS = {"red": (200, 40, 40), "green": (40, 190, 60), "blue": (50, 60, 210)}
EACH = 6
NEW = "red_new"


class Colours:
    """A network that sees the mean colour of a picture, and nothing else."""

    widths = (3,)

    def features(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        means = [np.asarray(each, np.float32).mean((0, 1)) / 255 for each in pictures]
        return torch.from_numpy(np.stack(means))


@pytest.fixture(scope="module")
def stubbed() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vision, "load", lambda *_: Colours())
        yield


def cover(folder: Path, name: str, colour: tuple[int, int, int], shade: int = 0) -> Path:
    file = folder / f"{name}.png"
    Image.new("RGB", (40, 30), tuple(each + shade for each in colour)).save(file)
    return file


def courses_in(folder: Path) -> list[Course]:
    """Courses of which nothing but the cover tells one from the other, the last taken by nobody."""
    found = [
        Course(f"{name}{n}", "A course", image=cover(folder, f"{name}{n}", colour, 4 * n))
        for name, colour in COLOURS.items()
        for n in range(EACH)
    ]
    new = Course(NEW, "A course", image=cover(folder, NEW, COLOURS["red"], 10))
    return [*found, new, Course("bare", "A course")]


def enrolments(people: int = 90) -> list[Example]:
    """People keep to a colour, and take four of its courses."""
    random, names = np.random.default_rng(0), list(COLOURS)
    return [
        Example(f"u{person}", f"{names[person % 3]}{n}")
        for person in range(people)
        for n in random.choice(EACH, 4, replace=False)
    ]


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> list[Course]:
    return courses_in(tmp_path_factory.mktemp("covers"))


@pytest.fixture(scope="module")
def trainer(
    courses: list[Course], stubbed: object, tmp_path_factory: pytest.TempPathFactory
) -> CoursesTrainer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skills.courses.tuning.STEPS", 60)
        return trainer_of(tmp_path_factory.mktemp("home"), courses)


@pytest.fixture(scope="module")
def model(trainer: CoursesTrainer) -> CoursesModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skills.courses.tuning.STEPS", 60)
        return trainer.fit(enrolments())


def test_courses_with_like_covers_are_alike(model: CoursesModel) -> None:
    covers = model.traits.covers[[model.columns[id] for id in ("red0", "red5", "blue0")]]
    assert covers[0] @ covers[1] > 0.9
    assert covers[0] @ covers[2] < 0


def test_a_course_that_nobody_took_is_found_by_its_cover(
    model: CoursesModel, courses: list[Course]
) -> None:
    index = model.index(courses)
    histories = [{f"{name}0": 1.0, f"{name}1": 1.0} for name in COLOURS]
    totals = [each.total for each in model.scored(index, histories)]
    places = [int((total > total[index.ids.index(NEW)]).sum()) for total in totals]
    assert places[0] < EACH
    assert min(places[1:]) >= EACH


def test_what_a_cover_brought_to_a_score_is_named(
    model: CoursesModel, courses: list[Course]
) -> None:
    index = model.index(courses)
    (found,) = model.scored(index, [{"red0": 1.0}])
    assert found.parts["cover"][index.ids.index("red1")] != 0
    assert model.fusion.linear.shape == found.inputs.shape[:1]


def test_a_course_without_a_cover_is_ranked(model: CoursesModel, courses: list[Course]) -> None:
    index = model.index(courses)
    (found,) = model.scored(index, [{"red0": 1.0, "bare": 1.0}])
    assert np.isfinite(found.total).all()
    assert not model.traits.covers[model.columns["bare"]].any()


def test_a_cover_that_took_the_place_of_another_is_looked_at_by_the_running_bot(
    model: CoursesModel, courses: list[Course], tmp_path: Path
) -> None:
    (tmp_path / "red0.png").write_bytes(cover(tmp_path, "other", COLOURS["blue"]).read_bytes())
    with (tmp_path / "red0.png").open("ab") as file:
        file.write(b"one byte more")
    changed = replace(courses[0], image=tmp_path / "red0.png")
    index = model.index([changed, *courses[1:]])
    row, blue = index.offered.covers[0], model.traits.covers[model.columns["blue0"]]
    assert row @ blue > 0.9


def test_a_model_with_covers_read_again_scores_the_same(
    model: CoursesModel, courses: list[Course], tmp_path: Path
) -> None:
    model.save(tmp_path)
    again = CoursesModel.load(tmp_path)
    a, b = (each.scored(each.index(courses), [{"red0": 1.0}])[0] for each in (model, again))
    assert np.array_equal(a.total, b.total)


@pytest.fixture(scope="module")
def blind(courses: list[Course], tmp_path_factory: pytest.TempPathFactory) -> CoursesModel:
    """A model of the same courses before they had covers."""
    bare = [replace(each, image=None) for each in courses]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skills.courses.tuning.STEPS", 60)
        return trainer_of(tmp_path_factory.mktemp("blind"), bare).fit(enrolments())


def test_a_version_saved_before_there_were_covers_is_read(
    blind: CoursesModel, courses: list[Course], tmp_path: Path
) -> None:
    blind.save(tmp_path)
    new = ("traits.covers", "looking.centre", "looking.turn")
    arrays = {k: v for k, v in load_file(tmp_path / ARRAYS).items() if k not in new}
    save_file(arrays, tmp_path / ARRAYS)
    again = CoursesModel.load(tmp_path)
    a, b = (each.scored(each.index(courses), [{"red0": 1.0}])[0] for each in (blind, again))
    assert np.array_equal(a.total, b.total)
    assert "cover" not in again.traits.names


def test_a_night_looks_at_covers_that_are_new_and_keeps_the_net(
    blind: CoursesModel, trainer: CoursesTrainer, courses: list[Course]
) -> None:
    seeing = trainer.update(blind, [], enrolments())
    index = seeing.index(courses)
    (found,) = seeing.scored(index, [{"red0": 1.0}])
    assert "cover" in seeing.traits.names
    assert found.inputs.shape[0] == len(blind.fusion.linear) + 1
    assert np.array_equal(seeing.fusion.linear, blind.fusion.linear)


def test_a_net_that_is_widened_scores_as_before(blind: CoursesModel) -> None:
    inputs = np.random.default_rng(0).normal(size=(15, 7)).astype(np.float32)
    assert np.allclose(blind.fusion(inputs, 4.0), blind.fusion.widened(15)(inputs, 4.0))


def test_a_cover_that_cannot_be_opened_is_named_and_left_out(
    stubbed: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    fine = cover(tmp_path, "fine", COLOURS["red"])
    with caplog.at_level(logging.WARNING):
        places, rows = embedded([None, broken, fine], "any", "cpu", "auto")
    assert places.tolist() == [2]
    assert rows.shape == (1, 3)
    assert "broken.png" in caplog.text


def test_where_no_course_has_a_cover_nothing_is_imported() -> None:
    code = (
        "import sys; from skills.courses.ranking.looking import embedded, looking_of;"
        "looking_of([None, None], 'cpu', 'auto');"
        "sys.exit(any(each in sys.modules for each in ('PIL', 'torch', 'bot.vision')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


COURSE = """
- id: a
  title: A
  description: About a.
  topics: [x]
  level: beginner
  hours: 1
  price: free
  image: covers/a.png
"""


def test_a_cover_is_named_from_the_folder_of_the_catalogue_on(tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    file = cover(tmp_path / "covers", "a", COLOURS["red"])
    (tmp_path / "all.yml").write_text(COURSE, encoding="utf-8")
    assert read_catalogue(tmp_path).courses["a"].image == file


def test_a_cover_that_is_not_there_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "all.yml").write_text(COURSE, encoding="utf-8")
    with pytest.raises(DataError, match=r"all\.yml, line 9: There is no picture at .*a\.png"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize("column", ["image", "cover", "cover_image", "thumbnail"])
def test_of_an_imported_course_only_a_cover_that_is_there_is_taken(
    tmp_path: Path, column: str
) -> None:
    cover(tmp_path, "a", COLOURS["red"])
    rows = f"id,title,{column}\na,A,a.png\nb,B,https://example.org/b.png\n"
    (tmp_path / "courses.csv").write_text(rows, encoding="utf-8")
    found, summary = import_catalogue(tmp_path / "courses.csv")
    assert found.courses["a"].image == tmp_path / "a.png"
    assert found.courses["b"].image is None
    assert "nothing is read from the network" in str(summary)
