"""The packaged network that looks at covers, for real."""

from pathlib import Path

from PIL import Image

from skills.courses.ranking.looking import NETWORK, embedded

COLOURS = ((200, 40, 40), (206, 44, 40), (50, 60, 210))


def test_the_packaged_network_tells_pictures_apart(tmp_path: Path) -> None:
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", (300, 200), colour).save(tmp_path / f"{number}.jpg")
    covers = [tmp_path / f"{number}.jpg" for number in range(len(COLOURS))]
    places, rows = embedded(covers, NETWORK, "cpu", "float32")
    rows = rows - rows.mean(axis=0)
    assert places.tolist() == [0, 1, 2]
    assert rows.shape == (3, 1280)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
