"""The model of courses: what it makes of histories, and what it says moved a score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.config import Settings
from bot.types import Example
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import Course
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.reading import Reading, reading_of
from skills.courses.train import CoursesTrainer

GROUPS = 4
SIZE = 10
POPULARITY = np.linspace(3, 1, SIZE) / np.linspace(3, 1, SIZE).sum()
NEW = Course("new_in_1", "About 1", topics=("topic1",), level="beginner", hours=5, price=0)
RETIRED = Course("retired", "About 2", topics=("topic2",), is_retired=True)


def course(number: int) -> Course:
    group = number // SIZE
    return Course(f"c{number}", f"About {group}", topics=(f"topic{group}",), level="beginner")


COURSES = [*map(course, range(GROUPS * SIZE)), NEW, RETIRED]


def group_of(id: str) -> int:
    return int(id.removeprefix("c")) // SIZE


class Unread(CoursesTrainer):
    """A trainer that reads no texts, which takes seconds."""

    def _reading(self, courses: Sequence[Course]) -> tuple[Reading, NDArray[np.float32]]:
        embeddings = np.eye(len(courses), 8, dtype=np.float32)
        reading = reading_of(embeddings, "", "cpu", "auto")
        return reading, reading.turned(embeddings) * 0


def trainer_of(home: Path, courses: Sequence[Course] = COURSES) -> CoursesTrainer:
    trainer = Unread(Settings(home=home, device="cpu"), home)
    trainer.catalogue = Catalogue({each.id: each for each in courses}, {})
    return trainer


def enrolments(people: int = 240, seed: int = 0) -> list[Example]:
    """People of groups take six courses of their group and one of any other."""
    random = np.random.default_rng(seed)
    found = []
    for person in range(people):
        chosen = random.choice(SIZE, 6, replace=False, p=POPULARITY)
        taken = SIZE * (person % GROUPS) + chosen
        other = random.integers(GROUPS * SIZE)
        numbers = dict.fromkeys([*sorted(taken.tolist()), int(other)])
        found += [Example(f"u{person}", f"c{number}") for number in numbers]
    return [*found, *(Example(f"u{person}", "retired") for person in range(2, 100, GROUPS))]


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> CoursesTrainer:
    return trainer_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def model(trainer: CoursesTrainer) -> CoursesModel:
    return trainer.fit(enrolments())


def best(
    model: CoursesModel, history: Mapping[str, float], k: int = 4, offered: Sequence[Course] = ()
) -> list[str]:
    index = model.index(offered or [each for each in COURSES if not each.is_retired])
    total = model.scored(index, [history])[0].total
    assert np.isfinite(total).all()
    order = [index.ids[place] for place in np.argsort(-total, kind="stable")]
    return [id for id in order if id not in history][:k]


def test_what_is_like_the_history_comes_first(model: CoursesModel) -> None:
    for group in range(GROUPS):
        found = best(model, {f"c{SIZE * group}": 1.0, f"c{SIZE * group + 1}": 1.0})
        assert {group_of(id) for id in found if id != NEW.id} == {group}


def test_a_history_that_changes_counts_at_once(model: CoursesModel) -> None:
    before = {"c0": 1.0}
    assert group_of(best(model, before, 1)[0]) == 0
    assert group_of(best(model, before | {"c20": 1.5, "c21": 1.5, "c22": 1.5}, 1)[0]) == 2


def test_a_refusal_pushes_down_what_is_like_it(model: CoursesModel) -> None:
    index = model.index(COURSES)
    liked, refused = ({"c10": 1.0, "c0": weight} for weight in (1.0, 0.0))
    a, b = model.scored(index, [liked, refused])
    assert b.total[index.ids.index("c1")] < a.total[index.ids.index("c1")]


def test_a_click_counts_less_than_an_enrolment(model: CoursesModel) -> None:
    index = model.index(COURSES)
    place = index.ids.index("c1")
    clicked, enrolled = model.scored(
        index, [{"c0": 0.25, "c10": 1.0, "c11": 1.0}, {"c0": 1.0, "c10": 1.0, "c11": 1.0}]
    )
    assert clicked.total[place] < enrolled.total[place]


def test_without_a_history_what_many_take_comes_first(model: CoursesModel) -> None:
    counts = {id: int(count) for id, count in zip(model.ids, model.views.counts, strict=True)}
    found = best(model, {}, 5)
    assert sum(counts[id] for id in found) / 5 > np.mean(list(counts.values()))


@pytest.mark.parametrize("history", [{"unknown": 1.0}, {"unknown": 0.0}])
def test_what_is_unknown_in_a_history_changes_nothing(
    model: CoursesModel, history: Mapping[str, float]
) -> None:
    assert best(model, history, 9) == best(model, {}, 9)


def test_a_history_of_retired_courses_still_counts(model: CoursesModel) -> None:
    assert {group_of(id) for id in best(model, {"retired": 1.0}, 3)} == {2}


def test_a_new_course_is_recommended_to_those_whose_taste_it_meets(model: CoursesModel) -> None:
    index = model.index(COURSES)
    place = index.ids.index(NEW.id)
    histories = [{f"c{SIZE * group}": 1.0, f"c{SIZE * group + 1}": 1.0} for group in range(GROUPS)]
    places = [
        int((each.total > each.total[place]).sum()) for each in model.scored(index, histories)
    ]
    assert places[1] == min(places)
    assert places[1] <= SIZE


def test_a_course_put_into_the_catalogue_after_training_is_ranked(model: CoursesModel) -> None:
    later = Course("later", "About 3", topics=("topic3",), level="beginner")
    index = model.index([*COURSES, later])
    near, far = model.scored(index, [{"c30": 1.0, "c31": 1.0}, {"c0": 1.0, "c1": 1.0}])
    place = index.ids.index("later")
    assert near.total[place] > far.total[place]


def test_a_course_of_which_nothing_is_known_is_ranked(model: CoursesModel) -> None:
    assert "bare" in best(model, {"c0": 1.0}, 99, [*COURSES, Course("bare", "")])


def test_ten_thousand_enrolments_are_answered(model: CoursesModel) -> None:
    history = {f"c{number}": 1.0 for number in range(10_000)}
    assert best(model, history) == [NEW.id]


def test_no_courses_give_no_scores(model: CoursesModel) -> None:
    assert len(model.scored(model.index([]), [{"c0": 1.0}])[0].total) == 0


def test_a_model_read_again_scores_the_same_to_the_last_bit(
    model: CoursesModel, tmp_path: Path
) -> None:
    model.save(tmp_path)
    again = CoursesModel.load(tmp_path)
    histories = [{}, {"c0": 1.0}, {"c0": 0.0, "c12": 1.5}]
    pairs = zip(
        model.scored(model.index(COURSES), histories),
        again.scored(again.index(COURSES), histories),
        strict=True,
    )
    assert all(np.array_equal(a.total, b.total) for a, b in pairs)


def test_what_moved_a_score_is_what_lowers_it_where_it_is_missing(model: CoursesModel) -> None:
    index = model.index(COURSES)
    history = {"c0": 1.0, "c10": 1.0}
    (first, moved), *_ = model.moved(index, history, "c1")
    whole, without = model.scored(index, [history, {"c10": 1.0}])
    place = index.ids.index("c1")
    assert first == "c0"
    assert moved == pytest.approx(float(whole.total[place] - without.total[place]), abs=1e-5)


def test_parts_name_what_the_score_loses_without_them(model: CoursesModel) -> None:
    index = model.index(COURSES)
    found = model.scored(index, [{"c0": 1.0, "c1": 1.0}])[0]
    assert found.parts["learners like you"][index.ids.index("c2")] > 0


def test_who_went_on_is_counted_in_order_of_time(tmp_path: Path) -> None:
    pairs = [("u1", "ab"), ("u2", "ab"), ("u3", "ba"), ("u4", "a"), ("u5", "b")]
    taken = [Example(user, course) for user, courses in pairs for course in courses]
    model = trainer_of(tmp_path, [Course(id, id) for id in "abc"]).fit(taken)
    assert model.went_on("a", "b") == (4, 2)
    assert model.went_on("b", "a") == (4, 1)
    assert model.went_on("c", "a") is None
    assert model.went_on("a", "unknown") is None


def test_the_same_seed_gives_the_same_model(trainer: CoursesTrainer, model: CoursesModel) -> None:
    again = trainer.fit(enrolments())
    a, b = (each.scored(each.index(COURSES), [{"c0": 1.0}])[0].total for each in (model, again))
    assert np.array_equal(a, b)


def test_an_update_learns_new_people_and_courses_without_training_the_net_anew(
    trainer: CoursesTrainer, model: CoursesModel
) -> None:
    new = [Example(f"n{person}", id) for person in range(30) for id in ("c0", "c1", NEW.id)]
    updated = trainer.update(model, new, enrolments())
    assert updated.fusion is model.fusion
    assert trainer.known(updated, "n3") == {"c0": 1.0, "c1": 1.0, NEW.id: 1.0}
    assert trainer.known(model, "n3") == {}
    place = updated.index(COURSES).ids.index(NEW.id)
    history = [{"c0": 1.0, "c1": 1.0}]
    a, b = (each.scored(each.index(COURSES), history)[0].total for each in (model, updated))
    assert (b > b[place]).sum() < (a > a[place]).sum()


def test_what_is_retired_is_not_ranked_after_a_change_of_the_catalogue(
    model: CoursesModel, tmp_path: Path
) -> None:
    courses = [replace(each, is_retired=each.id == "c1") for each in COURSES]
    changed = trainer_of(tmp_path, courses)
    updated = changed.update(model, [], enrolments())
    assert "c1" not in changed.items(updated)
    assert changed.scores(updated, ["u0"]).shape == (1, len(changed.items(updated)))


def test_a_model_fitted_on_one_person_answers(tmp_path: Path) -> None:
    model = trainer_of(tmp_path).fit([Example("u", "c0"), Example("u", "c1", 0.0)])
    assert len(best(model, {"c0": 1.0}, 3)) == 3
