"""Going on with the net: it is shown what people did next, by views that had not seen it."""

from dataclasses import replace

import numpy as np
import pytest

from bot.types import Example
from skills.courses import continuing
from skills.courses.continuing import continued, of_the_day
from skills.courses.ranking.fusion import INPUTS, plain
from skills.courses.ranking.model import CoursesModel
from skills.courses.train import CoursesTrainer
from tests.test_courses_model import COURSES, enrolments, trainer_of

OLD = enrolments(80)
NEXT = [Example(f"u{person}", f"c{10 * (person % 4) + person % 7}") for person in range(40)]
NEWCOMERS = [Example(f"n{person}", id) for person in range(8) for id in ("c0", "c1", "c2", "c3")]


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> CoursesTrainer:
    return trainer_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def model(trainer: CoursesTrainer) -> CoursesModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skills.courses.tuning.STEPS", 60)
        return trainer.fit(OLD)


def updated(
    trainer: CoursesTrainer, model: CoursesModel, new: list[Example], fewest: int
) -> CoursesModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(continuing, "FEWEST", fewest)
        return trainer.update(model, new, OLD)


def test_wanted_is_what_is_new_and_given_what_was_known(
    trainer: CoursesTrainer, model: CoursesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuing, "FEWEST", 1)
    new = [Example("u0", "c25"), Example("u0", "c26")]
    known = trainer.known(model, "u0")
    after = updated(trainer, model, new, 10**9)
    shown = of_the_day(model, after, trainer._courses(trainer.canonical(OLD), model.ids), 0)
    assert shown is not None
    wanted = {model.ids[column] for column in np.flatnonzero(shown.wanted[0])}
    given = {model.ids[column] for column in np.flatnonzero(~shown.open_[0])}
    assert wanted == {"c25", "c26"} - known.keys()
    assert given == {id for id, weight in known.items() if weight > 0}
    assert len(shown.lengths) == 1


def test_views_that_the_net_is_shown_have_not_seen_what_is_new(
    trainer: CoursesTrainer, model: CoursesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A course that all at once follows another moves the views in service, not those shown."""
    monkeypatch.setattr(continuing, "FEWEST", 1)
    monkeypatch.setattr(continuing, "PEOPLE", 10**6)
    new = [Example(f"u{person}", "c39") for person in range(0, 80, 4)]
    after = updated(trainer, model, new, 10**9)
    shown = of_the_day(model, after, trainer._courses(trainer.canonical(OLD), model.ids), 0)
    assert shown is not None
    index, column = after.index(COURSES), model.columns["c39"]
    place = index.ids.index("c39")
    seen = after.scored(index, [{f"c{n}": 1.0 for n in range(4)}])[0].inputs[0, place]
    assert seen > shown.inputs[:, 0, column].max()


def test_somebody_new_is_shown_in_two_parts(
    trainer: CoursesTrainer, model: CoursesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuing, "FEWEST", 1)
    after = updated(trainer, model, NEWCOMERS, 10**9)
    shown = of_the_day(model, after, trainer._courses(trainer.canonical(OLD), model.ids), 0)
    assert shown is not None
    assert shown.wanted.sum(axis=1).tolist() == [1] * 8
    assert (~shown.open_).sum(axis=1).tolist() == [3] * 8


def only_popular(model: CoursesModel) -> CoursesModel:
    """The same with a net that looks at nothing but how many people took a course."""
    weights = np.zeros(len(model.fusion.linear), np.float32)
    weights[INPUTS.index("popularity")] = 0.4
    return replace(model, fusion=replace(plain(len(weights)), linear=weights))


def test_the_net_goes_on_from_its_weights_where_others_of_the_day_say_so(
    trainer: CoursesTrainer, model: CoursesModel
) -> None:
    before = only_popular(model)
    after = updated(trainer, before, NEXT, 10)
    changed = np.abs(after.fusion.linear - before.fusion.linear)
    assert 0 < changed.max() < 0.1
    assert after.fusion.linear[INPUTS.index("popularity")] == pytest.approx(0.4, abs=0.1)
    better = [how_far_down(each) for each in (after, before)]
    assert better[0] < better[1]


def how_far_down(model: CoursesModel) -> float:
    """How many courses stand before one of their group for people whom nobody has seen."""
    index = model.index(COURSES)
    totals = model.scored(index, [{f"c{10 * group}": 1.0} for group in range(4)])
    places = [index.ids.index(f"c{10 * group + 9}") for group in range(4)]
    return float(
        np.mean(
            [(each.total > each.total[p]).sum() for each, p in zip(totals, places, strict=True)]
        )
    )


def test_a_net_is_kept_only_if_it_tells_better_what_others_did(
    trainer: CoursesTrainer, model: CoursesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuing, "FEWEST", 1)
    after = updated(trainer, model, NEXT, 10**9)
    shown = of_the_day(model, after, trainer._courses(trainer.canonical(OLD), model.ids), 0)
    assert shown is not None
    worse, better = only_popular(model).fusion, model.fusion
    assert continued(better, shown, lambda _: worse) is better
    assert continued(worse, shown, lambda _: better) is better


def test_a_day_of_few_leaves_the_net_as_it_is(trainer: CoursesTrainer, model: CoursesModel) -> None:
    assert updated(trainer, only_popular(model), NEXT, 10**9).fusion.linear.max() == np.float32(0.4)


def test_the_same_seed_goes_on_to_the_same_net(
    trainer: CoursesTrainer, model: CoursesModel
) -> None:
    a, b = (updated(trainer, only_popular(model), NEXT, 10) for _ in range(2))
    assert np.array_equal(a.fusion.first, b.fusion.first)
