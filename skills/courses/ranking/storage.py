"""Writes a model of courses into a folder, and reads it: arrays in safetensors, the rest JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix

from skills.courses.ranking.fusion import Fusion
from skills.courses.ranking.looking import Looking, nothing
from skills.courses.ranking.past import Past
from skills.courses.ranking.reading import Reading
from skills.courses.ranking.traits import Traits, Vocabulary
from skills.courses.ranking.views import Recipe, Views

if TYPE_CHECKING:
    from skills.courses.ranking.model import CoursesModel

FORMAT = 2
ABOUT = "model.json"
ARRAYS = "model.safetensors"
SPARSE = ("near", "after")
PARTS = ("data", "at", "starts")
Arrays = dict[str, NDArray[Any]]


def save(model: CoursesModel, path: Path) -> None:
    """Write all of a model into an empty folder."""
    about = {
        "format": FORMAT,
        "ids": model.ids,
        "keys": model.keys,
        "people": model.past.people,
        "recipe": asdict(model.recipe),
        "words": asdict(model.words),
        "encoder": model.reading.encoder,
        "precision": model.reading.precision,
        "network": model.looking.network,
    }
    (path / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    arrays: Arrays = {}
    for name in SPARSE:
        matrix = getattr(model.views, name)
        parts = zip(PARTS, (matrix.data, matrix.indices, matrix.indptr), strict=True)
        arrays |= {f"{name}.{part}": values for part, values in parts}
    for name in ("views", "traits", "reading", "looking", "fusion", "past"):
        arrays |= _arrays(name, getattr(model, name))
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, path / ARRAYS)


def load(path: Path, device: str) -> dict[str, Any]:
    """Read what a model is made of."""
    about = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    if about["format"] != FORMAT:
        raise ValueError(f"made in format {about['format']}, and only {FORMAT} is known")
    ids = tuple(about["ids"])
    arrays = {**_without_covers(len(ids)), **load_file(path / ARRAYS)}
    square = (len(ids), len(ids))
    parts = {name: tuple(arrays[f"{name}.{part}"] for part in PARTS) for name in SPARSE}
    sparse = {name: csr_matrix(found, shape=square) for name, found in parts.items()}
    return {
        "ids": ids,
        "keys": tuple(about["keys"]),
        "recipe": Recipe(**about["recipe"]),
        "views": Views(**sparse, **_part(arrays, "views")),
        "traits": Traits(**_part(arrays, "traits")),
        "looking": Looking(
            network=about.get("network", ""),
            device=device,
            precision=about["precision"],
            **_part(arrays, "looking"),
        ),
        "words": Vocabulary(**about["words"]),
        "reading": Reading(
            encoder=about["encoder"],
            device=device,
            precision=about["precision"],
            **_part(arrays, "reading"),
        ),
        "fusion": Fusion(**_part(arrays, "fusion")),
        "past": Past(people=tuple(about["people"]), **_part(arrays, "past")),
    }


def _without_covers(courses: int) -> Arrays:
    """Give what versions lack that were made before there were covers."""
    found = {"traits.covers": np.zeros((courses, 0), np.float32)}
    return found | _arrays("looking", nothing())


def _arrays(name: str, part: Any) -> Arrays:
    values = {each.name: getattr(part, each.name) for each in fields(part)}
    return {f"{name}.{k}": v for k, v in values.items() if isinstance(v, np.ndarray)}


def _part(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, Any]:
    return {k.removeprefix(f"{name}."): v for k, v in arrays.items() if k.startswith(f"{name}.")}
