"""Explains and compares: reasons for courses, and what sets them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import Reply
from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.replies.listing import course_button
from skills.courses.dialogue.replies.lists import find
from skills.courses.dialogue.replies.pointing import focused, the_one
from skills.courses.dialogue.replies.reasons import because, reason
from skills.courses.dialogue.replies.wording import ENROL, FIND, MORE, button, comparison, joined
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.naming import matching

MOST_COMPARED = 3
ONLY_ONE = "My latest list has one course. Name another, and I put them side by side."


def why(talk: Talk) -> Reply:
    """Give all reasons for a course, or the best ones for those of the list."""
    course = the_one(talk)
    if course is not None:
        state = replace(talk.state, focus=course.id)
        buttons = [button("Enrol me", ENROL, course=course.id), button("Show me more", MORE)]
        return talk.reply(because(course, talk, state), state, buttons)
    listed = talk.meant or talk.known(talk.state.listed)
    if not listed:
        return find(talk)
    lines: list[str] = []
    for each in listed:
        line = reason(each, talk, talk.state, lines)
        lines.append(f"- **{each.title}**: {line[:1].lower()}{line[1:]}")
    text = "\n".join(["This is why I chose them:\n", *lines])
    return talk.reply(text, talk.state, [button("Show me more", MORE)])


def compare(talk: Talk) -> Reply:
    """Put courses beside each other, and say what sets them apart."""
    courses = talk.meant if len(talk.meant) > 1 else _first_on(talk)
    if len(talk.meant) == 1:
        others = talk.known(talk.state.listed)
        courses = tuple(dict.fromkeys((*focused(talk), *talk.meant, *others)))[:2]
    courses = courses or tuple(talk.known(talk.state.listed)[:2])
    if len(courses) < 2:
        again = [button("Show the list again", FIND), button("Show me more", MORE)]
        return talk.reply(ONLY_ONE, talk.state, again) if courses else find(talk)
    compared = courses[:MOST_COMPARED]
    table = comparison(compared, talk.offer.catalogue.topics, talk.today)
    text = "\n\n".join(filter(None, (table, _difference(compared))))
    buttons = [course_button(course, talk) for course in compared]
    return talk.reply(f"Side by side:\n\n{text}", talk.state, buttons)


def _first_on(talk: Talk) -> tuple[Course, ...]:
    """The first course on each of the words that are to be compared, as in "Java or Python"."""
    found = [matching(word, talk.offer.courses) for word in talk.wish.constraints.words]
    easiest = [min(each, key=_place) for each in found if each]
    return tuple(easiest) if len(easiest) > 1 else ()


def _place(course: Course) -> int:
    return LEVELS.index(course.level) if course.level in LEVELS else len(LEVELS)


def _difference(courses: Sequence[Course]) -> str:
    """Say which takes least time and which costs least, where they differ."""
    timed = [course for course in courses if course.hours is not None]
    priced = [course for course in courses if course.price is not None]
    shortest = min(timed, key=lambda each: each.hours or 0) if _differ(courses, "hours") else None
    cheapest = min(priced, key=lambda each: each.price or 0) if _differ(courses, "price") else None
    time, cost = ("less time", "less") if len(courses) == 2 else ("least time", "least")
    if shortest and shortest is cheapest:
        return f"“{shortest.title}” takes {time} and costs {cost}."
    parts = [f"“{shortest.title}” takes {time}"] if shortest else []
    parts += [f"“{cheapest.title}” costs {cost}"] if cheapest else []
    return f"{joined(parts)}." if parts else ""


def _differ(courses: Sequence[Course], field: str) -> bool:
    """Whether courses have different values, those that are known."""
    return len({getattr(each, field) for each in courses} - {None}) > 1
