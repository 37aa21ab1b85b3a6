"""The model of the image check and its trainer, on tiny pictures and a tiny network."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from bot.config import Settings
from bot.errors import DataError
from bot.networks import Network
from bot.types import OUT_OF_SCOPE, Example
from bot.vision import Vision
from skills.image_check.augmentation import Changes, augmented, harmless
from skills.image_check.head import Head, membership
from skills.image_check.model import ImageModel
from skills.image_check.recipe import Recipe, recipe_for
from skills.image_check.solving import fresh
from skills.image_check.targets import canonical
from skills.image_check.train import ImageCheckTrainer
from tests.tiny_vision import write_tiny_vision
from training.options import Options

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200)}
EACH = 12


def painted(colour: Sequence[int], seed: int, size: int = 40) -> Image.Image:
    draw = np.random.default_rng(seed)
    noise = draw.integers(-30, 30, (size, size, 3))
    return Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8))


def teeth(side: str, seed: int) -> Image.Image:
    """A row of teeth, each dark on one side and bright on the other."""
    ramp = np.tile(np.linspace(40, 215, 8), (40, 5))[..., None]
    noise = np.random.default_rng(seed).integers(-30, 30, (40, 40, 3))
    picture = Image.fromarray(np.clip(ramp + noise, 0, 255).astype(np.uint8))
    return picture if side == "right" else picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def written(folder: Path, label: str, colour: Sequence[int], count: int) -> list[Example]:
    (folder / label).mkdir(parents=True)
    found = []
    for seed in range(count):
        file = folder / label / f"{seed}.png"
        painted(colour, seed).save(file)
        found.append(Example(str(file.relative_to(folder)), label))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def examples(folder: Path) -> list[Example]:
    return [
        each for label, colour in COLOURS.items() for each in written(folder, label, colour, EACH)
    ]


@pytest.fixture(scope="module")
def trainer(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ImageCheckTrainer:
    vision = write_tiny_vision(tmp_path_factory.mktemp("vision"))
    settings = Settings(vision=str(vision), device="cpu", precision="float32")
    return ImageCheckTrainer(settings, folder)


@pytest.fixture(scope="module")
def model(trainer: ImageCheckTrainer, examples: list[Example]) -> ImageModel:
    return trainer.fit(examples)


def test_a_fitted_model_tells_labels_apart(model: ImageModel) -> None:
    verdicts = model.check([painted(colour, 99) for colour in COLOURS.values()])

    assert [each.target for each in verdicts] == list(COLOURS)
    assert all(sum(each.labels.values()) == pytest.approx(1) for each in verdicts)


def test_a_model_that_was_saved_judges_as_before(
    model: ImageModel, trainer: ImageCheckTrainer, examples: list[Example], tmp_path: Path
) -> None:
    model.save(tmp_path)
    loaded = ImageModel.load(tmp_path)

    assert trainer.judge(loaded, examples) == trainer.judge(model, examples)


def test_the_same_seed_gives_the_same_model(
    trainer: ImageCheckTrainer, examples: list[Example]
) -> None:
    tuning = ImageCheckTrainer(
        trainer.settings, trainer.data, options=Options(freeze="all", epochs=1)
    )
    one, two = (tuning.fit(examples, seed=3) for _ in range(2))

    assert one.vision.fingerprint == two.vision.fingerprint
    assert torch.equal(one.head.weight, two.head.weight)


def test_tuning_changes_the_network_and_is_saved_with_the_model(
    trainer: ImageCheckTrainer, examples: list[Example], model: ImageModel, tmp_path: Path
) -> None:
    options = Options(freeze="all", epochs=1)
    made = ImageCheckTrainer(trainer.settings, trainer.data, options=options).fit(examples)
    made.save(tmp_path)
    loaded = ImageModel.load(tmp_path)

    assert made.vision.fingerprint != model.vision.fingerprint
    assert loaded.vision.fingerprint == made.vision.fingerprint
    assert trainer.judge(loaded, examples) == trainer.judge(made, examples)


def test_an_update_learns_a_new_label_without_old_files_and_leaves_the_old_model_alone(
    trainer: ImageCheckTrainer,
    examples: list[Example],
    model: ImageModel,
    tmp_path: Path,
) -> None:
    new = [
        replace(each, input=str(tmp_path / each.input))
        for each in written(tmp_path, "yellow", (230, 210, 40), EACH)
    ]
    gone = ImageCheckTrainer(trainer.settings, tmp_path)
    before = model.head.weight.clone()

    after = gone.update(model, new, examples)

    colours = [*COLOURS.values(), (230, 210, 40)]
    found = after.check([painted(colour, 77) for colour in colours])
    assert [each.target for each in found] == [*COLOURS, "yellow"]
    assert model.head.labels == ("blue", "green", "red")
    assert torch.equal(model.head.weight, before)


def test_an_update_forgets_a_label_that_is_in_neither_part(
    trainer: ImageCheckTrainer, examples: list[Example], model: ImageModel
) -> None:
    kept = [each for each in examples if each.target != "blue"]

    assert trainer.update(model, [], kept).head.labels == ("green", "red")


def test_what_looks_like_nothing_learnt_is_out_of_scope(model: ImageModel) -> None:
    stripes = np.zeros((40, 40, 3), dtype=np.uint8)
    stripes[::2] = 255

    (verdict,) = model.check([Image.fromarray(stripes)])

    assert verdict.target == OUT_OF_SCOPE


def test_pictures_out_of_scope_are_no_class_and_measure_rejection(
    trainer: ImageCheckTrainer, examples: list[Example], folder: Path, model: ImageModel
) -> None:
    stripes = np.zeros((40, 40, 3), dtype=np.uint8)
    stripes[::2] = 255
    Image.fromarray(stripes).save(folder / "stripes.png")
    outside = Example("stripes.png", OUT_OF_SCOPE)

    assert OUT_OF_SCOPE not in trainer.fit([*examples, outside]).head.labels
    figures = trainer.evaluate(model, [*examples, outside])
    assert figures["ood_auroc"] == 1
    assert figures["out_of_scope_recall"] == 1
    assert figures["n"] == len(examples)


def test_good_ones_are_not_refused_where_that_is_the_label(
    trainer: ImageCheckTrainer, examples: list[Example]
) -> None:
    named = [replace(each, target=each.target.replace("red", "good")) for each in examples]
    figures = trainer.evaluate(trainer.fit(named), named)

    assert figures["false_alarm_rate"] == 0
    assert figures["missed_rate"] == 0
    assert figures["recall_good"] == 1


def test_labels_may_occur_together(trainer: ImageCheckTrainer, examples: list[Example]) -> None:
    both = {"red": "dark+blurred", "green": "dark", "blue": "blurred"}
    named = [replace(each, target=both[each.target]) for each in examples]
    model = trainer.fit(named)

    assert model.head.labels == ("blurred", "dark")
    assert model.head.sets == ("blurred", "blurred+dark", "dark")
    (verdict,) = model.check([painted(COLOURS["red"], 5)])
    assert verdict.target == "blurred+dark"
    assert min(verdict.labels.values()) > 0.5


def test_a_file_that_is_gone_is_judged_as_nothing(
    trainer: ImageCheckTrainer, model: ImageModel
) -> None:
    (found,) = trainer.judge(model, [Example("gone.png", "red")])

    assert (found.predicted, found.score) == ("", 0)


def test_pictures_that_are_gone_are_left_out_with_a_warning(
    trainer: ImageCheckTrainer, examples: list[Example], caplog: pytest.LogCaptureFixture
) -> None:
    model = trainer.fit([*examples, Example("gone.png", "red")])

    assert model.memory.inputs == tuple(each.input for each in examples)
    assert "1 pictures are gone and left out" in caplog.text


def test_where_no_picture_is_there_the_error_names_one(trainer: ImageCheckTrainer) -> None:
    with pytest.raises(DataError, match=r"None of 1 pictures is there, such as .*gone\.png"):
        trainer.fit([Example("gone.png", "red")])


def test_examples_without_a_label_are_an_error(trainer: ImageCheckTrainer) -> None:
    with pytest.raises(DataError, match="No example has a label"):
        trainer.fit([Example("red/0.png", OUT_OF_SCOPE)])


def test_a_folder_of_folders_gives_examples(trainer: ImageCheckTrainer, folder: Path) -> None:
    found = trainer.read(folder)

    assert {each.target for each in found} == set(COLOURS)
    assert all(Path(each.input).is_absolute() for each in found)


def test_paths_in_a_file_elsewhere_are_relative_to_it(
    trainer: ImageCheckTrainer, tmp_path: Path
) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text('{"input": "a/b.png", "target": "red"}\n', encoding="utf-8")

    assert trainer.read(file) == [Example(str(tmp_path / "a/b.png"), "red")]


def test_the_heat_of_a_label_lies_where_its_colour_is(model: ImageModel) -> None:
    picture = painted(COLOURS["green"], 1)
    picture.paste(painted(COLOURS["red"], 2).crop((0, 0, 20, 40)), (0, 0))

    heat = model.heat(picture, "red")

    half = heat.shape[1] // 2
    assert heat.max() == 1
    assert heat.min() >= 0
    assert heat[:, :half].mean() > heat[:, half:].mean()


def test_a_set_scores_the_sum_of_its_labels() -> None:
    sets = ("a", "a+b", "b")
    head = Head(("a", "b"), sets, torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(3))

    assert head.logits(torch.ones(1, 2)).tolist() == [[1, 3, 2]]
    assert membership(("a", "b"), sets).tolist() == [[1, 0], [1, 1], [0, 1]]


@pytest.mark.parametrize(
    ("target", "expected"), [("b+a", "a+b"), (" dark ", "dark"), ("a+a", "a"), ("a + b", "a+b")]
)
def test_labels_are_joined_in_order(target: str, expected: str) -> None:
    assert canonical(target) == expected


def test_views_of_a_picture_differ_but_have_one_size() -> None:
    every = Changes(mirrored=True, part=True, light=True)
    for size in ((1, 1), (2000, 3), (31, 500), (500, 400)):
        picture = painted((100, 150, 50), 1).resize(size)
        views = [augmented(picture, 32, every, random.Random(seed)) for seed in range(2)]
        assert [each.size for each in views] == [(32, 32)] * 2
    assert views[0].tobytes() != views[1].tobytes()


def test_a_picture_that_may_not_change_is_shown_as_it_is() -> None:
    picture = painted((100, 150, 50), 1, 32)

    assert augmented(picture, 32, Changes(), random.Random(0)).tobytes() == picture.tobytes()


def test_a_change_that_makes_other_pictures_of_them_is_found_by_trying_it(
    trainer: ImageCheckTrainer,
) -> None:
    """Teeth that point to the right point to the left in the mirror; dimmed, they do not."""
    vision = Vision.load(trainer.settings.vision)
    pictures = [teeth(side, seed) for side in ("left", "right") for seed in range(30)]
    targets = ["left"] * 30 + ["right"] * 30
    known = [Example(str(number), target) for number, target in enumerate(targets)]
    model = fresh(0.0, vision, known[::2], vision.features(pictures[::2]))

    found = harmless(model, [each.copy for each in pictures[1::2]], targets[1::2])

    assert not found.mirrored
    assert found.light


@pytest.mark.parametrize(
    ("upper", "options", "expected"),
    [
        (9, Options(), 9),
        (9, Options(freeze="head"), None),
        (9, Options(freeze="all"), 0),
        (None, Options(), None),
        (None, Options(freeze="all"), 0),
    ],
    ids=["upper parts", "head", "all", "one part", "all of one part"],
)
def test_the_network_learns_as_much_as_is_set(
    upper: int | None, options: Options, expected: int | None
) -> None:
    network = Network(torch.nn.Sequential(), 224, (0.5,), (0.5,), "", 1280, upper=upper)
    found = recipe_for(network, options)

    assert (found and found.cut) == expected
    assert found is None or found.rate == Recipe(0).rate


def test_tuning_is_kept_only_if_pictures_held_out_are_seen_better(
    trainer: ImageCheckTrainer,
    examples: list[Example],
    model: ImageModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skills.image_check.train.ENOUGH", 1)
    harmful = Options(freeze="all", epochs=1, rate=1.0)

    made = ImageCheckTrainer(trainer.settings, trainer.data, options=harmful).fit(examples)

    assert made.vision.fingerprint == model.vision.fingerprint
    assert torch.equal(made.head.weight, model.head.weight)
