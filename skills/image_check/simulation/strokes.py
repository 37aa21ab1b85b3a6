"""How letters are written by hand: the strokes of a pen for each, on a grid of 6 by 12.

A point is two hexadecimal digits, x and y; the baseline is at y = 3, small letters reach to 7 and
tall ones to b. A space lifts the pen between points of one list, a bar between strokes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
BASELINE, X_HEIGHT = 3.0, 4.0

_LETTERS = """
a 46 37 27 16 14 23 33 45 47 44 53;b 1b 13 15 27 37 46 44 33 23 14;c 46 37 27 16 14 23 33 44
d 46 37 27 16 14 23 33 45 4b 44 53;e 15 45 46 37 27 16 14 23 33 44;f 4a 3b 2a 23|07 37
g 46 37 27 16 14 23 33 45 47 42 30 20 11;h 1b 13 15 27 37 46 43;i 17 14 23|19 1a
j 27 21 10 00|29 2a;k 1b 13|47 15 43;l 1b 14 23;m 07 03 05 17 26 23 25 37 46 43
n 17 13 15 27 37 46 43;o 27 16 14 23 33 44 46 37 27;p 17 10|16 27 37 46 44 33 23 14
q 46 37 27 16 14 23 33 45 47 40 51;r 17 13 15 27 37 46;s 46 37 27 16 25 35 44 33 23 14
t 1a 14 23 33|07 37;u 17 14 23 33 45 47 44 53;v 07 23 47;w 07 13 26 33 47;x 07 43|47 03
y 17 15 24 34 45 47 42 30 20 11;z 17 47 13 43
A 03 2b 43|16 36;B 1b 13|1b 3b 4a 38 17 37 45 43 33 13;C 4a 3b 2b 19 15 23 33 44
D 1b 13 33 45 49 3b 1b;E 4b 1b 13 43|17 37;F 4b 1b 13|17 37;G 4a 3b 2b 19 15 23 33 44 47 37
H 1b 13|4b 43|17 47;I 2b 23;J 3b 35 23 14;K 1b 13|4b 17 43;L 1b 13 43;M 03 0b 26 4b 43
N 13 1b 43 4b;O 2b 19 15 23 33 45 49 3b 2b;P 13 1b 3b 4a 48 37 17;Q 2b 19 15 23 33 45 49 3b 2b|35 52
R 13 1b 3b 4a 48 37 17|27 43;S 4a 3b 2b 1a 18 37 45 43 23 14;T 0b 4b|2b 23
U 1b 15 23 33 45 4b;V 0b 23 4b;W 0b 13 28 33 4b;X 0b 43|4b 03;Y 0b 27 4b|27 23;Z 1b 4b 13 43
0 2b 19 15 23 33 45 49 3b 2b;1 19 2b 23;2 1a 2b 3b 4a 48 13 43;3 1b 3b 4a 38 27 37 46 44 33 13
4 3b 16 46|39 33;5 4b 1b 18 38 46 44 33 13;6 3b 18 14 23 33 44 46 37 16;7 1b 4b 23
8 37 19 2b 3b 49 26 14 23 33 44 46 28;9 48 38 27 19 2b 3b 4a 43
. 13 14;, 14 02;= 15 45|17 47;+ 16 46|38 34;- 16 46;( 3b 18 15 22;) 1b 38 35 12;/ 12 4b
? 1a 2b 3b 4a 38 26 25|23 24;: 13 14|16 17;' 2b 29;< 47 15 43;> 17 45 13
"""


@cache
def letters() -> Mapping[str, tuple[Points, ...]]:
    """Give the strokes of each character that can be written, each (points, 2)."""
    found = (each.split(" ", 1) for each in re.split(r";|\n", _LETTERS.strip()))
    return {letter: tuple(map(_points, text.split("|"))) for letter, text in found}


def _points(text: str) -> Points:
    return np.array([[int(each[0], 16), int(each[1], 16)] for each in text.split()], float)


def smooth(points: Points, steps: int = 4) -> Points:
    """Draw a curve through points (n, 2), by Catmull and Rom's spline."""
    if len(points) < 3:
        return points
    padded = np.concatenate([points[:1], points, points[-1:]])
    before, start, end, after = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    ) / 2
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])
