"""A recommender's night: what people did is learnt, and rivals are to be beaten."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.types import Example
from tests.training.shelf import EXAMPLES, Shelf, write_shelf
from training.fitting import fit_learner
from training.tonight import learnt_by


@pytest.fixture
def untrained(
    settings: Settings, make_skill: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    monkeypatch.setattr("bot.plugins.entry_points", lambda group: [])
    monkeypatch.setattr("training.provenance._code", lambda: "")
    for module in ("skills.shelf", "skills.shelf.train"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return write_shelf(settings, make_skill)


@pytest.fixture
def shelf(untrained: Shelf) -> Shelf:
    """The learner after its first night."""
    assert untrained.night().outcome == "promoted"
    return untrained


def test_a_person_of_the_files_and_of_the_chat_is_one(shelf: Shelf) -> None:
    shelf.did("ana", "dune")

    assert shelf.night().outcome == "nothing new"
    assert shelf.wishes("ana") == {"dune": 1.0, "emma": 1.0}


def test_a_version_holds_no_names(shelf: Shelf) -> None:
    learnt = learnt_by(shelf.models.version("shelf", "v0001"))

    assert {each.input for each in learnt} == {shelf.person("ana"), shelf.person("ben")}


def test_after_a_fit_by_hand_nothing_is_new(untrained: Shelf) -> None:
    fit_learner("shelf", untrained.settings)

    assert untrained.night().outcome == "nothing new"


def test_what_a_person_did_is_learnt_two_at_a_time_even_of_a_book_that_nobody_had(
    shelf: Shelf,
) -> None:
    shelf.did("eve", "emma")
    shelf.did("eve", "ulysses")
    record = shelf.night()

    assert (record.outcome, record.counts["new"], record.counts["aside"]) == ("promoted", 2, 0)
    assert shelf.wishes("eve") == {"emma": 1.0, "ulysses": 1.0}
    assert "ulysses" in shelf.recommends("ben")


def test_a_refusal_is_learnt(shelf: Shelf) -> None:
    assert shelf.recommends("ben") == ["emma"]
    shelf.did("ben", "emma", 0.0)

    assert shelf.night().outcome == "promoted"
    assert shelf.recommends("ben") == []


def test_a_later_deed_changes_the_weight_and_nothing_counts_as_gone(shelf: Shelf) -> None:
    shelf.did("ana", "dune", 1.5)
    record = shelf.night()

    assert (record.outcome, record.counts["new"], record.counts["removed"]) == ("promoted", 1, 0)
    assert "Given another weight on purpose: 1 examples." in record.reasons
    assert shelf.wishes("ana") == {"emma": 1.0, "dune": 1.5}

    shelf.did("ana", "dune", 0.0)
    assert shelf.night().outcome == "promoted"
    assert shelf.wishes("ana")["dune"] == 0.0
    assert shelf.night().outcome == "nothing new"


def test_to_weigh_everything_otherwise_loses_no_data(shelf: Shelf) -> None:
    shelf.write_wishes([replace(each, weight=0.5) for each in EXAMPLES])

    assert shelf.night().outcome == "promoted"


def test_a_book_that_left_the_catalogue_costs_only_its_own_lessons(shelf: Shelf) -> None:
    shelf.did("eve", "ulysses")
    assert shelf.night().outcome == "promoted"
    shelf.write_books("dune", "emma")
    shelf.did("finn", "ulysses")
    shelf.did("finn", "emma")
    record = shelf.night()

    assert (record.counts["aside"], record.counts["removed"]) == (1, 1)
    assert record.outcome == "promoted"
    assert shelf.wishes("finn") == {"emma": 1.0}
    assert shelf.wishes("eve") == {}


def test_what_is_held_out_is_never_learnt_though_the_person_does_it(shelf: Shelf) -> None:
    shelf.did("cleo", "dune")
    shelf.did("cleo", "ulysses")

    assert shelf.night().counts["held"] == 1
    assert shelf.wishes("cleo") == {"ulysses": 1.0}


def test_many_deeds_are_learnt_but_for_some_that_score_later_versions(shelf: Shelf) -> None:
    people = [f"reader {number}" for number in range(100)]
    for person in people:
        shelf.did(person, "dune")
    counts = shelf.night().counts
    assert counts["held"] > 0
    assert counts["new"] + counts["held"] == len(people)

    shelf.write_wishes([*EXAMPLES, *(Example(person, "dune") for person in people)])
    shelf.did("gil", "ulysses")
    assert shelf.night().outcome == "promoted"  # what the files teach by now scores nobody
    assert shelf.night().counts["old"] == len(EXAMPLES) + len(people) + 1


def test_what_brings_nothing_by_itself_alarms_nobody_and_is_learnt_with_what_comes_later(
    shelf: Shelf,
) -> None:
    shelf.did("finn", "dune")  # who would have been given it anyway
    assert shelf.night().is_idle
    assert shelf.night().outcome == "nothing new"
    shelf.did("eve", "ulysses")

    assert shelf.night().outcome == "promoted"
    assert (shelf.wishes("finn"), shelf.wishes("eve")) == ({"dune": 1.0}, {"ulysses": 1.0})


def test_what_a_rival_does_as_well_does_not_go_into_service(shelf: Shelf) -> None:
    shelf.write_wishes([Example(f"reader {n}", "dune") for n in range(50)], "eval.jsonl")
    shelf.write_rivals(popularity=0.6, LightFM=1.0)
    shelf.did("eve", "ulysses")
    record = shelf.night()

    assert (record.outcome, shelf.current) == ("rejected", "v0001")
    assert record.reasons[0] == (
        "On 50 held-out examples it does not beat LightFM: 100.0% against 100.0%."
    )
    assert "On 50 held-out examples it beats popularity: 100.0% against 60.0%." in record.reasons
    assert list(shelf.lessons().values()) == ["waits"]

    shelf.write_rivals(popularity=0.6, LightFM=0.9)
    assert shelf.night().outcome == "promoted"
