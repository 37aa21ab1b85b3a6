"""The night of all learners: one's failure costs only what it touches."""

import json
import math
import re
import sys
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest
from safetensors import SafetensorError

from tests.training.colours import EXAMPLES, Colours
from training import retraining
from training.learners import trainer_of
from training.night import JUDGING, RECORDS, BusyError, NightError, alone, unfinished
from training.nightly import run_night
from training.preview import previews
from training.record import read_records
from training.tonight import Tonight

Break = Callable[[Colours, pytest.MonkeyPatch], None]
NEW = {**EXAMPLES, "pink dawn": "warm"}


@pytest.fixture
def shades(make_colours: Callable[[str], Colours]) -> Colours:
    """A second learner."""
    return make_colours("shades")


def full_disk(*_: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def trainer_that_raises(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    def update(*_: object) -> NoReturn:
        raise ZeroDivisionError("a mistake of the skill's author")

    monkeypatch.setattr(type(trainer_of(colours.name, colours.settings)), "update", update)


def model_that_cannot_be_saved(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    model = trainer_of(colours.name, colours.settings).fit([])
    monkeypatch.setattr(type(model), "save", full_disk)


def weights_that_cannot_be_saved(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*_: object) -> NoReturn:
        raise SafetensorError("No space left on device (os error 28)")

    model = trainer_of(colours.name, colours.settings).fit([])
    monkeypatch.setattr(type(model), "save", save)


def version_that_cannot_be_added(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    def copying(folder: Path) -> Callable[[Path], None]:
        return full_disk if folder.name == colours.name else really(folder)

    really = retraining._copying
    monkeypatch.setattr(retraining, "_copying", copying)


def unreadable_example(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    (colours.data / "examples.jsonl").write_text('{"input": "red"}\n', encoding="utf-8")


def newer_version(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    file = colours.models.root / "colours" / "v0001" / "version.json"
    about = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**about, "format": 99, "nocturne": "9.0"}), encoding="utf-8")


def skill_that_cannot_be_imported(colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = colours.settings.skills[0] / "colours"
    (folder / "train.py").write_text("import no_such_module", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "skills.colours.train")


FAILURES = [
    pytest.param(trainer_that_raises, "a mistake of the skill's author", id="trainer raises"),
    pytest.param(
        model_that_cannot_be_saved, "No space left.*Check space and rights of /", id="full disk"
    ),
    pytest.param(
        weights_that_cannot_be_saved, "No space left.*rights of /.*home", id="full weights"
    ),
    pytest.param(version_that_cannot_be_added, "cannot be saved.*No space left", id="full later"),
    pytest.param(unreadable_example, r'examples.jsonl, line 1: "target" is missing', id="example"),
    pytest.param(newer_version, r"newer Nocturne \(9.0\): upgrade yours", id="newer version"),
    pytest.param(skill_that_cannot_be_imported, "No module named 'no_such_module'", id="import"),
]


@pytest.mark.parametrize(("broken", "reason"), FAILURES)
def test_a_learner_that_fails_says_why_and_costs_the_others_nothing(
    trained: Colours,
    shades: Colours,
    broken: Break,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained.write(NEW)
    broken(trained, monkeypatch)
    records = list(run_night(trained.settings, ["colours", "shades"]))

    assert [(each.learner, each.outcome) for each in records] == [
        ("colours", "failed"),
        ("shades", "promoted"),
    ]
    assert re.search(reason, records[0].reasons[0])
    assert trained.current == "v0001"
    assert shades.says("red fox") == "warm"
    assert list((trained.settings.home / "nights").glob("*/colours")) == []


def test_every_learner_that_is_found_has_its_night(trained: Colours, shades: Colours) -> None:
    records = list(run_night(trained.settings))

    assert [(each.learner, each.outcome) for each in records] == [
        ("intent", "nothing new"),
        ("colours", "nothing new"),
        ("shades", "promoted"),
    ]
    assert len({each.night for each in records}) == 1


def test_a_skill_that_vanished_is_told_and_its_versions_and_lessons_stay(
    trained: Colours, shades: Colours
) -> None:
    trained.teach("teal vase", "cold")
    folder = trained.settings.skills[0] / "colours"
    folder.rename(folder.with_name("_away"))
    records = {each.learner: each for each in run_night(trained.settings)}

    assert records["colours"].outcome == "failed"
    assert "skill 'colours' is not found" in records["colours"].reasons[0]
    assert records["shades"].outcome == "promoted"
    folder.with_name("_away").rename(folder)
    assert trained.night().outcome == "promoted"
    assert trained.says("teal sea") == "cold"


def test_a_skill_that_was_disabled_on_purpose_is_no_failure(trained: Colours) -> None:
    records = run_night(replace(trained.settings, disabled=("colours",)))

    assert [each.learner for each in records] == ["intent"]


def test_a_name_that_no_learner_has_is_told_with_those_that_there_are(trained: Colours) -> None:
    (record,) = run_night(trained.settings, ["colour"])

    assert record.outcome == "failed"
    assert "no learner 'colour'. Learners are: intent, colours" in record.reasons[0]


def test_a_second_night_ends_at_once_and_disturbs_nothing(trained: Colours) -> None:
    with (
        alone(trained.settings.home),
        pytest.raises(BusyError, match=f"Another night is at work on {trained.settings.home}"),
    ):
        trained.night()

    assert trained.night().outcome == "nothing new"


def test_a_disk_too_full_to_begin_or_to_note_what_became_of_a_learner_is_told(
    trained: Colours, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.write(NEW)
    for place in ("begin", "append_record"):
        with monkeypatch.context() as full:
            full.setattr(f"training.nightly.{place}", full_disk)
            with pytest.raises(NightError, match=r"No space left.*rights of .*goes on from here"):
                trained.night()
    record = trained.night()

    assert (record.outcome, record.version) == ("promoted", "v0002")


def test_out_of_time_is_postponed_and_gone_on_with(trained: Colours, shades: Colours) -> None:
    trained.write(NEW)
    both = [trained.name, shades.name]
    (late,) = run_night(trained.settings, both, minutes=0)

    assert (late.learner, late.outcome) == ("colours", "postponed")
    assert unfinished(trained.settings.home) is not None
    trained.teach("teal vase", "cold")
    records = list(run_night(trained.settings, both))
    first, second, since = records
    assert [(each.learner, each.outcome) for each in records] == [
        ("colours", "promoted"),
        ("shades", "promoted"),
        ("colours", "promoted"),
    ]
    assert first.night == second.night == late.night != since.night
    assert trained.lessons() == {"teal vase": "v0003"}  # it came after the first night began
    assert unfinished(trained.settings.home) is None


def test_time_that_is_over_while_versions_are_judged_ends_the_night(
    trained: Colours, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.write(NEW)
    now = [0.0]

    def note(task: str, done: int, total: int, metric: str = "") -> None:
        now[0] += math.inf if task == JUDGING else 0.0

    monkeypatch.setattr("training.judging.PIECE", 1)
    monkeypatch.setattr("training.night.time", SimpleNamespace(monotonic=lambda: now[0]))
    late = trained.night(minutes=1, progress=note)

    assert (late.outcome, trained.current) == ("postponed", "v0001")
    assert trained.night().version == "v0002"


def test_who_was_done_in_time_is_not_done_again(trained: Colours, shades: Colours) -> None:
    both = [trained.name, shades.name]
    first = list(run_night(trained.settings, both, minutes=0))
    rest = list(run_night(trained.settings, both))

    assert [(each.learner, each.outcome) for each in (*first, *rest)] == [
        ("colours", "nothing new"),
        ("shades", "postponed"),
        ("shades", "promoted"),
    ]


def test_what_was_rejected_in_a_killed_night_is_not_tried_again_at_once(
    trained: Colours, shades: Colours
) -> None:
    both = [trained.name, shades.name]
    trained.write({**EXAMPLES, "red car": "cold"})
    killed = run_night(trained.settings, both)
    assert isinstance(killed, Generator)
    assert next(killed).outcome == "rejected"
    killed.close()

    assert [each.learner for each in run_night(trained.settings, both)] == ["shades"]


def test_what_was_edited_after_a_learner_was_done_is_learnt_too(
    trained: Colours, shades: Colours
) -> None:
    both = [trained.name, shades.name]
    list(run_night(trained.settings, both, minutes=0))  # colours is done, shades is not
    trained.write(NEW)
    records = list(run_night(trained.settings, both))

    assert [(each.learner, each.outcome) for each in records] == [
        ("shades", "promoted"),
        ("colours", "promoted"),
    ]


def test_a_night_of_one_learner_does_not_drop_what_another_one_has_unfinished(
    trained: Colours, shades: Colours
) -> None:
    trained.teach("teal vase", "cold")
    list(run_night(trained.settings, [shades.name, trained.name], minutes=0))
    records = list(run_night(trained.settings, [trained.name]))

    assert [(each.learner, each.outcome) for each in records] == [
        ("shades", "promoted"),
        ("colours", "promoted"),
    ]
    assert len({each.night for each in records}) == 1


def test_learning_anew_is_not_lost_to_a_night_that_was_cut_off(
    trained: Colours, shades: Colours
) -> None:
    list(run_night(trained.settings, [shades.name], minutes=0))
    records = list(run_night(trained.settings, [trained.name], full=True))

    assert [(each.learner, each.version) for each in records] == [
        ("shades", "v0001"),
        ("colours", "v0002"),
    ]


def test_each_night_has_another_seed_and_is_noted(trained: Colours) -> None:
    trained.write(NEW)
    trained.night()
    first, second = trained.models.versions("colours")

    assert (first.info["settings"]["seed"], second.info["settings"]["seed"]) == (0, 1)
    noted = read_records(trained.settings.home / RECORDS)
    assert [each.version for each in noted] == ["v0001", "v0002"]


def test_a_preview_says_what_would_be_learnt_and_changes_nothing(
    trained: Colours, shades: Colours
) -> None:
    trained.write(NEW)
    trained.teach("teal vase", "cold")
    before = _files(trained.settings.home)
    found = dict(previews(trained.settings, ["colours", "shades"]))
    counts = {name: each.counts["new"] for name, each in found.items() if isinstance(each, Tonight)}

    assert counts == {"colours": 2, "shades": len(EXAMPLES)}
    assert _files(trained.settings.home) == before
    assert trained.lessons() == {"teal vase": "waits"}


def test_a_preview_goes_on_after_a_learner_that_cannot_be_read(
    trained: Colours, shades: Colours
) -> None:
    (trained.data / "examples.jsonl").write_text("{", encoding="utf-8")
    found = dict(previews(trained.settings, ["colours", "shades"]))

    assert "examples.jsonl, line 1" in str(found["colours"])
    assert isinstance(found["shades"], Tonight)


def test_a_preview_of_an_empty_home_makes_nothing(colours: Colours) -> None:
    assert isinstance(dict(previews(colours.settings, ["colours"]))["colours"], Tonight)
    assert not colours.settings.home.exists()


def _files(home: Path) -> dict[Path, bytes]:
    """All but the database, which is compared by what it says."""
    files = (path for path in home.rglob("*") if path.is_file() and "nocturne.db" not in path.name)
    return {path: path.read_bytes() for path in files}
