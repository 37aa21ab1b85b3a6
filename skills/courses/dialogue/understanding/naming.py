"""Finds what courses name: words of people in titles and descriptions, and titles in messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import regex
from rapidfuzz.distance import OSA, Prefix

from skills.courses.catalogue.course import Course

SHORTEST_TITLE = 4
"""Letters from which a title, or a part of a word, is recognised."""
SHORTEST_MISSPELT = 5
"""Letters from which a word may be taken for a misspelt one."""
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
    said = words(text)
    return all(any(_is_form(word, each) for word in said) for each in words(sought))


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


def respelt(word: str, known: Iterable[str], most: int = 0) -> str | None:
    """Find the known word that was meant, of at least five letters, if one is near enough.

    Up to `most` letters may be wrong; without it one may be missing, doubled or out of place, since
    with another letter a word is often another word: baking, making.
    """
    said = word.casefold()
    if len(said) < SHORTEST_MISSPELT:
        return None
    near = {each: OSA.distance(said, each.casefold()) for each in known}
    found = {
        each: distance
        for each, distance in near.items()
        if distance <= most or (distance == 1 and _keeps_letters(said, each.casefold()))
    }
    return min(found, key=found.__getitem__, default=None)


def _keeps_letters(one: str, other: str) -> bool:
    """Whether one word has all letters of the other, in whatever order."""
    first, second = Counter(one), Counter(other)
    return first <= second or second <= first


@lru_cache(maxsize=CACHED)
def words(text: str) -> tuple[str, ...]:
    """Give the words of a text, in lower case."""
    return tuple(WORD.findall(text.casefold()))


def _is_form(one: str, other: str) -> bool:
    """Whether two words begin alike, and differ in their endings at most."""
    same = Prefix.similarity(one, other)
    endings = max(len(one), len(other)) - same
    return one == other or (same >= SHORTEST_TITLE and endings <= ENDING)
