"""What the README shows is true: its commands parse, its skill works."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from bot.annotation import parse_annotation
from bot.config import PROJECT, Settings
from bot.database import Store
from bot.entities import EntityPatterns
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.nlu import Interpreter
from bot.nlu_data import NluData, merged
from bot.plugins import find_skills, intent_owners
from bot.policy import Policy
from bot.service.options import Credentials, Options, variable
from bot.testing import asked, check_skill, turn
from bot.tracker import TrackerStore
from bot.types import OUT_OF_SCOPE, Context, Intent, Message, Parse

README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
SHOWN = [line for kind, text in BLOCKS if kind == "console" for line in text.splitlines()]
INLINE = re.findall(r"`(nocturne [^`]+)`", README)
LAUNCHED = [re.sub(r"^accelerate launch .* -m bot", "nocturne", line) for line in SHOWN]
COMMANDS = sorted({line for line in [*LAUNCHED, *INLINE] if line.startswith("nocturne ")})
PLACES = {
    "DATASET": ".",
    "DIR": ".",
    "FILE": "README.md",
    "FOLDER": ".",
    "LEARNER": "intent",
    "SENDER": "ana",
    "TEXT": "hello",
    "VERSION": "v0001",
}


def block(kind: str, word: str) -> str:
    texts: list[str] = [text for found, text in BLOCKS if found == kind and word in text]
    return texts[0]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_shown_can_be_parsed(line: str) -> None:
    _, *arguments = [PLACES.get(word, word) for word in shlex.split(line)]
    command: click.Command = main
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), arguments.pop(0))
        assert found is not None
        command = found

    command.make_context(line, arguments)


@pytest.mark.parametrize("line", [line for line in SHOWN if line.startswith("make ")])
def test_every_make_target_shown_exists(line: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{line.removeprefix('make ')}:", makefile, re.MULTILINE)


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in main.list_commands(click.Context(main)) if name not in README]

    assert missing == []


def test_the_skill_in_the_readme_works(tmp_path: Path) -> None:
    folder = tmp_path / "my_skills" / "weather"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(block("python", "Weather"), encoding="utf-8")
    (folder / "nlu.yml").write_text(block("yaml", "ask_weather"), encoding="utf-8")
    (spec,) = find_skills(replace(Settings(), skills=(tmp_path / "my_skills",)))
    skill = spec.load()(None, tmp_path)

    check_skill(skill, spec.nlu_file)
    asks = skill.run(turn("rain?", "ask_weather"), Context())
    assert asks and asks.requested_slot == "city"
    answer = skill.run(turn("Lima", "ask_weather", {"city": "Lima"}), asked("weather", "city"))
    assert answer and answer.text == "It is sunny in Lima."
    assert spec.nlu().titles == {"ask_weather": "Ask for the weather"}


def test_the_form_in_the_readme_is_short_and_talks_as_shown(tmp_path: Path) -> None:
    code = block("python", "Tutoring")
    folder = tmp_path / "my_skills" / "tutoring"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code, encoding="utf-8")
    (folder / "nlu.yml").write_text(block("yaml", "book_tutor"), encoding="utf-8")
    (spec,) = find_skills(replace(Settings(), skills=(tmp_path / "my_skills",)))
    fallback = next(each for each in find_skills(Settings()) if each.name == "fallback")
    skills = {each.name: each.load()(None, tmp_path) for each in (spec, fallback)}
    store, owners = Store.in_memory(), intent_owners((s, s.nlu()) for s in (spec, fallback))
    bot = DialogueManager(
        by_examples(merged([spec.nlu(), fallback.nlu()])).understand,
        lambda: skills,
        Policy(owners),
        TrackerStore(store),
        FeedbackStore(store),
    )

    assert len(code.splitlines()) < 25
    check_skill(skills["tutoring"], spec.nlu_file)
    shown = block("text", "> no, I meant maths").removeprefix("> ").split("\n> ")
    assert len(shown) == 7
    for exchange in shown:
        said, *answered = exchange.strip().splitlines()
        (reply,) = bot.handle(Message("ana", said)).replies
        assert [line for line in reply.text.splitlines() if line] == answered


def by_examples(nlu: NluData) -> Interpreter:
    """Understand utterances that are among the examples; all else is out of scope."""
    intents = {parse_annotation(each.input)[0]: each.target for each in nlu.examples}

    def classify(texts: Sequence[str]) -> list[Parse]:
        return [Parse((Intent(intents.get(text, OUT_OF_SCOPE), 1.0),), ()) for text in texts]

    return Interpreter(classify, EntityPatterns(nlu), nlu.intents)


def test_every_setting_is_in_the_readme() -> None:
    assert [name for name in Settings.__dataclass_fields__ if f"| `{name}` |" not in README] == []


def test_every_setting_of_the_service_is_in_the_readme() -> None:
    names = [each.name for each in (*fields(Options), *fields(Credentials))]
    shown = [f"`{name}`" in README or f"`{variable(name)}`" in README for name in names]

    assert [name for name, is_shown in zip(names, shown, strict=True) if not is_shown] == []
