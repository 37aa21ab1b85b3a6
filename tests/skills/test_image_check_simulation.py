"""Simulated photographs of assignments: always the same, and true to their labels."""

from collections import Counter
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bot.examples import read_examples
from bot.pictures import open_picture
from skills.image_check.simulation import covers, creases, light, places
from skills.image_check.simulation.colours import View
from skills.image_check.simulation.desks import COLOURS, desk
from skills.image_check.simulation.generator import main, write
from skills.image_check.simulation.labels import FAULTS, PAIRS, SHARES, drawn_labels
from skills.image_check.simulation.others import KINDS
from skills.image_check.simulation.pages import _page, page
from skills.image_check.simulation.parts import PARTS, generator_of
from skills.image_check.simulation.photographs import photograph
from skills.image_check.simulation.sketches import SKETCHES
from skills.image_check.simulation.strokes import letters, smooth
from skills.image_check.simulation.texts import ANSWERS, TASKS, drawn_text

FRAME, PAGE = (960, 1280), (840, 1188)


def drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def digest(image: Image.Image) -> str:
    return sha256(image.tobytes()).hexdigest()


def taken(*labels: str, seed: int = 0) -> Image.Image:
    return photograph(drawn(seed), labels, "valid")


def test_the_same_seed_gives_the_same_photograph() -> None:
    first = digest(taken("creased", "shadow"))
    _page.cache_clear()
    desk.cache_clear()

    assert digest(taken("creased", "shadow")) == first
    assert digest(taken("creased", "shadow", seed=1)) != first


def test_files_are_written_the_same_again_and_more_leave_them_as_they_were(tmp_path: Path) -> None:
    first = write(tmp_path / "first", 1, "valid", seed=5)
    again = write(tmp_path / "again", 2, "valid", seed=5)
    examples = read_examples(first)

    assert read_examples(again)[:1] == examples
    assert [example.input for example in examples] == ["valid/0001.jpg"]
    for example in examples:
        content = (first.parent / example.input).read_bytes()
        assert content == (again.parent / example.input).read_bytes()
        assert sorted(open_picture(content).size) == [960, 1280]


def test_the_command_writes_where_and_what_it_is_told(tmp_path: Path) -> None:
    options = ["--data", str(tmp_path), "--part", "eval", "--count", "1"]
    shown = CliRunner().invoke(main, options)

    assert shown.output == f"1 photographs in {tmp_path / 'eval.jsonl'}\n"
    assert len(list((tmp_path / "eval").iterdir())) == 1


@pytest.mark.parametrize(("one", "other"), list(combinations(PARTS, 2)), ids=str)
def test_no_part_has_what_another_has(one: str, other: str) -> None:
    first, second = PARTS[one], PARTS[other]  # type: ignore[index]
    for name in ("fonts", "formulas", "things", "names"):
        assert not set(getattr(first, name)) & set(getattr(second, name)), name
    assert not set(COLOURS[one]) & set(COLOURS[other])  # type: ignore[index]
    assert generator_of(first, 0, 7).random() != generator_of(second, 0, 7).random()


def test_pages_and_desks_of_all_parts_differ() -> None:
    pages = [digest(page(part, number)) for part in PARTS for number in range(2)]
    desks = [digest(desk(part, number)) for part in PARTS for number in range(2)]

    assert len(set(pages)) == len(set(desks)) == 6


def test_every_sentence_has_a_word_of_its_part_alone() -> None:
    part = PARTS["eval"]
    for seed in range(200):
        text = drawn_text(TASKS + ANSWERS, part, drawn(seed))
        assert any(thing in text for thing in part.things)


def test_labels_are_drawn_as_often_as_is_said() -> None:
    random = drawn(0)
    found = [drawn_labels(random) for _ in range(4000)]
    kinds = Counter(
        {1: "one", 2: "two"}[len(labels)] if labels[0] in FAULTS else labels[0] for labels in found
    )

    assert {kind: kinds[kind] / 4000 for kind in SHARES} == pytest.approx(SHARES, abs=0.025)
    assert set(found) == {("good",), ("not_a_page",), *((each,) for each in FAULTS), *PAIRS}
    assert all(list(labels) == sorted(labels) for labels in found)


def test_a_good_page_is_whole_and_upright() -> None:
    for seed in range(300):
        corners = places.lying(drawn(seed), PAGE, FRAME)
        across = corners[1] - corners[0]
        down = corners[3] - corners[0]

        assert places.lost(corners, FRAME) < 0.01
        assert corners.min() > 0
        assert (corners.max(axis=0) < FRAME).all()
        assert abs(np.degrees(np.arctan2(across[1], across[0]))) < 15
        assert abs(np.degrees(np.arctan2(down[0], down[1]))) < 15


def test_a_cropped_page_loses_enough_and_not_all() -> None:
    for seed in range(60):
        random = drawn(seed)
        corners = places.beyond(random, places.lying(random, PAGE, FRAME), FRAME)

        assert places.LOST[0] <= places.lost(corners, FRAME) <= places.LOST[1] + 0.05


def test_a_shadow_is_dark_on_much_of_a_page_and_a_weak_one_nowhere() -> None:
    for seed in range(20):
        corners = places.lying(drawn(seed), PAGE, FRAME)
        inside = np.asarray(places.mask_of(corners, FRAME, light.COARSE)) > 0
        share = float((light.shadow(drawn(seed), FRAME, corners)[inside] < 0.75).mean())

        assert light.SHADED[0] - 0.1 <= share <= light.SHADED[1] + 0.1
        assert light.weak_shadow(drawn(seed), FRAME).min() >= light.MILD_SHADE - 0.01


def test_glare_leaves_nothing_to_read_in_places_and_a_weak_shine_does_everywhere() -> None:
    grey = Image.new("RGB", FRAME, (90, 90, 90))
    for seed in range(5):
        corners = places.lying(drawn(seed), PAGE, FRAME)
        inside = np.asarray(places.mask_of(corners, FRAME)) > 0
        shone = np.asarray(light.shining(drawn(seed), grey, corners).convert("L"))[inside]
        weak = light.shining_a_little(drawn(seed), grey, corners)

        assert light.SHINING[0] - 0.02 <= (shone > 230).mean() <= light.SHINING[1] + 0.02
        assert np.asarray(weak).max() < 90 + 0.2 * 165


def test_what_covers_a_page_hides_enough_and_a_finger_at_its_edge_hardly_anything() -> None:
    grey = Image.new("RGB", FRAME, (128, 255, 0))
    for seed in range(5):
        corners = places.lying(drawn(seed), PAGE, FRAME)
        inside = np.asarray(places.mask_of(corners, FRAME)) > 0
        hidden, touched = (
            (np.asarray(act(drawn(seed), grey.copy(), corners))[inside][:, 2] > 15).mean()
            for act in (covers.covered, covers.touched)
        )

        assert covers.COVERED[0] - 0.03 <= hidden <= covers.COVERED[1] + 0.1
        assert touched <= covers.TOUCHED + 0.01


def test_a_creased_page_has_shades_and_a_worn_one_hardly() -> None:
    white = Image.new("RGB", PAGE, "white")
    for seed in range(5):
        marked = np.asarray(creases.creased(drawn(seed), white).convert("L"))
        worn = np.asarray(creases.worn(drawn(seed), white).convert("L"))

        assert np.quantile(marked, 0.02) < 225
        assert worn.min() >= 255 * (1 - creases.MILD) ** 6


@pytest.mark.parametrize("seed", range(2))
def test_a_dark_photograph_is_darker_than_any_good_one(seed: int) -> None:
    dark, good = (np.quantile(np.asarray(taken(each, seed=seed)), 0.9) for each in ("dark", "good"))

    assert dark < 100
    assert good > 130


def in_the_middle(image: Image.Image) -> float:
    width, height = image.size
    middle = image.crop((width // 3, height // 3, width * 2 // 3, height * 2 // 3))
    return float(np.asarray(middle.convert("L"), float).std())


@pytest.mark.parametrize("fault", ["blurred", "low_resolution"])
def test_fine_lines_are_lost_in_what_is_not_sharp(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = np.tile(np.repeat([255, 0], 4).astype(np.uint8), (PAGE[1], PAGE[0] // 8))
    lines = Image.fromarray(columns).convert("RGB")
    monkeypatch.setattr("skills.image_check.simulation.photographs.page", lambda *_: lines)
    for seed in range(4):
        assert in_the_middle(taken("good", seed=seed)) > 50
        assert in_the_middle(taken(fault, seed=seed)) < 40


def direction(image: Image.Image) -> float:
    """Measure by how many degrees a page is turned, red on its left and blue on its right."""
    red, green, blue = np.moveaxis(np.asarray(image.reduce(8), float), 2, 0)
    halves = (red > 2 * blue) & (red > 100), (blue > 2 * red) & (blue > 100)
    left, right = (np.mean(np.nonzero(half & (green < 90)), axis=1) for half in halves)
    return float(np.degrees(np.arctan2(right[0] - left[0], right[1] - left[1])))


def test_a_page_is_upright_unless_it_is_said_to_be_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    halves = Image.new("RGB", PAGE, (255, 0, 0))
    halves.paste((0, 0, 255), (PAGE[0] // 2, 0, *PAGE))
    name = "skills.image_check.simulation.photographs"
    monkeypatch.setattr(f"{name}.page", lambda *_: halves)
    monkeypatch.setattr(f"{name}.drawn_desk", lambda *rest: Image.new("RGB", rest[-1], "white"))
    turned = {round(direction(taken("turned", seed=seed)) / 90) * 90 % 360 for seed in range(8)}

    assert all(abs(direction(taken("good", seed=seed))) < 15 for seed in range(8))
    assert turned == {90, 180, 270}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_no_page_can_be_of_any_kind(kind: object) -> None:
    image = kind(View(drawn(1), "valid", (960, 720)))  # type: ignore[operator]

    assert (image.mode, image.size) == ("RGB", (960, 720))
    assert np.asarray(image).std() > 2


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown labels \\['upside_down'\\]; known are good"):
        taken("upside_down")


def test_all_letters_and_numbers_can_be_written() -> None:
    known = set(letters())

    assert known >= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,=+-()?:")
    assert len(SKETCHES) >= 6
    assert len(smooth(letters()["a"][0])) > 20
