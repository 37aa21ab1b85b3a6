"""An encoder for tests: texts with the same words have the same embedding."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bot.encoder import Encoder

DIM = 1 << 14


@dataclass
class ToyEncoder:
    """Counts words by their hash; `encoded` lists what it was asked to embed."""

    encoded: list[str] = field(default_factory=list)
    base: str = "toy"
    precision: str = "float32"
    adapter: None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        rows = np.zeros((len(texts), DIM), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                row[int.from_bytes(hashlib.md5(word.encode()).digest()[:4]) % DIM] += 1  # noqa: S324
        rows /= np.maximum(1, np.linalg.norm(rows, axis=1, keepdims=True))
        return rows


def toy_encoder() -> Encoder:
    return cast("Encoder", ToyEncoder())
