"""What stands on pages: tasks and answers, of the words of a part."""

from __future__ import annotations

import numpy as np

from skills.image_check.simulation.parts import Part

TASKS = (
    "Explain in your own words how a {} changes when the {} is removed.",
    "Compare the {} with the {}. Name two things they share and one that sets them apart.",
    "Describe the {} on page {n}. What would happen to the {} without it?",
    "A {} costs {n} dollars and a {} costs {m}. How much are {n} of each?",
    "Draw the {} and label at least three parts of it.",
    "Why was the {} so important for the {}? Give reasons.",
    "Calculate the area of a {} that is {n} cm long and {m} cm wide.",
    "Write a short text about a {} and use the word {} twice.",
)
ANSWERS = (
    "The {} is larger than the {} because it has {n} parts.",
    "I think that the {} came first, then the {}.",
    "Without a {} there would be no {} at all.",
    "It takes {n} days until the {} is full.",
    "First you look at the {}, then you measure the {}.",
    "{n} + {m} = {s}, so the {} is right.",
    "The {} shows us what a {} can do in {n} years.",
    "In the book it says that every {} needs a {}.",
    "My result for the {} is {s}.",
)
TITLES = (
    "Homework {n}",
    "Exercise {n}",
    "The {}",
    "Worksheet: {}",
    "Assignment {n}",
    "Unit {n}: {}",
)


def filled(template: str, part: Part, random: np.random.Generator) -> str:
    """Put words of a part and numbers into a template."""
    n, m = (int(each) for each in random.integers(2, 60, 2))
    text = template.replace("{n}", str(n)).replace("{m}", str(m)).replace("{s}", str(n + m))
    while "{}" in text:
        text = text.replace("{}", str(random.choice(part.things)), 1)
    return text


def drawn_text(
    templates: tuple[str, ...], part: Part, random: np.random.Generator, count: int = 1
) -> str:
    """Draw so many sentences."""
    return " ".join(filled(str(random.choice(templates)), part, random) for _ in range(count))


def formula(random: np.random.Generator) -> str:
    """Draw a formula, in TeX as matplotlib reads it."""
    a, b, c, n = (int(each) for each in random.integers(2, 20, 4))
    templates = (
        rf"x_{{1,2}} = \frac{{-{a} \pm \sqrt{{{a}^2 - 4 \cdot {b}}}}}{{{n}}}",
        rf"\int_{{{a}}}^{{{a + b}}} {c}x^{{{n}}}\,dx = {n * c}",
        rf"f(x) = {a}x^2 - {b}x + {c}",
        rf"\sum_{{k=1}}^{{{a}}} \frac{{k}}{{{b}}} = \frac{{{a * (a + 1)}}}{{{2 * b}}}",
        rf"a^2 + b^2 = {a}^2 + {b}^2 = {a * a + b * b}",
        rf"\frac{{{a}}}{{{b}}} + \frac{{{c}}}{{{n}}} = \frac{{{a * n + b * c}}}{{{b * n}}}",
        rf"v = \frac{{s}}{{t}} = \frac{{{a * b}\,m}}{{{a}\,s}} = {b}\,\frac{{m}}{{s}}",
        rf"\alpha + \beta + \gamma = 180^\circ,\ \gamma = {180 - 5 * a - 2 * b}^\circ",
        rf"\lim_{{n \to \infty}} \left(1 + \frac{{{a}}}{{n}}\right)^n = e^{{{a}}}",
    )
    return str(random.choice(templates))
