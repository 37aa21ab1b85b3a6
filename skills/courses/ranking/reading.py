"""Reading: turns texts of courses into short vectors, by the shared sentence encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
WIDTH = 64
"""Directions kept of the embeddings where there are many courses."""
MANY = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The encoder by its name, and what is done to its embeddings."""

    encoder: str
    """Empty where no text is read."""
    centre: Floats
    turn: Floats
    """(dim, width), or nothing where all directions are kept."""
    device: str = "cpu"
    precision: str = "auto"

    def read(self, texts: Sequence[str]) -> Floats:
        """Embed texts: (texts, width), of unit length."""
        if not texts or not self.encoder:
            return np.zeros((len(texts), self.width), np.float32)
        from bot.encoder import Encoder  # noqa: PLC0415 - brings torch

        encoder = Encoder.load(self.encoder, None, self.device, self.precision)
        return self.turned(encoder.encode(texts).numpy())

    def turned(self, embeddings: Floats) -> Floats:
        """Take the mean off, and keep the directions in which courses differ most."""
        return turned(embeddings, self.centre, self.turn)

    @property
    def width(self) -> int:
        """The length of a vector."""
        return self.turn.shape[1] if self.turn.size else len(self.centre)


def reading_of(embeddings: Floats, encoder: str, device: str, precision: str) -> Reading:
    """Choose the directions by the embeddings of all courses."""
    return Reading(encoder, *directions(embeddings), device, precision)


def directions(embeddings: Floats) -> tuple[Floats, Floats]:
    """Give the mean of embeddings and, where they are many, the directions that are kept."""
    centre = embeddings.mean(axis=0)
    turn = np.empty((0, 0), np.float32)
    if len(embeddings) > MANY:
        centred = embeddings - centre
        _, vectors = np.linalg.eigh(centred.T @ centred)
        turn = np.ascontiguousarray(vectors[:, -WIDTH:])
    return centre, turn


def turned(embeddings: Floats, centre: Floats, turn: Floats) -> Floats:
    """Take the mean off, keep some directions or all, and bring each row to unit length."""
    made = embeddings - centre
    made = made @ turn if turn.size else made
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-6))
