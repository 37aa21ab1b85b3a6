"""Paths in what is typed become pictures."""

from pathlib import Path

import pytest

from bot.channels.files import without_pictures


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.jpg", "my page.PNG", "it's.webp", "b.mp4", "notes.txt"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("line", "text", "names"),
    [
        ("a.jpg", "", ["a.jpg"]),
        ("is a.jpg readable", "is readable", ["a.jpg"]),
        ("what's wrong with a.jpg, it's bad", "what's wrong with it's bad", ["a.jpg"]),
        ("what about a.jpg?", "what about", ["a.jpg"]),
        ("my page.PNG", "", ["my page.PNG"]),
        (r"look: my\ page.PNG", "look:", ["my page.PNG"]),
        ("look 'my page.PNG' and \"it's.webp\"", "look and", ["my page.PNG", "it's.webp"]),
        ("it's.webp", "", ["it's.webp"]),
        ("a.jpg ./a.jpg", "", ["a.jpg", "./a.jpg"]),
        ("what happens in b.mp4", "what happens in", ["b.mp4"]),
        ("missing.jpg please", "missing.jpg please", []),
        ("notes.txt", "notes.txt", []),
        ("  two  blanks ", "  two  blanks ", []),
        ("x" * 5000 + ".jpg", "x" * 5000 + ".jpg", []),
        ("\0.jpg", "\0.jpg", []),
        ("~nobody-of-that-name/a.jpg", "~nobody-of-that-name/a.jpg", []),
    ],
)
def test_a_path_of_a_picture_is_taken_out_of_the_words(
    here: Path, line: str, text: str, names: list[str]
) -> None:
    assert without_pictures(line) == (text, tuple(Path(name) for name in names))


def test_addresses_of_files_and_the_home_are_understood(here: Path) -> None:
    address = f"file://{here}/my%20page.PNG"

    assert without_pictures(f"{address} ~/a.jpg") == ("", (here / "my page.PNG", here / "a.jpg"))
