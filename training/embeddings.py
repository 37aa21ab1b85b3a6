"""Embeddings on disk, by content and model: what is unchanged is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import Tensor

from bot.encoder import Encoder
from training.progress import Progress, silent

Rows = NDArray[np.float32]
WIDTH = 16
"""Bytes of a hash of what is embedded."""
PIECE = 512
"""Texts that are encoded before it is told how far it has come, and time can be over."""
Make = Callable[[Sequence[int]], Tensor]
"""Embeds what is at some places: (places, dim), float32."""


class EmbeddingCache:
    """A folder with one file for each model; a file that cannot be read is made anew.

    Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None, progress: Progress = silent) -> None:
        self.folder = folder
        self.progress = progress
        self._used: dict[Path, set[bytes]] = {}

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Tensor:
        """Embed texts as `encoder.encode` does: (texts, dim), float32, unit length."""
        if self.folder is None:
            return encoder.encode(texts)
        keys = [key_of(text.encode("utf-8", "surrogatepass")) for text in texts]
        return self.rows(
            encoder.fingerprint, keys, lambda places: encoder.encode([texts[n] for n in places])
        )

    def rows(
        self,
        name: str,
        keys: Sequence[bytes],
        make: Make,
        piece: int | None = None,
        task: str = "Encoding",
    ) -> Tensor:
        """Give a row of float32 for each key; `make` is asked for unknown ones, a piece at a time.

        `name` tells apart what rows come from. Stopped between two pieces, it keeps what it has,
        and goes on from there the next time.
        """
        if not keys:
            return make(())
        if self.folder is None:
            everything = range(len(keys))
            return torch.from_numpy(np.concatenate([*self._made(everything, make, piece, task)]))
        file = self.folder / f"{name}.safetensors"
        kept, rows = _read(file)
        places = {key: place for place, key in enumerate(kept)}
        new = {key: place for place, key in enumerate(keys) if key not in places}
        parts = [rows] if kept else []
        try:
            for part in self._made(list(new.values()), make, piece, task):
                parts.append(part)
        finally:
            if new and parts:
                rows = np.concatenate(parts)
                _write(file, [*kept, *new][: len(rows)], rows)
        places |= {key: len(kept) + place for place, key in enumerate(new)}
        self._used.setdefault(file, set()).update(keys)
        return torch.from_numpy(rows[[places[key] for key in keys]])

    def _made(
        self, places: Sequence[int], make: Make, piece: int | None, task: str
    ) -> Iterator[Rows]:
        piece = piece or PIECE
        for start in range(0, len(places), piece):
            yield make(places[start : start + piece]).numpy()
            if len(places) > piece:
                self.progress(task, min(start + piece, len(places)), len(places))

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
