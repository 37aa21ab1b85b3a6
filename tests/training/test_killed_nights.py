"""A night killed at any moment and run again comes to the same end as an undisturbed one."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.training.colours import EXAMPLES, Colours
from training.night import RECORDS, unfinished
from training.nightly import run_night
from training.record import Record, read_records

Day = Callable[[Colours], None]
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class KilledError(BaseException):
    """Ends a night where no handler of errors sees it."""


@dataclass
class Killer:
    """Counts what a night does to the file system, and each step of training; dies at one.

    Once it has died nothing more is changed, whatever is still tried: that is what SIGKILL means.
    """

    moment: int | None = None
    count: int = field(default=0)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        is_writing = event == "open" and isinstance(args[2], int) and args[2] & WRITING
        if self.moment is not None and (is_writing or event in CHANGES):
            self.step()

    def step(self, task: str = "", done: int = 0, total: int = 0, metric: str = "") -> None:
        self.count += 1
        if self.moment is not None and self.count > self.moment:
            raise KilledError

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Die after so many changes, if there are as many."""
        self.moment, self.count = moment, 0
        try:
            with suppress(KilledError):
                yield
        finally:
            self.moment = None


@pytest.fixture(scope="module")
def killer() -> Killer:
    """One for all tests here: an audit hook stays as long as the process."""
    killer = Killer()
    sys.addaudithook(killer.hook)
    return killer


@dataclass(frozen=True)
class End:
    """What is left of a night, but for its time."""

    records: tuple[Record, ...]
    lessons: dict[str, str]
    versions: tuple[str, ...]
    current: str | None
    says: tuple[str | None, ...]


def end_of(colours: Colours) -> End:
    home = colours.settings.home
    records = read_records(home / RECORDS)
    assert unfinished(home) is None
    versions = [each.name for each in colours.models.versions("colours")]
    words = ("red", "orange", "blue", "green", "teal", "pink", "grey")
    says = [colours.says(word) for word in words] if colours.current else []
    undated = (replace(each, night="", seconds=0.0) for each in records)
    return End(tuple(undated), colours.lessons(), tuple(versions), colours.current, tuple(says))


def first(colours: Colours) -> None:
    colours.teach("teal vase", "cold")


def promoted(colours: Colours) -> None:
    colours.night()
    colours.teach("grey fog", "cold")
    colours.night()
    colours.models.roll_back("colours")
    colours.write({**EXAMPLES, "pink dawn": "warm"})
    colours.teach("teal vase", "cold")
    colours.teach("Teal vase?", "cold", sender="bob")
    colours.teach("old thing", "gone")


def rejected(colours: Colours) -> None:
    colours.night()
    colours.teach("red car", "cold")
    colours.teach("blue sky", "cold")
    colours.teach("teal vase", "cold")


def nothing_new(colours: Colours) -> None:
    colours.night()
    colours.teach("blue sky", "cold")
    colours.teach("old thing", "gone")


@pytest.mark.parametrize("day", [first, promoted, rejected, nothing_new])
def test_a_night_killed_at_any_moment_ends_as_an_undisturbed_one(
    colours: Colours, day: Day, killer: Killer, tmp_path: Path
) -> None:
    day(colours)
    home, prepared = colours.settings.home, tmp_path / "prepared"
    home.rename(prepared)

    def begun_anew() -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(prepared, home)

    begun_anew()
    before = colours.current
    list(run_night(colours.settings, ["colours"]))
    undisturbed = end_of(colours)
    for moment in count():
        begun_anew()
        with killer.at(moment):
            list(run_night(colours.settings, ["colours"], progress=killer.step))
        assert colours.current in (before, undisturbed.current)
        assert colours.current is None or colours.says("red fox") == "warm"
        if killer.count <= moment:
            break  # nothing was left to be killed in
        list(run_night(colours.settings, ["colours"]))
        assert end_of(colours) == undisturbed, f"killed after {moment} changes"
    assert moment > 10


def test_a_night_killed_while_its_report_is_written_writes_it_and_learns_no_second_time(
    colours: Colours,
) -> None:
    rejected(colours)
    reports = []

    def killed(night: str) -> None:
        reports.append(night)
        raise KilledError

    with suppress(KilledError):
        list(run_night(colours.settings, ["colours"], report=killed))
    records = list(run_night(colours.settings, ["colours"], report=reports.append))
    assert records == []
    assert len(reports) == 2
    assert len(set(reports)) == 1
    assert unfinished(colours.settings.home) is None
