"""YAML read so that every mistake can be named with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import DataError


class Mistake(Exception):  # noqa: N818 - whoever knows the file makes a DataError of it
    """Something wrong in a line of a file."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Make a DataError that names the file of a mistake within a `with`."""
    try:
        yield
    except Mistake as mistake:
        raise DataError(f"{file}, line {mistake.line}: {mistake}") from mistake


def refuse_repeated(ids: Iterable[tuple[str, str]]) -> None:
    """Raise DataError where an id stands at two places; takes each id with its place in words."""
    first: dict[str, str] = {}
    for id, place in ids:
        if id in first:
            raise DataError(
                f"{place}: The id '{id}' is already used at {first[id]}. "
                "Give one of the two another id."
            )
        first[id] = place


def text_of(file: Path) -> str:
    """Read a UTF-8 file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}). Check its name.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Mistake(line, "This is not UTF-8. Save the file in the encoding UTF-8.") from error


def document(text: str) -> Node | None:
    """Parse the one document in a text; None if there is none."""
    remedy = "Check indentation and quotes; a text with ': ' or a bracket in front needs quotes."
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        number = mark.line + 1 if mark else 1
        raise Mistake(number, f"This is not valid YAML ({error.problem}). {remedy}") from error
    except (YAMLError, RecursionError) as error:
        number = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reason = getattr(error, "reason", "nested too deeply")
        raise Mistake(number, f"This is not valid YAML ({reason}). {remedy}") from error
    return node


def line(node: Node) -> int:
    """Where a node begins, counted from 1."""
    return int(node.start_mark.line) + 1


def fields(node: Node, known: Collection[str] | None, name: str) -> dict[str, Node]:
    """Take a mapping apart; a repeated key is a mistake, or an unknown one if some are known."""
    if not isinstance(node, MappingNode):
        raise Mistake(line(node), f"{name} should be 'key: value' lines. Write it so.")
    found: dict[str, Node] = {}
    for key, value in pairs(node):
        if not isinstance(key, ScalarNode) or (known is not None and key.value not in known):
            names = ", ".join(sorted(known or ["any text"]))
            raise Mistake(line(key), f"Unknown key {_shown(key)} in {name}. Known keys: {names}.")
        if key.value in found:
            raise Mistake(line(key), f"'{key.value}' stands here twice in {name}. Remove one.")
        found[key.value] = value
    return found


def pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Yield keys and values, a missing value beside its key: YAML has it where the next begins."""
    for key, value in node.value:
        if isinstance(value, ScalarNode) and not value.value and value.style is None:
            value.start_mark = key.start_mark
        yield key, value


def items(node: Node, name: str, first: str) -> list[Node]:
    """Take a list apart; nothing at all counts as an empty one."""
    if isinstance(node, ScalarNode) and not node.value:
        return []
    if not isinstance(node, SequenceNode):
        raise Mistake(
            line(node), f"{name} should be a list. Begin each of its items with '{first}'."
        )
    return list(node.value)


def scalar(node: Node, name: str) -> str:
    """Read a text that must not be empty."""
    if not isinstance(node, ScalarNode):
        raise Mistake(
            line(node),
            f"{name} should be a text. One with ': ' or a bracket in front needs quotes.",
        )
    if not node.value.strip():
        raise Mistake(line(node), f"{name} should be a text, and not empty. Write one.")
    return str(node.value).strip()


def lines(node: Node, name: str) -> Iterator[tuple[int, str]]:
    """Yield each example and its line: from a block of `- text`, or from a list of `text:`."""
    if isinstance(node, SequenceNode):
        yield from (_listed(item, name) for item in node.value)
        return
    if not isinstance(node, ScalarNode) or node.style == ">":
        raise Mistake(line(node), f"{name} should be a block of lines. Write 'examples: |'.")
    for number, text in enumerate(node.value.split("\n"), _first_line(node)):
        if text.strip() and not text.lstrip().startswith("#"):
            yield number, _bulleted(number, text.strip(), name)


def _shown(key: Node) -> str:
    return f"'{key.value}'" if isinstance(key, ScalarNode) else "that is no text"


def _first_line(node: ScalarNode) -> int:
    return line(node) + 1 if node.style == "|" else line(node)


def _bulleted(number: int, text: str, name: str) -> str:
    example = text.removeprefix("-").strip()
    if not text.startswith("-") or not example:
        raise Mistake(
            number, f"'{text}' is no line of {name}. Write '- ' and a text, or remove it."
        )
    return example


def _listed(item: Node, name: str) -> tuple[int, str]:
    if not isinstance(item, MappingNode):
        raise Mistake(
            line(item), f"This item of {name} has no 'text'. Write 'examples: |' above the lines."
        )
    text: Mapping[str, Node] = fields(item, ("text", "metadata"), f"an item of {name}")
    if "text" not in text:
        raise Mistake(
            line(item), f"An item of {name} has no 'text'. Add 'text: ' and the utterance."
        )
    node = text["text"]
    content = scalar(node, f"The text of an item of {name}")
    return _first_line(node) if isinstance(node, ScalarNode) else line(node), content
