"""Rasa NLU training data: what a skill's `nlu.yml` says about its intents and entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import regex
from ruamel.yaml.nodes import MappingNode, Node

from bot import marked_yaml
from bot.annotation import parse_annotation
from bot.errors import DataError
from bot.marked_yaml import Mistake, naming
from bot.types import OUT_OF_SCOPE, Example

RASA_KEYS = (
    *("nlu", "version", "stories", "rules", "responses", "intents", "entities", "slots", "actions"),
    *("forms", "e2e_actions", "session_config", "config"),
)
"""What Rasa lets stand in one file; only `nlu` is read here."""


@dataclass(frozen=True)
class NluData:
    """Utterances of intents, still annotated, and what is known of entities."""

    examples: tuple[Example, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """Intent to what people call it."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """What users write, in lower case, to the value that it stands for."""
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity type to its patterns."""
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity type to the texts that are such an entity."""
    declared: tuple[str, ...] = ()
    """Intents that only buttons send, or that have examples as well."""

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent that has an example or a title, or is declared, sorted."""
        named = {example.target for example in self.examples}
        return tuple(sorted((named | {*self.titles, *self.declared}) - {OUT_OF_SCOPE}))


def merged(parts: Iterable[NluData]) -> NluData:
    """Join data of several sources; where two give a title or a synonym, the later one holds."""
    parts = list(parts)
    return NluData(
        examples=tuple(example for part in parts for example in part.examples),
        titles={intent: title for part in parts for intent, title in part.titles.items()},
        synonyms={text: value for part in parts for text, value in part.synonyms.items()},
        regexes=_joined(part.regexes for part in parts),
        lookups=_joined(part.lookups for part in parts),
        declared=tuple(intent for part in parts for intent in part.declared),
    )


def read_nlu(file: Path, may_leave_scope: bool = False) -> NluData:
    """Read a file in Rasa's NLU format; a mistake in it raises DataError with line and remedy.

    A skill may not say what is out of scope of all skills; the data of a whole assistant may.
    """
    reserved = ("",) if may_leave_scope else ("", OUT_OF_SCOPE)
    with naming(file):
        return merged(_part(item, reserved) for item in _items(file))


def read_utterances(file: Path) -> list[tuple[str, Example]]:
    """Read only the utterances, each with its place in words, under their intents' full names."""
    with naming(file):
        return [
            (f"{file}, line {line}", Example(text, name))
            for item in _items(file)
            for name, line, text in _utterances(item)
        ]


def _items(file: Path) -> list[Node]:
    root = marked_yaml.document(marked_yaml.text_of(file))
    keys = marked_yaml.fields(root, RASA_KEYS, "the file") if root else {}
    return marked_yaml.items(keys["nlu"], "'nlu'", "- intent: name") if "nlu" in keys else []


def _utterances(item: Node) -> Iterator[tuple[str, int, str]]:
    keys = marked_yaml.fields(item, (*KINDS, "examples", "metadata"), "an item of 'nlu'")
    if "intent" in keys and "examples" in keys:
        name = marked_yaml.scalar(keys["intent"], "The name of the intent")
        yield from ((name, *found) for found in marked_yaml.lines(keys["examples"], "examples"))


def _joined(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    joined: dict[str, dict[str, None]] = {}
    for table in tables:
        for name, texts in table.items():
            joined.setdefault(name, {}).update(dict.fromkeys(texts))
    return {name: tuple(texts) for name, texts in joined.items()}


def _part(item: Node, reserved: Sequence[str]) -> NluData:
    keys = marked_yaml.fields(item, (*KINDS, "examples", "metadata"), "an item of 'nlu'")
    kinds = [kind for kind in KINDS if kind in keys]
    if len(kinds) != 1:
        known = ", ".join(f"'{kind}'" for kind in KINDS)
        raise Mistake(
            marked_yaml.line(item), f"An item of 'nlu' needs exactly one of {known}. Add it."
        )
    kind = kinds[0]
    name = marked_yaml.scalar(keys[kind], f"The name of the {kind}")
    if kind != "intent" and "examples" not in keys:
        raise Mistake(
            marked_yaml.line(item), f"{kind} '{name}' has no examples. Add 'examples: |'."
        )
    if kind == "intent" and name.partition("/")[0].strip() in reserved:
        line = marked_yaml.line(keys["intent"])
        raise Mistake(line, f"An intent cannot be called '{name}'. Choose another name.")
    return KINDS[kind](name, keys)


def _intent(name: str, keys: Mapping[str, Node]) -> NluData:
    intent = name.partition("/")[0].strip()  # Rasa classifies a retrieval intent a/b as a
    line = marked_yaml.line(keys["intent"])
    about = _metadata(keys.get("metadata"))
    titles = {intent: about["title"]} if "title" in about else {}
    examples = list(marked_yaml.lines(keys["examples"], "examples")) if "examples" in keys else []
    if not titles and not examples and "pressed" not in about:
        raise Mistake(
            line, f"Intent '{name}' has no examples. Add 'examples: |' and lines '- text'."
        )
    return NluData(
        examples=tuple(Example(text, intent) for _, text in examples),
        titles=titles,
        declared=(intent,) if "pressed" in about else (),
        synonyms={text: value for example in examples for text, value in _synonyms_in(*example)},
    )


def _metadata(node: Node | None) -> dict[str, str]:
    """Read what is known here: a `title`, and whether the intent is only `pressed`, by buttons."""
    entries = marked_yaml.pairs(node) if isinstance(node, MappingNode) else ()
    known = {key.value: value for key, value in entries if key.value in ("title", "pressed")}
    return {
        key: marked_yaml.scalar(value, f"The {key} of an intent") for key, value in known.items()
    }


def _synonyms_in(line: int, text: str) -> Iterator[tuple[str, str]]:
    try:
        plain, entities = parse_annotation(text)
    except DataError as error:
        raise Mistake(line, str(error)) from error
    for entity in entities:
        surface = plain[entity.start : entity.end]
        if entity.value != surface:
            yield surface.lower(), entity.value


def _synonym(name: str, keys: Mapping[str, Node]) -> NluData:
    return NluData(synonyms={text.lower(): name for text in _texts(keys)})


def _regex(name: str, keys: Mapping[str, Node]) -> NluData:
    for line, pattern in marked_yaml.lines(keys["examples"], "examples"):
        try:
            regex.compile(pattern)
        except (regex.error, OverflowError, RecursionError) as error:
            raise Mistake(
                line, f"'{pattern}' is not a valid regex ({error}). Correct it."
            ) from error
    return NluData(regexes={name: _texts(keys)})


def _lookup(name: str, keys: Mapping[str, Node]) -> NluData:
    return NluData(lookups={name: _texts(keys)})


def _texts(keys: Mapping[str, Node]) -> tuple[str, ...]:
    return tuple(text for _, text in marked_yaml.lines(keys["examples"], "examples"))


KINDS: Mapping[str, Callable[[str, Mapping[str, Node]], NluData]] = {
    "intent": _intent,
    "synonym": _synonym,
    "regex": _regex,
    "lookup": _lookup,
}
