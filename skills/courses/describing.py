"""Describing: what is read and looked at of courses, by a model that knows most of them already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skills.courses.catalogue.course import Course
from skills.courses.ranking.keys import key_of
from skills.courses.ranking.model import CoursesModel
from skills.courses.ranking.views import Floats


def texts_of(model: CoursesModel, courses: Sequence[Course]) -> Floats:
    """Embed texts; those that the model has read are not read again."""
    read = dict(zip(model.keys, model.traits.text, strict=True))
    new = [each for each in courses if key_of(each) not in read]
    rows = model.reading.read([each.text for each in new]) * have_text(new)
    read |= dict(zip(map(key_of, new), rows, strict=True))
    return np.array([read[key_of(each)] for each in courses], np.float32)


def covers_of(model: CoursesModel, courses: Sequence[Course]) -> Floats:
    """Embed covers; those that the model has looked at are not looked at again."""
    seen = dict(zip(model.keys, model.traits.covers, strict=True))
    new = [each for each in courses if key_of(each) not in seen]
    rows = model.looking.look([each.image for each in new])
    seen |= dict(zip(map(key_of, new), rows, strict=True))
    return np.array([seen[key_of(each)] for each in courses], np.float32)


def have_text(courses: Sequence[Course]) -> Floats:
    """Say by 1 or 0 whether there is anything to read of each course: (courses, 1)."""
    has = [float(bool(each.text.strip())) for each in courses]
    return np.array(has, np.float32).reshape(-1, 1)
