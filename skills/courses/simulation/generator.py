"""Makes the bundled enrolments, which no person made: `make enrolments`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from bot.config import PROJECT
from bot.examples import write_examples
from bot.types import Example
from skills.courses.catalogue.catalogue import read_catalogue
from skills.courses.catalogue.interactions import Interaction, examples_of, write_interactions
from skills.courses.simulation.days import simulated

ENROLMENTS, EVAL, VALID = "enrolments.csv", "eval.jsonl", "valid.jsonl"
FEWEST = 5
"""Courses that a learner must have wanted for some to be held out."""
SHARE = 0.1
"""Part of them that is held out to score models by; as many more to choose settings on."""
WANTED = 1.0
"""Weight of an example from which on a learner wanted the course."""


class Split(NamedTuple):
    """What is learnt of interactions, and what is held out of them."""

    learnt: list[Interaction]
    valid: list[Example]
    eval: list[Example]


def split(interactions: Sequence[Interaction], offered: Collection[str]) -> Split:
    """Hold out the last courses that each learner wanted: the very last to score models by.

    Only courses that are still offered are held out, and nothing else that the learner did with
    them is learnt.
    """
    wanted: dict[str, list[Example]] = defaultdict(list)
    for example in examples_of(interactions):
        if example.weight >= WANTED and example.target in offered:
            wanted[example.input].append(example)
    to_choose: list[Example] = []
    to_score: list[Example] = []
    for courses in wanted.values():
        count = max(1, round(SHARE * len(courses))) if len(courses) >= FEWEST else 0
        to_score += courses[len(courses) - count :]
        to_choose += courses[len(courses) - 2 * count : len(courses) - count]
    held = {(each.input, each.target) for each in (*to_choose, *to_score)}
    learnt = [each for each in interactions if (each.user, each.item) not in held]
    return Split(learnt, _plain(to_choose), _plain(to_score))


def _plain(examples: Iterable[Example]) -> list[Example]:
    return [Example(user, item) for user, item in sorted((e.input, e.target) for e in examples)]


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=PROJECT / "data" / "courses")
@click.option("--learners", default=1000, help="How many learners there are.")
@click.option("--seed", default=0, help="The same seed gives the same enrolments.")
def main(data: Path, learners: int, seed: int) -> None:
    """Simulate learners of the catalogue in a folder, and write what they did beside it."""
    catalogue = read_catalogue(data)
    interactions = simulated(tuple(catalogue.courses.values()), learners, seed)
    parts = split(interactions, {course.id for course in catalogue.offered})
    write_interactions(data / ENROLMENTS, parts.learnt)
    write_examples(data / VALID, parts.valid)
    write_examples(data / EVAL, parts.eval)
    click.echo(
        f"{len(parts.learnt):,} interactions of {learners} learners in {data / ENROLMENTS}; "
        f"held out: {len(parts.valid)} to choose settings on, {len(parts.eval)} to score by"
    )


if __name__ == "__main__":
    main()
