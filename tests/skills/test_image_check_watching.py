"""`nocturne watch`: from an operator's own films to alarms, as lines and at a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.config import Settings
from bot.errors import ModelError, PictureError, SettingsError
from bot.models import ModelRegistry
from bot.types import Example
from skills.image_check.video import decoding
from skills.image_check.video.alarms import Seen
from skills.image_check.video.command import in_service, watch
from skills.image_check.video.train import VideoTrainer, sources
from skills.image_check.video.watching import seen_in, told
from tests.films import square, write_film, write_tiny_films
from tests.tiny_vision import write_tiny_vision
from training.commands import evaluate, fit


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_films(tmp_path_factory.mktemp("films") / "own")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Settings:
    """Settings of a home in which the films have been learnt with one command."""
    home = tmp_path_factory.mktemp("home")
    vision = str(write_tiny_vision(tmp_path_factory.mktemp("vision")))
    settings = Settings(
        home=home, data=home / "data", vision=vision, device="cpu", precision="float32"
    )
    shown = CliRunner().invoke(fit, ["video", "--folder", str(films)], obj=settings)
    assert shown.exit_code == 0, shown.output
    return settings


def watched(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(watch, arguments, obj=settings)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_event_in_a_film_is_one_line(house: Settings, tmp_path: Path) -> None:
    moves = [False] * 4 + [True] * 4 + [False] * 4
    film = write_film(tmp_path / "door.mp4", square(moves, 40))
    result = watched(house, str(film))
    (alarm,) = lines(result)

    assert result.exit_code == 0
    assert alarm["source"] == str(film)
    assert 2 <= alarm["start"] < alarm["end"] <= 8
    assert (alarm["label"], alarm["version"]) == ("fight", "v0001")
    assert alarm["score"] >= alarm["threshold"]
    assert "timestamp" not in alarm


def test_where_nothing_happens_nothing_is_written(house: Settings, tmp_path: Path) -> None:
    result = watched(house, str(write_film(tmp_path / "a.mp4", square([False] * 4, 41))))

    assert (result.exit_code, result.stdout) == (0, "")


def test_a_threshold_that_is_given_goes_over_that_of_the_model(
    house: Settings, tmp_path: Path
) -> None:
    film = str(write_film(tmp_path / "a.mp4", square([False] * 3, 42)))
    (alarm,) = lines(watched(house, film, "--threshold", "0"))

    assert (alarm["threshold"], alarm["start"]) == (0, 0)


def test_a_folder_is_watched_to_its_end_though_a_film_is_damaged(
    house: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no film at all")
    write_film(tmp_path / "b.mp4", square([True] * 3, 43))
    write_film(tmp_path / "c.mp4", square([True] * 3, 44))
    result = watched(house, str(tmp_path))

    assert [Path(each["source"]).name for each in lines(result)] == ["b.mp4", "c.mp4"]
    assert "a.mp4' cannot be read to its end" in result.stderr
    assert result.exit_code == 1


def test_each_alarm_is_also_posted(
    house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[object] = []

    class Webhook:
        def __init__(self, url: str, warn: object) -> None:
            posted.append(url)
            self.post = posted.append

        def close(self, grace: float = 0.0) -> None:
            posted.append("closed")

    monkeypatch.setattr("skills.image_check.video.webhook.Webhook", Webhook)
    film = str(write_film(tmp_path / "a.mp4", square([True] * 3, 45)))
    by_setting = watched(replace(house, webhook="http://set"), film)
    by_option = watched(replace(house, webhook="http://set"), film, "--webhook", "http://given")

    assert posted == [
        "http://set",
        *lines(by_setting),
        "closed",
        "http://given",
        *lines(by_option),
        "closed",
    ]


def test_a_webhook_that_is_not_there_stops_nobody(house: Settings, tmp_path: Path) -> None:
    film = str(write_film(tmp_path / "a.mp4", square([True] * 3, 46)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skills.image_check.video.webhook.GRACE", 0.0)
        patch.setattr("skills.image_check.video.webhook.Webhook.close", lambda *_: None)
        result = watched(house, film, "--webhook", "http://127.0.0.1:1")

    assert (result.exit_code, len(lines(result))) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (("nothing.mp4",), PictureError, "There is no video at 'nothing.mp4'"),
        (("own", "--webhook", "example.org"), SettingsError, "no address of the web"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_watched(
    house: Settings, films: Path, arguments: tuple[str, ...], error: type[Exception], text: str
) -> None:
    given = [str(films) if each == "own" else each for each in arguments]
    result = watched(house, *given)

    assert isinstance(result.exception, error)
    assert text in str(result.exception)


def test_without_a_model_the_remedy_is_named(settings: Settings, films: Path) -> None:
    result = watched(settings, str(films))

    assert isinstance(result.exception, ModelError)
    assert "Run `nocturne fit video`" in str(result.exception)


def test_without_the_library_of_videos_the_remedy_is_named(
    house: Settings, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = watched(house, str(films))

    assert isinstance(result.exception, PictureError)
    assert "pip install 'nocturne[video]'" in str(result.exception)


def test_ctrl_c_ends_a_camera_with_the_status_that_shells_know(
    monkeypatch: pytest.MonkeyPatch, house: Settings
) -> None:
    def interrupted(*_: object) -> Iterator[dict[str, Any]]:
        yield told(Seen(101.0, 103.0, 0.9, 0.5, "fight", "v0001"), "rtsp://me:secret@door/1", 100.0)
        raise KeyboardInterrupt

    monkeypatch.setattr("skills.image_check.video.watching.alarms_in", interrupted)
    monkeypatch.setenv("NOCTURNE_VISION", house.vision)
    result = CliRunner().invoke(
        main, ["--home", str(house.home), "watch", "rtsp://me:secret@door/1"]
    )
    (alarm,) = lines(result)

    assert result.exit_code == 130
    assert result.stderr.startswith("Watching rtsp://door/1 until Ctrl-C.")
    assert alarm["source"] == "rtsp://door/1"
    assert (alarm["start"], alarm["end"]) == (1, 3)
    assert alarm["timestamp"] == "1970-01-01T00:01:41.000+00:00"


def test_a_version_that_is_promoted_is_taken_while_watching(house: Settings, films: Path) -> None:
    served = in_service(house)
    before = served().version
    CliRunner().invoke(fit, ["video", "--folder", str(films)], obj=house)
    after = served().version
    ModelRegistry(house.models).roll_back("video")

    assert (before, after, served().version) == ("v0001", "v0002", "v0001")


def test_films_are_evaluated_and_judged_like_everything_else(house: Settings, films: Path) -> None:
    arguments = ["video", "--folder", str(films), "--json"]
    figures = json.loads(CliRunner().invoke(evaluate, arguments, obj=house).stdout)
    trainer = VideoTrainer(house, films)
    model = in_service(house)().model
    examples = [Example("fight/0.mp4", "fight"), Example("gone.mp4", "fight")]

    assert (figures["accuracy"], figures["detected"], figures["n"]) == (1, 1, 12)
    assert [each.score for each in trainer.judge(model, examples)] == [1, 0]


def test_a_film_that_cannot_be_read_is_left_out_of_a_fit(
    house: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_tiny_films(tmp_path / "own", 2)
    (folder / "fight" / "9.mp4").write_bytes(b"no film at all")
    trainer = VideoTrainer(house, folder)
    model = trainer.fit(trainer.examples())

    assert model.head.labels == ("fight", "normal")
    assert "9.mp4' cannot be read to its end" in caplog.text


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        (["/v/fight/1.mp4", "/v/fight/2.mp4"], ["fight/1.mp4", "fight/2.mp4"]),
        (["/v/fight/door/1.mp4", "/v/fight/yard/2.mp4"], ["door", "yard"]),
        (["clips/1.mp4", "clips/2.mp4"], ["clips/1.mp4", "clips/2.mp4"]),
        (["1.mp4", "2.mp4"], ["1.mp4", "2.mp4"]),
    ],
    ids=["by itself", "by folder", "one folder tells nothing", "no folder"],
)
def test_videos_of_one_place_stay_together(inputs: list[str], found: list[str]) -> None:
    assert sources([Example(each, "fight") for each in inputs]) == found


def test_what_is_seen_names_the_beginning_and_the_end_of_a_stretch(
    house: Settings, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "a.mp4", square([True] * 4, 47))
    seen = list(seen_in(decoding.frames_of(str(film), 4), in_service(house)))

    assert [round(each.start) for each in seen] == [0, 1, 2]
    assert [each.end - each.start for each in seen] == pytest.approx([1.75] * 3, abs=0.1)
