"""Wording: when two texts are the same but for what makes no difference."""

from __future__ import annotations

import re
import unicodedata


def normal(text: str) -> str:
    """Write a text without what makes no difference: case, punctuation, spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain)) or plain.strip()
