"""Embeddings on disk, by content and encoder: what is unchanged is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file
from torch import Tensor

from bot.encoder import Encoder

WIDTH = 16
"""Bytes of a text's hash."""


class EmbeddingCache:
    """A folder with one file for each encoder; a file that cannot be read is made anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Tensor:
        """Embed texts as `encoder.encode` does: (texts, dim), float32, unit length."""
        keys, rows = self._read(encoder)
        places = {key: place for place, key in enumerate(keys)}
        wanted = [_key(text) for text in texts]
        new = {key: text for key, text in zip(wanted, texts, strict=True) if key not in places}
        if new:
            places |= {key: len(keys) + place for place, key in enumerate(new)}
            rows = np.concatenate([rows, encoder.encode(list(new.values())).numpy()])
            self._write(encoder, [*keys, *new], rows)
        return torch.from_numpy(rows[[places[key] for key in wanted]])

    def keep(self, encoders: Collection[Encoder]) -> None:
        """Forget what other encoders made."""
        kept = {self._file(encoder) for encoder in encoders}
        for file in set(self.folder.glob("*.safetensors")) - kept:
            file.unlink(missing_ok=True)

    def _file(self, encoder: Encoder) -> Path:
        return self.folder / f"{encoder.fingerprint}.safetensors"

    def _read(self, encoder: Encoder) -> tuple[list[bytes], NDArray[np.float32]]:
        with suppress(OSError, SafetensorError):
            saved = load_file(self._file(encoder))
            return [bytes(key) for key in saved["keys"]], saved["rows"]
        return [], np.empty((0, encoder.dim), dtype=np.float32)

    def _write(self, encoder: Encoder, keys: Sequence[bytes], rows: NDArray[np.float32]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        hashes = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, WIDTH)
        draft = self._file(encoder).with_suffix(".draft")
        save_file({"keys": hashes, "rows": rows}, draft)
        draft.replace(self._file(encoder))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=WIDTH).digest()
