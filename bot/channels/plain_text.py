"""Markdown as plain text, for channels that show it as it is, cut where it is too long."""

from __future__ import annotations

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Where a text may be cut, the best places first: paragraphs, lines, sentences, words, letters.
_PLACES = [
    regex.compile(pattern)
    for pattern in (r"\n\s*\n", r"\n", r"(?<=[.!?…][\"”’)]?)\s+|(?<=[。！？])", r"\s+", r"\X")
]


def plain_text(markdown: str) -> str:
    """Write Markdown without its signs: links show where they lead, lists have bullets."""
    text, marks, was_item = "", list[str](), False
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        if token.type == "list_item_open":
            marks.append(f"{token.info}. " if token.info else "• ")
        elif token.type in ("inline", "fence", "code_block"):
            is_item = bool(marks)
            gap = "\n" if is_item and was_item else "\n\n"
            text += gap + (marks.pop() if marks else "") + _content(token)
            was_item = is_item
    return text.strip()


def parts(text: str, most: int) -> list[str]:
    """Cut a text into parts of at most so many characters, at the ends of sentences if it can be.

    Those beyond the Basic Multilingual Plane, such as most emoji, count as two.
    """
    found = []
    while len(text) > (fits := _fitting(text, most)):
        cut = _cut(text, fits)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in (*found, text) if part]


def _fitting(text: str, most: int) -> int:
    """How many characters from its beginning fit."""
    left = most
    for number, letter in enumerate(text):
        left -= 1 + (ord(letter) > 0xFFFF)
        if left < 0:
            return number
    return len(text)


def _cut(text: str, fits: int) -> int:
    for place in _PLACES:
        ends = [match.end() for match in place.finditer(text, 0, fits + 1) if match.start() <= fits]
        best = max((min(end, fits) for end in ends), default=0)
        if best > fits // 4:
            return best
    return fits


def _content(token: Token) -> str:
    if token.type != "inline":
        return token.content.rstrip()
    text, address = "", ""
    for child in token.children or ():
        match child.type:
            case "link_open":
                address = str(child.attrGet("href") or "")
            case "link_close":
                text += "" if text.endswith(address) else f" ({address})"
            case "softbreak" | "hardbreak":
                text += "\n"
            case _:
                text += child.content
    return text
