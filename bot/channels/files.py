"""Finds pictures in what a person typed or pasted: the paths of files stand for them.

Videos are taken for pictures, too: they are not looked at, and why is said.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.types import Message

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".heic", ".heif", ".mpo")
VIDEOS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp")
# A path in quotes, or one whose blanks are escaped, as terminals paste a file that is dropped.
_WORD = re.compile(r"""(?<!\S)'([^']+)'|(?<!\S)"([^"]+)"|((?:\\.|[^\s\\])+)""")
_AFTER = "?!.,;:"
"""What may follow a path as part of the sentence."""


def message_of(sender_id: str, line: str) -> Message:
    """Make a message of what somebody sends by a terminal."""
    return Message(sender_id, *without_pictures(line))


def without_pictures(line: str) -> tuple[str, tuple[Path, ...]]:
    """Split a line into its words and the pictures whose paths are in it; others stay words.

    A path is taken for a picture by its ending, and only where there is such a file.
    """
    whole = _picture(line.strip())  # a path with blanks that nobody escaped
    if whole:
        return "", (whole,)
    found: list[Path] = []
    text = _WORD.sub(lambda match: _taken(match, found), line)
    return (" ".join(text.split()), tuple(found)) if found else (line, ())


def _taken(match: re.Match[str], found: list[Path]) -> str:
    single, double, bare = match.groups()
    path = _picture(single or double or re.sub(r"\\(.)", r"\1", bare).rstrip(_AFTER))
    if path is None:
        return match[0]
    found.append(path)
    return ""


def _picture(word: str) -> Path | None:
    if not word.casefold().endswith((*PICTURES, *VIDEOS)):
        return None
    address = urlsplit(word) if word.startswith("file://") else None
    try:
        path = Path(unquote(address.path) if address else word).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long, of nobody's home, or no name at all
        return None
