"""Whole pages of assignments: a heading, tasks, answers, formulas and drawings, top to bottom."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from skills.image_check.simulation.paper import PAGE, drawn_sheet
from skills.image_check.simulation.parts import PARTS, Part, PartName, generator_of
from skills.image_check.simulation.pen import Pen, drawn_writer
from skills.image_check.simulation.print import font, set_formula, wrapped
from skills.image_check.simulation.sketches import SKETCHES, Hand
from skills.image_check.simulation.texts import ANSWERS, TASKS, TITLES, drawn_text, formula

PRINT = (25, 25, 28)
INKS = ((28, 42, 120), (20, 60, 150), (35, 35, 40), (60, 60, 66), (20, 25, 80))
COLOURS = 64
"""In which a page is kept, at a byte a pixel."""


class Page:
    """A page on which one thing is put below the other."""

    def __init__(self, part: Part, random: np.random.Generator) -> None:
        self.part, self.random = part, random
        self.kind = str(random.choice(("handwritten", "worksheet", "typed"), p=(0.45, 0.35, 0.2)))
        self.sheet = drawn_sheet(random, is_ruled=self.kind == "handwritten")
        self.draw = ImageDraw.Draw(self.sheet.image)
        self.pen = Pen(PAGE, random)
        self.writer = drawn_writer(random)
        self.ink = tuple(int(each) for each in random.choice(INKS))
        pair = 2 * int(random.integers(len(part.fonts) // 2))
        size = int(random.integers(20, 26))
        self.plain = font(part.fonts[pair], size)
        self.bold = font(part.fonts[pair + 1], int(size * 1.5))
        self.left = float(random.uniform(60, 105))
        self.right = PAGE[0] - float(random.uniform(50, 90))
        self.y = 2.0 * self.sheet.pitch
        self.bottom = PAGE[1] * float(random.uniform(0.72, 0.94))

    def made(self) -> Image.Image:
        """Fill the page and give it."""
        self.heading()
        number = 1
        while self.y < self.bottom - 3 * self.sheet.pitch:
            self.block(number)
            number += 1
        self.sheet.image.paste(self.ink, (0, 0), self.pen.ink())
        return self.sheet.image

    def heading(self) -> None:
        """Put a title, and a name or a date beside or below it."""
        title = drawn_text(TITLES, self.part, self.random)
        name = str(self.random.choice(self.part.names))
        date = f"{self.random.integers(1, 29)}.{self.random.integers(1, 13)}."
        if self.kind == "handwritten":
            end = self.pen.write(title, (self.left, self.y), self.writer, 1.3)
            self.pen.line(
                np.array([(self.left, self.y + 8), (end, self.y + 8)]), self.writer.weight
            )
            self.pen.write(date, (self.right - 90, self.y), self.writer)
        else:
            self.draw.text((self.left, self.y - 40), title, PRINT, self.bold)
            self.draw.text((self.left, self.y + 8), "Name:", PRINT, self.plain)
            self.draw.line((self.left + 80, self.y + 34, self.left + 380, self.y + 34), PRINT)
            self.pen.write(name, (self.left + 90, self.y + 30), self.writer)
            self.y += 40
        self.y += 2 * self.sheet.pitch

    def block(self, number: int) -> None:
        """Put a task, an answer, a formula or a drawing."""
        if self.kind == "typed":
            self.printed(f"{number}. " + drawn_text(TASKS + ANSWERS, self.part, self.random, 3))
        elif self.kind == "worksheet":
            self.printed(f"{number}. " + drawn_text(TASKS, self.part, self.random))
            self.written(
                drawn_text(ANSWERS, self.part, self.random, int(self.random.integers(1, 3)))
            )
        else:
            text = drawn_text(ANSWERS, self.part, self.random, int(self.random.integers(1, 4)))
            self.written(f"{number}) {text}")
        extra = self.random.random()
        if extra < 0.3:
            self.sketch()
        elif extra < 0.6:
            self.formula()

    def printed(self, text: str) -> None:
        """Put a printed paragraph."""
        step = int(self.plain.size * 1.4)
        for line in wrapped(text, self.right - self.left, self.plain):
            if self.y < self.bottom:
                self.draw.text((self.left, self.y - self.plain.size), line, PRINT, self.plain)
                self.y += step
        self.y += step // 2 + 4

    def written(self, text: str) -> None:
        """Put handwriting, on the lines of the paper where it has some."""
        pitch = self.sheet.pitch
        self.y = float(np.ceil(self.y / pitch) * pitch)
        x = self.left
        for word in text.split():
            wide = len(word) * self.writer.height * 1.3
            if x + wide > self.right:
                x, self.y = self.left + self.random.normal(0, 3), self.y + pitch
            if self.y < self.bottom:
                x = self.pen.write(word, (x, self.y - 3), self.writer) + self.writer.height * 0.9
        self.y += 1.5 * pitch

    def formula(self) -> None:
        """Put a formula, as printed, in print or in ink."""
        fonts = str(self.random.choice(self.part.formulas))
        mask = set_formula(formula(self.random), fonts, float(self.random.uniform(22, 30)))
        if self.y + mask.height > self.bottom or mask.width > self.right - self.left:
            return
        x = int(self.left + self.random.uniform(0, self.right - self.left - mask.width))
        colour = self.ink if self.kind == "handwritten" else PRINT
        self.sheet.image.paste(colour, (x, int(self.y - 20)), mask)
        self.y += mask.height + self.sheet.pitch

    def sketch(self) -> None:
        """Put a drawing."""
        height = float(self.random.uniform(170, 260))
        if self.y + height > self.bottom:
            return
        width = float(self.random.uniform(260, 420))
        x = self.left + self.random.uniform(0, self.right - self.left - width)
        draw = SKETCHES[int(self.random.integers(len(SKETCHES)))]
        draw(
            Hand(self.pen, self.writer, self.part, self.random),
            (x, self.y, x + width, self.y + height),
        )
        self.y += height + 1.6 * self.sheet.pitch


@lru_cache(maxsize=320)
def _page(part: PartName, number: int) -> Image.Image:
    whole = Page(PARTS[part], generator_of(PARTS[part], 0, number)).made()
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)


def page(part: PartName, number: int) -> Image.Image:
    """Give a page of a part by its number, in RGB; the same number is the same page."""
    return _page(part, number).convert("RGB")
