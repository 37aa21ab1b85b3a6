"""The words of quantities, in one place: with `nlu.yml`, what to translate for another language."""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBERS: Mapping[str, float] = {
    "half": 0.5,
    "an": 1,
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "few": 4,
    "couple": 2,
}
AT_LEAST = (
    "at least",
    "minimum",
    "min ",
    "more than",
    "longer than",
    "more expensive than",
    "over",
    "above",
    "or more",
)
AT_MOST = (
    "at most",
    "under",
    "less than",
    "not more than",
    "no more than",
    "not longer than",
    "no longer than",
    "not over",
    "cheaper than",
    "fewer than",
    "or less",
)
ABOUT = ("about", "around", "roughly", "or so")
FREE = ("free", "nothing", "no cost", "without paying", "gratis")
BEFORE = ("before", "until", "till", "by ", "no later than")
AFTER = ("after", "from", "since", "not before", "no earlier than")
AND = (" and ", " to ", " - ", "–")
AT_ONCE = ("now", "right away", "immediately", "at once", "straight away", "asap", "today")
LEADING = (*BEFORE, *AFTER, "between", "starting", "start", "in ", "on ", "this coming")
SAYING_NOTHING = (
    "What should I learn next?",
    "Recommend me something.",
    "Find a course for me.",
    "I want to learn something new.",
    "I am open to anything.",
)
"""Wishes that leave open what is wanted."""
NEGATIONS = (
    "no",
    "not",
    "nothing",
    "without",
    "except",
    "anything but",
    "everything but",
    "never",
    "neither",
    "avoid",
    "hate",
    "hates",
    "dislike",
    "don't",
    "dont",
    "do not",
    "doesn't",
    "bad at",
)
NEGATED = (
    *("a", "an", "any", "the", "more", "too much", "so much", "much", "real", "really", "that"),
    *("about", "with", "on", "in", "for", "of", "to", "from", "related to", "interested in"),
    *("do", "want", "like", "learn", "study", "see", "show me", "course", "courses", "anything"),
)
"""What may stand between a negation and what it negates."""
NO_NEGATIONS = ("why not", "no matter", "not only", "if not")
BETWEEN_NEGATED = ("or", "nor", "and", "/", "or any", "and no", "or with", "and with")
"""What joins a further thing that is not wanted either."""
HOURS_OF: Mapping[str, float] = {"weekend": 10, "evening": 3, "day": 8, "week": 5, "month": 20}
"""Hours of work in other units, for somebody who learns beside a job; hours themselves are 1."""
HOURS = re.compile(r"\b(?:hours?|hrs?|h)\b|\dh\b")
"""The unit itself."""
PACE = ("a week", "per week", "each week", "every week", "weekly", "a day", "per day", "each day")
"""After a number of hours, they say how fast somebody learns, not how much."""
NAMES_OF_CONSTRAINTS: Mapping[str, str] = {
    "topics": "the topic",
    "levels": "the level",
    "languages": "the language",
    "hours": "the length",
    "price": "the price",
    "starts": "the start",
    "avoided": "what to leave out",
}
