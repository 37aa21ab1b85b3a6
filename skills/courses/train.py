"""CoursesTrainer: fits the views, and trains the net that fuses them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from bot.encoder import Encoder, choose_device
from bot.examples import read_examples
from bot.types import Example
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import Course
from skills.courses.catalogue.imports import courses_of
from skills.courses.catalogue.interactions import examples_of, read_interactions
from skills.courses.continuing import continued, of_the_day
from skills.courses.describing import covers_of, have_text, texts_of
from skills.courses.ranking.fusion import inputs_of, plain
from skills.courses.ranking.keys import key_of
from skills.courses.ranking.looking import Looking, looking_of
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.past import Past
from skills.courses.ranking.reading import Reading, reading_of
from skills.courses.ranking.traits import Vocabulary, traits_of
from skills.courses.ranking.views import Floats, Recipe, fit_views
from skills.courses.recipes import chosen
from skills.courses.tuning import lessons, tuned
from training.data import fingerprint
from training.ranking import RankingTrainer

ENROLMENTS = "enrolments.csv"
SWEEPS = 1
"""Of the factors, where they go on from those of before."""


class CoursesTrainer(RankingTrainer[CoursesModel]):
    """Learns from what learners did; who they are, only to keep their histories apart."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """Read the courses: a file of them, or a folder's files."""
        return courses_of(self.data, lambda summary: click.echo(summary, err=True))

    def examples(self) -> list[Example]:
        """Read what learners did from the folder's file of enrolments."""
        file = self.data / ENROLMENTS
        return self.read(file) if file.is_file() else []

    def read(self, file: Path) -> list[Example]:
        """Read a file of interactions, or of examples, and say what was refused."""
        if file.suffix != ".csv" and not _is_interactions(file):
            return read_examples(file)
        found, summary = read_interactions(file, self.catalogue.courses, time.time())
        click.echo(str(summary), err=True)
        return examples_of(found)

    def targets(self, files: Sequence[Example]) -> Collection[str]:
        """Name all courses that there are, also those that nobody took yet."""
        return {*self.catalogue.courses, *(each.target for each in files)}

    def fit(self, examples: Sequence[Example], seed: int = 0) -> CoursesModel:
        """Make a model from the base weights and exactly these examples."""
        examples = self.canonical(examples)
        courses = self._courses(examples)
        read, looked = self._reading(courses), self._looking(courses)
        past = Past.of(examples, {course.id: n for n, course in enumerate(courses)})
        x = past.matrix(len(courses))
        recipe = chosen(x, seed)
        model = self._model(courses, past, recipe, read, looked, seed)
        if len(past.people) < 2:
            return model
        shown = lessons(model, courses, x, seed, self.progress)
        checkpoint = self.checkpoint("fusion", f"{fingerprint(examples)} {seed}")
        device = choose_device(self.settings.device)
        return replace(
            model, fusion=tuned(shown, self.options, seed, device, self.progress, checkpoint)
        )

    def update(
        self, model: CoursesModel, new: Sequence[Example], old: Sequence[Example], seed: int = 0
    ) -> CoursesModel:
        """Go on from `model`: views are solved anew, and the net learns on where that is better."""
        examples = self.canonical([*old, *new])
        courses = self._courses(examples, model.ids)
        past = Past.of(examples, {course.id: n for n, course in enumerate(courses)})
        read = model.reading, texts_of(model, courses)
        is_looking = model.looking.network  # where it never has, there may be covers now
        looked = (
            (model.looking, covers_of(model, courses)) if is_looking else self._looking(courses)
        )
        made = self._model(courses, past, model.recipe, read, looked, seed, model)
        shown = of_the_day(model, made, courses, seed)
        if shown is None:
            return made
        device, before = choose_device(self.settings.device), model.fusion
        how = (self.options, seed, device, self.progress)
        fusion = continued(before, shown, lambda most: tuned(most, *how, before=before))
        return replace(made, fusion=fusion)

    def items(self, model: CoursesModel) -> Sequence[str]:  # noqa: ARG002 - new courses too
        """Name what is ranked: the courses that can be taken."""
        return [course.id for course in self._offered]

    def people(self, model: CoursesModel) -> Sequence[str]:
        """Name everybody of whom the model has learnt something."""
        return model.past.people

    def known(self, model: CoursesModel, person: str) -> Mapping[str, float]:
        """Say what the model has learnt of a person."""
        return model.past.of_person(self.pseudonyms.of(person), model.ids)

    def scores(self, model: CoursesModel, people: Sequence[str]) -> NDArray[np.float32]:
        """Score all courses for each of some people."""
        index = model.index(self._offered)
        histories = [self.known(model, person) for person in people]
        totals = [each.total for each in model.scores(index, histories)]
        return np.array(totals, np.float32).reshape(len(people), len(index.ids))

    def answering(
        self, model: CoursesModel
    ) -> Callable[[Mapping[str, float]], NDArray[np.float32]]:
        """Give what scores one history."""
        index = model.index(self._offered)
        return lambda history: model.scored(index, [history])[0].total

    def features(self, model: CoursesModel) -> csr_matrix | None:
        """Say what is known of the courses: their topics, languages and levels."""
        offered = model.index(self._offered).offered
        level = (offered.scales[:, :1] == np.arange(3)) * offered.known[:, :1]
        return hstack([csr_matrix(each) for each in (offered.topics, offered.languages, level)])

    def candidates(self, examples: Sequence[Example]) -> list[str]:  # noqa: ARG002 - of the files
        """Name what rivals rank: the courses that can be taken."""
        return [course.id for course in self._offered]

    @property
    def _offered(self) -> tuple[Course, ...]:
        return self.catalogue.offered

    def _courses(self, examples: Iterable[Example], before: Sequence[str] = ()) -> list[Course]:
        """List what was learnt before first, so that it keeps its columns."""
        ids = dict.fromkeys([*before, *self.catalogue.courses, *(one.target for one in examples)])
        return [self.catalogue.courses.get(id) or Course(id, title="") for id in ids]

    def _reading(self, courses: Sequence[Course]) -> tuple[Reading, Floats]:
        how = (choose_device(self.settings.device), self.settings.precision)
        encoder = Encoder.load(self.settings.encoder, None, *how)
        rows = self.cache.encode(encoder, [course.text for course in courses]).numpy()
        reading = reading_of(rows, self.settings.encoder, *how)
        return reading, reading.turned(rows) * have_text(courses)

    def _looking(self, courses: Sequence[Course]) -> tuple[Looking, Floats]:
        how = (choose_device(self.settings.device), self.settings.precision)
        return looking_of([course.image for course in courses], *how)

    def _model(
        self,
        courses: Sequence[Course],
        past: Past,
        recipe: Recipe,
        read: tuple[Reading, Floats],
        looked: tuple[Looking, Floats],
        seed: int,
        before: CoursesModel | None = None,
    ) -> CoursesModel:
        words = Vocabulary.of(courses)
        x = past.matrix(len(courses))
        start, sweeps = (before.views.factors, SWEEPS) if before else (None, 0)
        traits = traits_of(courses, read[1], looked[1], words)
        return CoursesModel(
            ids=tuple(course.id for course in courses),
            keys=tuple(key_of(course) for course in courses),
            recipe=recipe,
            views=fit_views(x, recipe, seed, start, sweeps),
            traits=traits,
            words=words,
            reading=read[0],
            looking=looked[0],
            fusion=before.fusion if before else plain(len(inputs_of(traits))),
            past=past,
        )


def _is_interactions(file: Path) -> bool:
    with file.open(encoding="utf-8") as lines:
        return '"target"' not in lines.readline()
