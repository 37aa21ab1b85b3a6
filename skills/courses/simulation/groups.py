"""Who the simulated learners are: groups of people with a common interest, money and languages."""

from __future__ import annotations

from collections.abc import Mapping

Wishes = Mapping[str, float]
"""Topics, and how much each is wanted."""

GROUPS: Mapping[str, Wishes] = {
    "developers": {"programming": 3, "web": 2, "databases": 1.5, "cloud": 1, "security": 1},
    "office": {"office": 2.5, "career": 2, "business": 1.5, "finance": 1, "languages": 0.7},
    "linguists": {"languages": 3, "history": 0.8, "society": 0.6, "writing": 0.5},
    "analysts": {"data_science": 3, "statistics": 2, "databases": 1.5, "programming": 1.5},
    "founders": {"business": 3, "marketing": 2.2, "finance": 1.5, "career": 1},
    "artists": {"art": 3, "design": 2, "photography": 2, "film": 1},
    "carers": {"health": 3, "psychology": 2.5, "society": 0.7, "science": 0.5},
    "engineers": {"machine_learning": 3, "mathematics": 2, "statistics": 1.5, "programming": 2},
    "humanists": {"history": 2.5, "society": 2.5, "psychology": 1.2, "art": 0.8},
    "naturalists": {"science": 3, "environment": 2, "mathematics": 1, "health": 0.8},
    "administrators": {"cloud": 3, "security": 2.5, "databases": 1, "programming": 1},
    "authors": {"writing": 3, "film": 1.5, "history": 1, "marketing": 0.5},
    "makers": {"electronics": 3, "programming": 1, "environment": 1, "science": 0.8},
    "musicians": {"music": 3, "film": 0.7, "writing": 0.7},
}
"""The largest first: the n-th has a share of 1 / (n + 3)."""

SPEAKERS: Mapping[str, float] = {
    "English": 86,
    "Spanish": 6,
    "French": 3,
    "German": 2,
    "Chinese": 2,
    "Portuguese": 1,
}
"""Of a hundred learners, who learns best in which language. All understand English."""

BUDGETS: Mapping[float, float] = {15: 15, 90: 40, 400: 45}
"""Dollars at which a course is wanted e times less than a free one, and how many have them."""

LEVELS_AT_FIRST: Mapping[float, float] = {0.0: 60, 1.0: 30, 2.0: 10}
"""How far learners are when they come, as a place in LEVELS, and how many are."""
