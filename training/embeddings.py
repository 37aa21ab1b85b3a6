"""Embeddings on disk, by content and encoder: what is unchanged is never encoded twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
"""Bytes of a text's hash."""
PIECE = 512
"""Texts that are encoded before it is told how far it has come, and time can be over."""


class EmbeddingCache:
    """A folder with one file for each encoder; a file that cannot be read is made anew.

    Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None, progress: Progress = silent) -> None:
        self.folder = folder
        self.progress = progress
        self._used: dict[Path, set[bytes]] = {}

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Tensor:
        """Embed texts as `encoder.encode` does: (texts, dim), float32, unit length.

        Stopped between two pieces, it keeps what it has, and goes on from there the next time.
        """
        if self.folder is None:
            return encoder.encode(texts)
        file = self.folder / f"{encoder.fingerprint}.safetensors"
        keys, rows = _read(file, encoder.dim)
        places = {key: place for place, key in enumerate(keys)}
        wanted = [_key(text) for text in texts]
        new = {key: text for key, text in zip(wanted, texts, strict=True) if key not in places}
        if new:
            rows = self._extended(file, keys, rows, new, encoder)
            places |= {key: len(keys) + place for place, key in enumerate(new)}
        self._used.setdefault(file, set()).update(wanted)
        return torch.from_numpy(rows[[places[key] for key in wanted]])

    def _extended(
        self,
        file: Path,
        keys: Sequence[bytes],
        rows: Rows,
        new: Mapping[bytes, str],
        encoder: Encoder,
    ) -> Rows:
        """Write new texts' embeddings after those that are known."""
        texts, parts, done = list(new.values()), [rows], 0
        try:
            while done < len(texts):
                parts.append(encoder.encode(texts[done : done + PIECE]).numpy())
                done += len(parts[-1])
                if len(texts) > PIECE:
                    self.progress("Encoding", done, len(texts))
        finally:
            rows = np.concatenate(parts)
            _write(file, [*keys, *new][: len(rows)], rows)
        return rows

    def forget_unused(self) -> None:
        """Keep only what was asked for since the object was made."""
        for file in self.folder.glob("*.safetensors") if self.folder else ():
            used = self._used.get(file)
            if not used:
                file.unlink(missing_ok=True)
                continue
            keys, rows = _read(file, 0)
            kept = [place for place, key in enumerate(keys) if key in used]
            if len(kept) < len(keys):
                _write(file, [keys[place] for place in kept], rows[kept])


def _read(file: Path, dim: int) -> tuple[list[bytes], Rows]:
    with suppress(OSError, SafetensorError):
        saved = load_file(file)
        return [bytes(key) for key in saved["keys"]], saved["rows"]
    return [], np.empty((0, dim), dtype=np.float32)


def _write(file: Path, keys: Sequence[bytes], rows: Rows) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    hashes = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, WIDTH)
    draft = file.with_suffix(".draft")
    save_file({"keys": hashes, "rows": np.ascontiguousarray(rows)}, draft)
    draft.replace(file)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=WIDTH).digest()
