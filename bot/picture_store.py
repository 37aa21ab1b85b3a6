"""Keeps pictures for a number of days: pixels only, under names that say nothing but when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.errors import StoreError

DAY = 86_400.0
QUALITY = 90
"""Of JPEG, out of 100."""
_OURS = re.compile(r"\.?(\d{10,})-[0-9a-f]{16}\.jpg(\.draft)?")


@dataclass(frozen=True, slots=True)
class PictureStore:
    """A folder of pictures as JPEG without metadata, each of which is deleted after its days.

    Times are seconds since 1970. Files that the store did not write are left alone.
    """

    folder: Path
    days: float = 30.0

    def keep(self, picture: Image.Image, now: float) -> Path:
        """Keep a picture and give its file; those whose time is over are deleted."""
        self.forget(now)
        content = as_jpeg(picture)
        name = f"{int(now):010}-{sha256(content).hexdigest()[:16]}.jpg"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.folder / f".{name}.draft"
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            return draft.replace(self.folder / name)
        except OSError as error:
            raise StoreError(
                f"Pictures cannot be kept in {self.folder} ({error.strerror}). "
                "Make room there, or name another folder."
            ) from error

    def forget(self, now: float) -> int:
        """Delete the pictures whose time is over, and say how many there were."""
        names = [file.name for file in self.folder.iterdir()] if self.folder.is_dir() else []
        over = expired(names, now - self.days * DAY)
        self.remove(over)
        return len(over)

    def remove(self, names: Iterable[str]) -> None:
        """Delete pictures by their names; those that the store did not write are left alone."""
        for name in names:
            if _OURS.fullmatch(name):
                (self.folder / name).unlink(missing_ok=True)

    def file(self, name: str) -> Path | None:
        """Give the file of a picture that is kept, by its name."""
        path = self.folder / name
        return path if _OURS.fullmatch(name) and path.is_file() else None


def expired(names: Iterable[str], last: float) -> list[str]:
    """Give the names of pictures that were kept at a time or before it."""
    found = ((name, _OURS.fullmatch(name)) for name in names)
    return sorted(name for name, ours in found if ours and int(ours[1]) <= last)


def is_kept(name: str) -> bool:
    """Whether a name is one that the store gives, and so leads to nothing else."""
    return _OURS.fullmatch(name) is not None and not name.startswith(".")


def as_jpeg(picture: Image.Image) -> bytes:
    """Give a picture as JPEG that holds pixels and nothing else."""
    buffer = BytesIO()
    bare = picture.convert("RGB")
    bare.info = {}
    bare.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
