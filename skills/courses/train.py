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
from skills.courses.ranking.fusion import plain
from skills.courses.ranking.model import CoursesModel, key_of
from skills.courses.ranking.past import Past
from skills.courses.ranking.reading import Reading, reading_of
from skills.courses.ranking.traits import Vocabulary, traits_of
from skills.courses.ranking.views import Recipe, fit_views
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
        reading, texts = self._reading(courses)
        past = Past.of(examples, {course.id: n for n, course in enumerate(courses)})
        x = past.matrix(len(courses))
        recipe = chosen(x, seed)
        model = self._model(courses, past, recipe, reading, texts, seed)
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
        """Go on from `model`: views are solved anew from all examples, the net stays as it is."""
        examples = self.canonical([*old, *new])
        courses = self._courses(examples, model.ids)
        past = Past.of(examples, {course.id: n for n, course in enumerate(courses)})
        texts = _texts(model, courses)
        return self._model(courses, past, model.recipe, model.reading, texts, seed, model)

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

    def _reading(self, courses: Sequence[Course]) -> tuple[Reading, NDArray[np.float32]]:
        how = (choose_device(self.settings.device), self.settings.precision)
        encoder = Encoder.load(self.settings.encoder, None, *how)
        rows = self.cache.encode(encoder, [course.text for course in courses]).numpy()
        reading = reading_of(rows, self.settings.encoder, *how)
        return reading, reading.turned(rows) * _have_text(courses)

    def _model(
        self,
        courses: Sequence[Course],
        past: Past,
        recipe: Recipe,
        reading: Reading,
        texts: NDArray[np.float32],
        seed: int,
        before: CoursesModel | None = None,
    ) -> CoursesModel:
        words = Vocabulary.of(courses)
        x = past.matrix(len(courses))
        start, sweeps = (before.views.factors, SWEEPS) if before else (None, 0)
        return CoursesModel(
            ids=tuple(course.id for course in courses),
            keys=tuple(key_of(course) for course in courses),
            recipe=recipe,
            views=fit_views(x, recipe, seed, start, sweeps),
            traits=traits_of(courses, texts, words),
            words=words,
            reading=reading,
            fusion=before.fusion if before else plain(),
            past=past,
        )


def _is_interactions(file: Path) -> bool:
    with file.open(encoding="utf-8") as lines:
        return '"target"' not in lines.readline()


def _texts(model: CoursesModel, courses: Sequence[Course]) -> NDArray[np.float32]:
    """Embed texts; those that the model has read are not read again."""
    read = dict(zip(model.keys, model.traits.text, strict=True))
    new = [each for each in courses if key_of(each) not in read]
    rows = model.reading.read([each.text for each in new]) * _have_text(new)
    read |= {key_of(each): row for each, row in zip(new, rows, strict=True)}
    return np.array([read[key_of(each)] for each in courses], np.float32)


def _have_text(courses: Sequence[Course]) -> NDArray[np.float32]:
    has = [float(bool(each.text.strip())) for each in courses]
    return np.array(has, np.float32).reshape(-1, 1)
