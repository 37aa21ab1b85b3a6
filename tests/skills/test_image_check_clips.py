"""Clips: what moves is told from what stands still, and an alarm keeps to its rate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from bot.config import Settings
from bot.errors import DataError
from skills.image_check.figures import clip_figures
from skills.image_check.video.model import ClipModel, ClipVerdict, joined
from skills.image_check.video.movement import CELLS, busiest, clip_features, closer, movements
from skills.image_check.video.train import VideoTrainer
from skills.image_check.video.tuning import threshold_of
from tests.tiny_vision import write_tiny_vision
from training.clips import ClipExample, LearnsClips, read_clips

FRAMES = 3


def frame(seed: int, place: int) -> Image.Image:
    draw = np.random.default_rng(seed)
    picture = Image.fromarray(draw.integers(90, 120, (32, 32, 3), dtype=np.uint8))
    picture.paste((250, 250, 250), (place, place, place + 12, place + 12))
    return picture


def clip(seed: int, moves: bool) -> list[Image.Image]:
    return [frame(seed, 8 * number if moves else 4) for number in range(FRAMES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    lines = ["clip,label,split,source"]
    for label, moves in (("fight", True), ("calm", False)):
        (folder / "frames" / label).mkdir(parents=True)
        for number in range(16):
            part = "train" if number < 12 else "test"
            lines.append(f"{label}/{number:03}.mp4,{label},{part},source {number % 8}")
            for place, each in enumerate(clip(number, moves)):
                each.save(folder / "frames" / label / f"{number:03}_{place}.jpg")
    (folder / "clips_split_seed0.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trainer(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> VideoTrainer:
    vision = write_tiny_vision(tmp_path_factory.mktemp("vision"))
    settings = Settings(vision=str(vision), device="cpu", precision="float32")
    return VideoTrainer(settings, folder)


@pytest.fixture(scope="module")
def parts(folder: Path) -> dict[str, list[ClipExample]]:
    return read_clips(folder)


@pytest.fixture(scope="module")
def model(trainer: VideoTrainer, parts: dict[str, list[ClipExample]]) -> ClipModel:
    return trainer.fit_clips(parts["train"], "calm")


def test_what_moves_is_found_in_clips_that_were_not_learnt(
    trainer: VideoTrainer, parts: dict[str, list[ClipExample]], model: ClipModel
) -> None:
    figures = trainer.evaluate_clips(model, parts["test"])

    assert isinstance(trainer, LearnsClips)
    assert figures["accuracy"] == 1
    assert figures["detected"] == 1
    assert figures["false_alarm_rate"] == 0
    assert figures["detected_at_1_in_30"] == 1


def test_an_alarm_is_raised_by_the_clip_that_deserves_it(model: ClipModel) -> None:
    moving, still = model.check([clip(90, True), clip(91, False)])

    assert (moving.target, moving.is_alarm) == ("fight", True)
    assert (still.target, still.is_alarm) == ("calm", False)
    assert next(iter(still.labels)) == "calm"
    assert moving.reason("calm") == "fight"


def test_a_model_of_clips_that_was_saved_judges_as_before(model: ClipModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    assert ClipModel.load(tmp_path).check([clip(92, True)]) == model.check([clip(92, True)])


def test_what_does_not_move_is_black_and_each_step_has_its_colour() -> None:
    steps = [frame(1, place) for place in (3, 3, 4, 4, 4, 4, 4, 5)]
    first, second = (np.asarray(each) for each in movements(steps, 32))

    assert first[0:3].max() == 0
    assert first[3, 5, 0] == first[3, 5, 2] == 0
    assert first[3, 5, 1] > 200
    assert second.max() == 0


def test_two_frames_are_shown_in_grey() -> None:
    (picture,) = movements([frame(1, 3), frame(1, 4)], 32)
    red, green, blue = np.moveaxis(np.asarray(picture), -1, 0)

    assert red.max() > 200
    assert (red == green).all() and (green == blue).all()


def test_clips_are_looked_at_alike_alone_and_together(model: ClipModel) -> None:
    both = clip_features(model.vision, [clip(1, True), clip(2, False)])

    assert torch.allclose(both[1], clip_features(model.vision, [clip(2, False)])[0], atol=1e-5)


def test_one_frame_is_no_clip(model: ClipModel) -> None:
    with pytest.raises(ValueError, match="at least 2 frames"):
        model.check([[frame(1, 3)]])


def test_clips_of_one_source_keep_its_name(parts: dict[str, list[ClipExample]]) -> None:
    assert parts["train"][0].source == "source 0"
    assert len(parts["train"][0].frames) == FRAMES


def test_a_video_is_judged_by_all_of_its_stretches_and_raises_an_alarm_by_one(
    model: ClipModel,
) -> None:
    moving, still = model.check([clip(90, True), clip(91, False)])
    whole = joined([still, moving, still])

    assert (whole.target, whole.is_alarm, whole.score) == ("calm", True, moving.score)
    assert sum(whole.labels.values()) == pytest.approx(1)
    assert not joined([still, still]).is_alarm


def test_a_close_look_is_at_where_most_moves() -> None:
    frames = [Image.new("L", (280, 140)).convert("RGB") for _ in range(2)]
    frames[1].paste((255, 255, 255), (230, 90, 260, 120))
    row, column = busiest(frames)

    assert row * 5 <= 90 and row * 5 + 70 >= 120
    assert column * 10 <= 230 and column * 10 + 140 >= 260
    assert np.asarray(closer(frames, 32)[1]).mean() > 3 * np.asarray(frames[1]).mean()


def test_the_least_frames_can_be_looked_at_closely() -> None:
    tiny = [Image.new("RGB", (2, 3)), Image.new("RGB", (2, 3), "white")]

    assert [each.size for each in closer(tiny, CELLS)] == [(CELLS, CELLS)] * 2


def test_clips_without_any_of_the_normal_are_an_error(
    trainer: VideoTrainer, parts: dict[str, list[ClipExample]]
) -> None:
    with pytest.raises(DataError, match=r"Clips of 'normal'.*are needed; .*: calm, fight"):
        trainer.fit_clips(parts["train"], "normal")


def test_detection_is_also_given_at_one_false_alarm_in_thirty() -> None:
    normal = [verdict("calm", n / 100) for n in range(30)]
    alarming = [verdict("fight", score) for score in (0.27, 0.285, 0.3)]
    targets = ["calm"] * 30 + ["fight"] * 3

    figures = clip_figures(targets, [*normal, *alarming], "calm")

    assert figures["detected_at_1_in_30"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("count", "alarming"), [(1, 0), (29, 0), (58, 0), (59, 1), (119, 3)], ids=str
)
def test_the_threshold_is_above_all_but_as_many_as_the_rate_allows(
    count: int, alarming: int
) -> None:
    scores = [n / count for n in range(count)]

    assert sum(score >= threshold_of(scores) for score in scores) == alarming


def test_of_clips_like_those_before_no_more_than_one_in_thirty_raise_an_alarm() -> None:
    draw = np.random.default_rng(0)
    found = [
        np.mean(draw.random(100) >= threshold_of(draw.random(65).tolist())) for _ in range(2000)
    ]

    assert np.mean(found) == pytest.approx(2 / 66, abs=0.002)


def verdict(target: str, score: float) -> ClipVerdict:
    return ClipVerdict(target, 1.0, {target: 1.0}, score, False)
