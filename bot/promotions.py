"""Which version of a learner is in service, and which were before it.

The file `current` decides. `history` is only for rolling back: a line is added to it just before
`current` is replaced, so that the two still agree well enough if the process dies in between.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from uuid import uuid4

from bot.versions import flush

Verb = Literal["promote", "rollback"]
DRAFT = ".draft-"
"""How the names of unfinished files and folders begin."""
_LINE = re.compile(r"(promote|rollback) (v\d{4,})\b.*")


def named_current(folder: Path) -> str | None:
    """Read what `current` names, whatever that may be; None if there is no such file."""
    file = folder / "current"
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def put_into_service(folder: Path, name: str, verb: Verb, time: str) -> None:
    """Let `current` name a version, in one step."""
    with (folder / "history").open("a", encoding="utf-8") as history:
        history.write(f"{verb} {name} {time}\n")
    flush(folder / "history")
    draft = folder / f"{DRAFT}{uuid4().hex}"
    draft.write_text(f"{name}\n", encoding="utf-8")
    flush(draft)
    draft.replace(folder / "current")
    flush(folder)


def former(folder: Path) -> list[str]:
    """List what was in service before the current version and not rolled back, the latest first."""
    current = named_current(folder)
    lines = _history(folder)
    served = _served(lines)
    if served[-1:] != [current]:
        served = _served(lines[:-1])
    return [name for name in reversed(served) if name != current]


def _history(folder: Path) -> list[tuple[str, str]]:
    file = folder / "history"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    matches = map(_LINE.fullmatch, text.splitlines())
    return [(match[1], match[2]) for match in matches if match]


def _served(lines: list[tuple[str, str]]) -> list[str]:
    """List the promotions that were not rolled back, oldest first."""
    served: list[str] = []
    for verb, name in lines:
        if verb == "rollback":
            places = [place for place, other in enumerate(served[:-1]) if other == name]
            served = served[: places[-1]] if places else served[:-1]
        if served[-1:] != [name]:
            served.append(name)
    return served
