"""Finds what courses name: words of people in titles and descriptions, and titles in messages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import regex
from rapidfuzz.distance import Prefix

from skills.courses.catalogue.course import Course

SHORTEST_TITLE = 4
"""Letters from which a title, or a part of a word, is recognised."""
ENDING = 3
"""Letters by which the endings of two forms of a word may differ."""
WORD = regex.compile(r"[\p{L}\p{N}+#]+")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that put no spaces between words."""
CACHED = 10_000
"""Texts whose words are kept."""


def named(course: Course, words: Iterable[str]) -> str | None:
    """Tell where a course names one of the words: in its title, its description, or nowhere."""
    listed = list(words)
    if any(names(course.title, word) for word in listed):
        return "title"
    return "description" if any(names(course.description, word) for word in listed) else None


def matching(word: str, courses: Iterable[Course]) -> list[Course]:
    """Find the courses with a word in their titles, or else in their descriptions."""
    offered = list(courses)
    titled = [course for course in offered if names(course.title, word)]
    return titled or [course for course in offered if names(course.description, word)]


def names(text: str, sought: str) -> bool:
    """Whether a text has all the words sought, also in another form: guitars, for guitar."""
    if UNSPACED.search(sought):
        return sought.casefold() in text.casefold()
    words = _words(text)
    return all(any(_is_form(word, each) for word in words) for each in _words(sought))


def titles_in(text: str, courses: Iterable[Course]) -> list[Course]:
    """Name the courses whose titles stand in a text, the longest of overlapping ones.

    What stands before a colon will do for a title, if it is more than a word: Python 2.
    """
    said = text.casefold()
    found = {}
    for course in courses:
        title = course.title.casefold()
        head = title.partition(":")[0]
        forms = (title, head) if " " in head else (title,)
        found[course] = next((f for f in forms if len(f) >= SHORTEST_TITLE and f in said), "")
    spoken = set(found.values()) - {""}
    whole = {
        each for each in spoken if not any(each != other and each in other for other in spoken)
    }
    return [course for course, title in found.items() if title in whole]


@lru_cache(maxsize=CACHED)
def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text.casefold()))


def _is_form(one: str, other: str) -> bool:
    """Whether two words begin alike, and differ in their endings at most."""
    same = Prefix.similarity(one, other)
    endings = max(len(one), len(other)) - same
    return one == other or (same >= SHORTEST_TITLE and endings <= ENDING)
