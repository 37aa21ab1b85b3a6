"""Makes photographs of assignments that nobody took: `make photographs`."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from bot.config import PROJECT
from bot.examples import write_examples
from bot.types import Example
from skills.image_check.simulation.labels import drawn_labels
from skills.image_check.simulation.parts import PARTS, PartName
from skills.image_check.simulation.photographs import photograph
from skills.image_check.targets import JOINT

COUNTS: dict[PartName, int] = {"train": 3000, "valid": 600, "eval": 1000}
QUALITY = (72, 95)
"""Of JPEG, out of 100, as cameras write it."""


def write(folder: Path, count: int, part: PartName, seed: int = 0) -> Path:
    """Write so many photographs of a part as JPEG, and give the file of examples that lists them.

    `folder/train.jsonl` names `train/0001.jpg` and its labels, two of them joined by a plus. Of the
    same seed come the same photographs; more of them leave those before as they were.
    """
    (folder / part).mkdir(parents=True, exist_ok=True)
    examples = []
    for number in range(1, count + 1):
        random = np.random.default_rng((seed, PARTS[part].number, number))
        labels = drawn_labels(random)
        name = f"{part}/{number:04}.jpg"
        image = photograph(random, labels, part)
        image.save(folder / name, "JPEG", quality=int(random.integers(*QUALITY)))
        examples.append(Example(name, JOINT.join(labels)))
    file = folder / f"{part}.jsonl"
    write_examples(file, examples)
    return file


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=PROJECT / "data" / "image_check")
@click.option(
    "--part", "parts", type=click.Choice(list(COUNTS)), multiple=True, help="All, if left out."
)
@click.option(
    "--count", type=int, help="How many; else 3,000 to learn from, 600 and 1,000 held out."
)
@click.option("--seed", default=0, help="The same seed gives the same photographs.")
def main(data: Path, parts: tuple[PartName, ...], count: int | None, seed: int) -> None:
    """Write photographs of assignments into a folder, with files of examples beside them."""
    for part in parts or tuple(COUNTS):
        file = write(data, count or COUNTS[part], part, seed)
        click.echo(f"{count or COUNTS[part]:,} photographs in {file}")


if __name__ == "__main__":
    main()
