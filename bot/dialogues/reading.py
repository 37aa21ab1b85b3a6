"""Reads files of dialogues: our own YAML, and Rasa's test stories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot import marked_yaml
from bot.annotation import plain
from bot.dialogues.dialogue import Dialogue, Step, Wanted
from bot.errors import DataError
from bot.marked_yaml import Mistake
from bot.rasa.files import yaml_files
from bot.rasa.stories import Story, read_stories

KEYS = (
    *("user", "image", "press", "context", "intent", "answer"),
    *("skill", "says", "says_not", "again", "buttons", "slots"),
)
STORIES = "stories"
NULL = "tag:yaml.org,2002:null"


def read_all(paths: Sequence[Path]) -> list[tuple[Path, Dialogue]]:
    """Read files, and in folders all that are YAML, each dialogue with its file.

    Raises DataError with the first mistake of each file, or where there is no dialogue at all.
    """
    found: list[tuple[Path, Dialogue]] = []
    mistakes: list[str] = []
    for path in paths:
        for file in yaml_files(path) if path.is_dir() else [path]:
            try:
                found += ((file, dialogue) for dialogue in read_dialogues(file))
            except DataError as error:
                mistakes.append(str(error))
    if mistakes:
        raise DataError("\n".join(mistakes))
    if not found:
        names = ", ".join(map(str, paths))
        raise DataError(f"There is no dialogue in {names}. Write '- dialogue: name' into a file.")
    return found


def read_dialogues(file: Path) -> list[Dialogue]:
    """Read a file of dialogues; a mistake in it raises DataError with line and remedy."""
    with marked_yaml.naming(file):
        root = marked_yaml.document(marked_yaml.text_of(file))
        if _has_stories(root):
            return [dialogue for story in read_stories([file]) for dialogue in _told(story)]
        items = marked_yaml.items(root, "the file", "- dialogue: name") if root else []
        return list(_dialogues(items, file.parent))


def _has_stories(root: Node | None) -> bool:
    pairs = marked_yaml.pairs(root) if isinstance(root, MappingNode) else ()
    return any(key.value == STORIES for key, _ in pairs)


def _told(story: Story) -> Iterator[Dialogue]:
    """Give what users say in a story, and what is meant by it; one without texts is none."""
    steps = tuple(
        Step(plain(str(step.value).strip()), intent=step.name)
        for step in story.steps
        if step.kind == "intent" and step.value
    )
    if steps:
        yield Dialogue(story.name, steps)


def _dialogues(items: Sequence[Node], folder: Path) -> Iterator[Dialogue]:
    names: set[str] = set()
    for item in items:
        dialogue = _dialogue(item, folder)
        if dialogue.name in names:
            line = marked_yaml.line(item)
            raise Mistake(line, f"'{dialogue.name}' is the name of two dialogues. Change one.")
        names.add(dialogue.name)
        yield dialogue


def _dialogue(item: Node, folder: Path) -> Dialogue:
    keys = marked_yaml.fields(item, ("dialogue", "profile", "turns"), "a dialogue")
    for key in ("dialogue", "turns"):
        if key not in keys:
            raise Mistake(marked_yaml.line(item), f"A dialogue has no '{key}'. Add '{key}:'.")
    name = marked_yaml.scalar(keys["dialogue"], "The name of a dialogue")
    turns = marked_yaml.items(keys["turns"], "'turns'", "- user: text")
    if not turns:
        raise Mistake(marked_yaml.line(keys["turns"]), f"'{name}' has no turns. Add '- user: …'.")
    steps = tuple(_step(turn, folder) for turn in turns)
    return Dialogue(name, steps, _values(keys, "profile"))


def _step(item: Node, folder: Path) -> Step:
    keys = marked_yaml.fields(item, KEYS, "a turn")
    if ("press" in keys) == ("user" in keys or "image" in keys):
        raise Mistake(
            marked_yaml.line(item),
            "A turn needs either 'user', what is written, or 'press', a button; 'image', a "
            "picture, may stand beside 'user' or in its place. Keep one of them.",
        )
    return Step(
        user=_text(keys, "user"),
        press=_text(keys, "press"),
        skill=_text(keys, "skill"),
        says=_texts(keys, "says"),
        again=_texts(keys, "again"),
        buttons=_texts(keys, "buttons"),
        slots=_values(keys, "slots"),
        intent=_text(keys, "intent"),
        says_not=_texts(keys, "says_not"),
        images=_images(keys["image"], folder) if "image" in keys else (),
        needs_context=_is_true(keys["context"], "'context'") if "context" in keys else False,
        answer=_text(keys, "answer"),
    )


def _text(keys: Mapping[str, Node], key: str) -> str | None:
    return marked_yaml.scalar(keys[key], f"'{key}'") if key in keys else None


def _texts(keys: Mapping[str, Node], key: str) -> tuple[str, ...]:
    if key not in keys:
        return ()
    name = f"'{key}'"
    items = marked_yaml.items(keys[key], name, "- text")
    return tuple(marked_yaml.scalar(item, name) for item in items)


def _images(node: Node, folder: Path) -> tuple[Path, ...]:
    """Give the files of one picture or of a list of them."""
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    return tuple(_image(each, folder) for each in nodes)


def _image(node: Node, folder: Path) -> Path:
    path = marked_yaml.scalar(node, "'image'")
    if not (folder / path).is_file():
        where = "Its path begins in the folder of this file"
        raise Mistake(marked_yaml.line(node), f"There is no picture '{path}'. {where}; correct it.")
    return folder / path


def _is_true(node: Node, name: str) -> bool:
    text = marked_yaml.scalar(node, name)
    if text not in ("true", "false"):
        raise Mistake(marked_yaml.line(node), f"{name} should be true or false. Write one of them.")
    return text == "true"


def _values(keys: Mapping[str, Node], key: str) -> dict[str, Wanted]:
    pairs = marked_yaml.fields(keys[key], None, f"'{key}'") if key in keys else {}
    return {name: _wanted(value, f"'{name}' of {key}") for name, value in pairs.items()}


def _wanted(node: Node, name: str) -> Wanted:
    if isinstance(node, MappingNode):
        pairs = marked_yaml.fields(node, None, name)
        return {key: _wanted(value, f"'{key}' of {name}") for key, value in pairs.items()}
    if isinstance(node, SequenceNode):
        return tuple(_wanted(each, f"An item of {name}") for each in node.value)
    is_null = isinstance(node, ScalarNode) and node.tag == NULL
    return None if is_null else marked_yaml.scalar(node, name)
