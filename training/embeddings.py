"""Embeddings on disk, by content and model: what is unchanged is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import Tensor

from bot.encoder import Encoder

Rows = NDArray[np.float32]
WIDTH = 16
"""Bytes of a hash of what is embedded."""


class EmbeddingCache:
    """A folder with one file for each model; a file that cannot be read is made anew.

    Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._used: dict[Path, set[bytes]] = {}

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Tensor:
        """Embed texts as `encoder.encode` does: (texts, dim), float32, unit length."""
        keys = [key_of(text.encode("utf-8", "surrogatepass")) for text in texts]
        return self.rows(
            encoder.fingerprint, keys, lambda places: encoder.encode([texts[n] for n in places])
        )

    def rows(
        self, name: str, keys: Sequence[bytes], make: Callable[[Sequence[int]], Tensor]
    ) -> Tensor:
        """Give a row of float32 for each key; `make` is asked for the places of unknown ones.

        `name` tells apart what rows come from.
        """
        if self.folder is None or not keys:
            return make(range(len(keys)))
        file = self.folder / f"{name}.safetensors"
        kept, rows = _read(file)
        places = {key: place for place, key in enumerate(kept)}
        new = {key: place for place, key in enumerate(keys) if key not in places}
        if new:
            places |= {key: len(kept) + place for place, key in enumerate(new)}
            made = make(list(new.values())).numpy()
            rows = np.concatenate([rows, made]) if kept else made
            _write(file, list(places), rows)
        self._used.setdefault(file, set()).update(keys)
        return torch.from_numpy(rows[[places[key] for key in keys]])

    def forget_unused(self) -> None:
        """Keep only what was asked for since the object was made."""
        for file in self.folder.glob("*.safetensors") if self.folder else ():
            used = self._used.get(file)
            if not used:
                file.unlink(missing_ok=True)
                continue
            keys, rows = _read(file)
            kept = [place for place, key in enumerate(keys) if key in used]
            if len(kept) < len(keys):
                _write(file, [keys[place] for place in kept], rows[kept])


def _read(file: Path) -> tuple[list[bytes], Rows]:
    with suppress(OSError, SafetensorError):
        saved = load_file(file)
        return [bytes(key) for key in saved["keys"]], saved["rows"]
    return [], np.empty((0, 0), dtype=np.float32)


def _write(file: Path, keys: Sequence[bytes], rows: Rows) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    hashes = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, WIDTH)
    draft = file.with_suffix(".draft")
    save_file({"keys": hashes, "rows": np.ascontiguousarray(rows)}, draft)
    draft.replace(file)


def key_of(content: bytes) -> bytes:
    """Give the key of what is embedded."""
    return hashlib.blake2b(content, digest_size=WIDTH).digest()
