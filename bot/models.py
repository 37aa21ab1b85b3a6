"""ModelRegistry: the versions of each learner's model on disk, and which of them is in service.

`<root>/<learner>/v0001/` is a version, whole from the moment it has that name. `current` names the
one in service and is replaced in one step. `history` has a line for each change of it.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.errors import ModelError
from bot.promotions import DRAFT, Verb, former, named_current, put_into_service
from bot.versions import Version, check, describe, flush, version_in

LEARNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
NAME = re.compile(r"v\d{4,}")
STALE = 3600.0
"""Seconds after which a draft is nobody's: writing one takes seconds."""


class ModelRegistry:
    """Adds, promotes, rolls back and prunes versions. Several processes may share one root.

    Killed at any moment, it leaves a version in service that can be loaded.
    """

    def __init__(
        self,
        root: Path,
        clock: Callable[[], float] = time.time,
        candidates: Mapping[str, Path] | None = None,
    ) -> None:
        self.root = root
        self.clock = clock
        self.candidates = dict(candidates or {})
        """Folders of models that answer in place of the version in service, to try them out."""

    def learners(self) -> list[str]:
        """Name the learners that have versions, sorted."""
        folders = self.root.iterdir() if self.root.is_dir() else ()
        names = sorted(folder.name for folder in folders if LEARNER.fullmatch(folder.name))
        return [name for name in names if self.versions(name)]

    def versions(self, learner: str) -> list[Version]:
        """List a learner's versions, oldest first; damaged ones too, which `check` tells."""
        folder = self._folder(learner)
        paths = folder.iterdir() if folder.is_dir() else ()
        found = (path for path in paths if NAME.fullmatch(path.name))
        return [version_in(path) for path in sorted(found, key=_number)]

    def version(self, learner: str, name: str) -> Version:
        """Give a version by its name."""
        found = {version.name: version for version in self.versions(learner)}
        if name not in found:
            raise ModelError(f"'{learner}' has no version '{name}'. {self._remedy(learner)}")
        return found[name]

    def current(self, learner: str) -> Version | None:
        """Give the version in service; None if none was ever promoted."""
        folder = self._folder(learner)
        name = named_current(folder)
        if name is None and not former(folder):
            return None
        if name and NAME.fullmatch(name) and (folder / name).is_dir():
            return version_in(folder / name)
        raise ModelError(
            f"{folder / 'current'} should name a version, not '{(name or '')[:40]}'. "
            + self._remedy(learner)
        )

    def check(self, version: Version) -> None:
        """Raise ModelError unless every file of the version is as it was saved."""
        check(version)

    def add(self, learner: str, save: Callable[[Path], None], info: Mapping[str, Any]) -> Version:
        """Save a model as the learner's next version; it serves nobody until it is promoted."""
        folder = self._folder(learner)
        draft = folder / f"{DRAFT}{uuid4().hex}"
        made = Version(learner, "", draft, named_current(folder), self._now(), info=info)
        try:
            self._sweep(folder)
            draft.mkdir(parents=True)
            save(draft)
            describe(made)
            return version_in(_named(draft))
        except OSError as error:
            raise ModelError(
                f"The model of '{learner}' cannot be saved: {error}. Check space and rights."
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def promote(self, learner: str, name: str) -> Version:
        """Put a version into service, unless it is damaged."""
        version = self.version(learner, name)
        check(version)
        return self._serve(version, "promote")

    def roll_back(self, learner: str) -> Version:
        """Put the version back into service that was there before; again, the one before that."""
        version = self._former(learner)
        if version is None:
            raise ModelError(
                f"Before the current one, no version of '{learner}' that is still whole was in "
                f"service. {self._remedy(learner)}"
            )
        return self._serve(version, "rollback")

    def prune(self, learner: str, keep: int) -> list[Version]:
        """Remove all but the newest versions, what serves and what rolling back would take."""
        versions = self.versions(learner)
        needed = {
            version.name for version in (self.current(learner), self._former(learner)) if version
        }
        # the newest always stays, or its name would be given again
        removed = [version for version in versions[: -max(keep, 1)] if version.name not in needed]
        for version in removed:
            draft = version.path.with_name(f"{DRAFT}{uuid4().hex}")
            with suppress(FileNotFoundError):  # another process prunes too
                version.path.rename(draft)
            shutil.rmtree(draft, ignore_errors=True)
        return removed

    def _folder(self, learner: str) -> Path:
        if not LEARNER.fullmatch(learner):
            raise ModelError(
                f"'{learner}' cannot be a learner's name. Use letters, digits, '-' and '_'."
            )
        return self.root / learner

    def _former(self, learner: str) -> Version | None:
        folder = self._folder(learner)
        versions = (version_in(folder / name) for name in former(folder))
        return next((version for version in versions if _is_whole(version)), None)

    def _serve(self, version: Version, verb: Verb) -> Version:
        put_into_service(version.path.parent, version.name, verb, self._now())
        return version

    def _sweep(self, folder: Path) -> None:
        for draft in folder.glob(f"{DRAFT}*"):
            with suppress(FileNotFoundError):  # whoever it belonged to has finished
                if self.clock() - draft.stat().st_mtime > STALE:
                    shutil.rmtree(draft) if draft.is_dir() else draft.unlink()

    def _remedy(self, learner: str) -> str:
        names = [version.name for version in self.versions(learner)]
        if not names:
            return f"Run `nocturne fit {learner}`."
        return f"Run `nocturne promote {learner} {names[-1]}`; it has {', '.join(names)}."

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")


def _number(path: Path) -> int:
    return int(path.name[1:])


def _named(draft: Path) -> Path:
    """Give a draft the next name that is free, even if others are doing so at the same time."""
    numbers = [_number(path) for path in draft.parent.iterdir() if NAME.fullmatch(path.name)]
    number = max(numbers, default=0)
    while True:
        number += 1
        path = draft.with_name(f"v{number:04d}")
        try:
            draft.rename(path)
        except OSError:
            if not path.exists():
                raise
            continue  # somebody else was quicker
        flush(path.parent)
        return path


def _is_whole(version: Version) -> bool:
    try:
        check(version)
    except ModelError:
        return False
    return True
