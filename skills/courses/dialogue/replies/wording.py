"""How courses, wishes and what does not fit are put into words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot import Button
from skills.courses.catalogue.course import ANY_TIME, Course
from skills.courses.dialogue.constraints import Constraints, Range
from skills.courses.dialogue.understanding.words import NAMES_OF_CONSTRAINTS

FIND, REFINE, MORE, DETAILS = "find_course", "refine_course", "more_courses", "course_details"
ENROL, WHY, REFUSE = "enrol_course", "why_course", "refuse_course"
SIMILAR, KNOW, COMPARE = "similar_course", "know_course", "compare_courses"
"""Intents."""
LONGEST_TITLE = 60


def payload(intent: str, **values: object) -> str:
    """Write what a button sends."""
    return f"/{intent}{json.dumps(values, ensure_ascii=False)}" if values else f"/{intent}"


def button(title: str, intent: str, **values: object) -> Button:
    """Make a button that teaches nothing."""
    return Button(short(title), payload(intent, **values))


def short(title: str) -> str:
    """Cut a long title."""
    if len(title) <= LONGEST_TITLE:
        return title
    return f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def hours(value: float | None) -> str:
    """Say how long a course takes."""
    if value is None:
        return "length unknown"
    return f"{value:g} hour" if value == 1 else f"{value:g} hours"


def price(value: float | None) -> str:
    """Say what a course costs."""
    if value is None:
        return "price unknown"
    return "free" if value == 0 else f"${value:g}"


def day(value: date) -> str:
    """Write a day."""
    return f"{value.day} {value:%B %Y}"


def facts(course: Course) -> str:
    """Say in short what a course is like."""
    language = f"in {course.language}" if course.language not in (None, "English") else ""
    level = course.level or ""
    return ", ".join(filter(None, (level, hours(course.hours), price(course.price), language)))


def starts(course: Course, today: date) -> str:
    """Say when a course starts next."""
    if not course.starts:
        return ANY_TIME
    coming = [each for each in course.starts if each >= today]
    return day(coming[0]) if coming else "no date yet"


def beginning(course: Course, today: date) -> str:
    """Say in a sentence when a course can be begun."""
    if not course.starts:
        return "You can begin at any time."
    coming = [each for each in course.starts if each >= today]
    return f"It begins on {day(coming[0])}." if coming else "Its next date is not set yet."


def joined(words: Sequence[str], last: str = "and") -> str:
    """Put words in a row."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def lowered(title: str) -> str:
    """Write a title inside a sentence; SQL stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def topics_of(course: Course, titles: Mapping[str, str]) -> str:
    """Say what a course is about; a title that has an "and" in it needs another joint."""
    about = [titles.get(topic, topic) for topic in course.topics]
    about = [about[0], *map(lowered, about[1:])] if about else []
    return ", ".join(about) if any(" and " in title for title in about) else joined(about)


def wishes(wanted: Constraints, titles: Mapping[str, str]) -> list[str]:
    """Say each constraint in a few words."""
    return [_wish(name, wanted, titles) for name in wanted.names]


def _wish(name: str, wanted: Constraints, titles: Mapping[str, str]) -> str:
    match name:
        case "topics":
            topics = [lowered(titles.get(topic, topic)) for topic in wanted.topics]
            return f"about {joined([*topics, *wanted.words], 'or')}"
        case "levels":
            return f"at {joined(wanted.levels, 'or')} level"
        case "languages":
            return f"in {joined(wanted.languages, 'or')}"
        case "hours":
            return _range(wanted.hours, "{:g}", " hours")
        case "price":
            return "free" if wanted.price.at_most == 0 else _range(wanted.price, "${:g}", "")
        case "avoided":
            return _avoided(wanted.avoided, titles)
    return f"starting {_days(wanted.starts)}"


def _avoided(avoided: Sequence[str], titles: Mapping[str, str]) -> str:
    """Say what to leave out: languages and levels as what a course is not to be."""
    kinds = [each for each in avoided if each.startswith("in ") or each.endswith(" level")]
    others = [each for each in avoided if each not in kinds]
    topics = joined([lowered(titles[each]) if each in titles else each for each in others], "or")
    return ", ".join([*([f"without {topics}"] if topics else []), *(f"not {k}" for k in kinds)])


def _range(bounds: Range[float], form: str, unit: str) -> str:
    low, high = bounds.at_least, bounds.at_most
    if low is None:
        return f"at most {form.format(high)}{unit}"
    if high is None:
        return f"at least {form.format(low)}{unit}"
    return f"{form.format(low)} to {form.format(high)}{unit}"


def _days(bounds: Range[date]) -> str:
    low, high = bounds.at_least, bounds.at_most
    if low is None:
        return f"by {day(high)}" if high else ANY_TIME
    if high is None:
        return f"from {day(low)} on"
    if (low.day, low.month) == (1, high.month) and (high + timedelta(days=1)).day == 1:
        return f"in {low:%B %Y}"
    return f"between {day(low)} and {day(high)}"


def name_of(constraint: str) -> str:
    """Name a constraint in a sentence: the price, the level."""
    return NAMES_OF_CONSTRAINTS[constraint]


def details(course: Course, titles: Mapping[str, str], today: date) -> str:
    """Tell all that the catalogue says of a course."""
    about = topics_of(course, titles)
    lines = [
        f"**{course.title}**",
        course.description.strip(),
        "\n".join(
            f"- {name}: {value}"
            for name, value in (
                ("Level", course.level or "not said"),
                ("Work", hours(course.hours)),
                ("Price", price(course.price)),
                ("Language", course.language or "not said"),
                ("Starts", starts(course, today)),
                ("About", about),
                ("By", course.provider),
            )
            if value
        ),
    ]
    return "\n\n".join(line for line in lines if line)


def comparison(courses: Sequence[Course], titles: Mapping[str, str], today: date) -> str:
    """Put courses beside each other in a table."""
    rows = (
        ("", [course.title for course in courses]),
        ("Level", [course.level or "not said" for course in courses]),
        ("Work", [hours(course.hours) for course in courses]),
        ("Price", [price(course.price) for course in courses]),
        ("Starts", [starts(course, today) for course in courses]),
        ("Language", [course.language or "not said" for course in courses]),
        ("About", [topics_of(course, titles) for course in courses]),
    )
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    lines.insert(1, "|---" * (len(courses) + 1) + "|")
    return "\n".join(lines)
