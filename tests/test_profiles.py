"""What is known of people: over all their conversations, and of nobody else."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Context, Intent, Message, Reply, Skill, Turn
from bot.config import Settings
from bot.database import Store, open_store
from bot.dialogues.playing import introducing
from bot.feedback import FeedbackStore
from bot.manager import FORGOTTEN, DialogueManager
from bot.picture_store import DAY, PictureStore
from bot.policy import Policy
from bot.privacy import People
from bot.profiles import described
from bot.retention import retain
from bot.tracker import TrackerStore

NOW = 1_700_000_000.0


class Notes(Skill[None]):
    """Takes what is said for the person's name; nothing is forgetting it."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def run(self, turn: Turn, context: Context) -> Reply | None:
        self.meanwhile()
        known = context.profile.get("name", "nobody")
        said = turn.message.text
        changes = {} if said == "?" else {"name": None if said == "forget" else said}
        return Reply(f"You were {known}.", profile=changes)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "nocturne.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    with closing(open_store(file)) as opened:
        yield opened


@pytest.fixture
def skill() -> Notes:
    return Notes(None, Path("none"))


def bot_on(store: Store, skill: Notes) -> DialogueManager:
    return DialogueManager(
        lambda message: Turn(message, (Intent("note", 1.0),)),
        lambda: {"notes": skill},
        Policy({"note": "notes"}),
        TrackerStore(store),
        FeedbackStore(store),
    )


@pytest.fixture
def bot(store: Store, skill: Notes) -> DialogueManager:
    return bot_on(store, skill)


def say(bot: DialogueManager, text: str, sender_id: str = "ana") -> str:
    return bot.handle(Message(sender_id, text)).replies[0].text


def test_what_each_part_of_a_message_tells_is_kept_and_known_to_the_next(
    bot: DialogueManager, skill: Notes
) -> None:
    parts = tuple(Turn(Message("ana", text), (Intent(text, 1.0),)) for text in ("Ana", "Bob"))
    bot = replace(
        bot,
        understand=lambda message: Turn(message, parts[-1].ranking, parts=parts),
        skills=lambda: {"notes": skill, "more": skill},
        policy=Policy({"Ana": "notes", "Bob": "more"}),
    )
    replies = bot.handle(Message("ana", "Ana, Bob")).replies

    assert [reply.text for reply in replies] == ["You were nobody.", "You were Ana."]
    assert bot.profile("ana") == {"name": "Bob"}


def test_what_is_known_outlives_a_conversation(bot: DialogueManager) -> None:
    say(bot, "Ana")
    bot.restart("ana")

    assert say(bot, "?") == "You were Ana."


def test_one_process_never_mixes_people_up(bot: DialogueManager) -> None:
    say(bot, "Ana", "ana")
    assert say(bot, "Ben", "ben") == "You were nobody."

    assert (say(bot, "?", "ana"), say(bot, "?", "ben")) == ("You were Ana.", "You were Ben.")
    assert (bot.profile("ana"), bot.profile("cleo")) == ({"name": "Ana"}, {})


def test_neither_does_the_next_process(file: Path, skill: Notes) -> None:
    for name in ("ana", "ben"):
        with closing(open_store(file)) as store:
            say(bot_on(store, skill), name.capitalize(), name)
    with closing(open_store(file)) as store:
        bot = bot_on(store, skill)

        assert say(bot, "?", "ana") == "You were Ana."
        assert say(bot, "?", "ben") == "You were Ben."
        assert say(bot, "?", "Ana") == "You were nobody."


def test_what_is_none_is_forgotten_and_leaves_no_row(bot: DialogueManager, store: Store) -> None:
    say(bot, "Ana")
    assert store.db.table("profiles").count == 1

    say(bot, "forget")
    assert bot.profile("ana") == {}
    assert store.db.table("profiles").count == 0


def test_keys_change_one_by_one(bot: DialogueManager) -> None:
    profiles = bot.tracker.profiles
    profiles.change("ana", {"name": "Ana", "interests": ["tea"]})
    profiles.change("ana", {"name": None, "level": "beginner"})

    assert profiles.of("ana") == {"interests": ["tea"], "level": "beginner"}


@pytest.mark.parametrize("broken", ["profiles", "keep"])
def test_a_turn_and_what_it_tells_of_the_person_are_kept_together_or_not_at_all(
    bot: DialogueManager, store: Store, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    say(bot, "Ana")
    events = bot.tracker.events("ana")

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    change = type(bot.tracker.profiles).change

    def changes_and_fails(self: Any, sender_id: str, changes: Mapping[str, Any]) -> None:
        change(self, sender_id, changes)
        fails()

    if broken == "profiles":
        monkeypatch.setattr(type(bot.tracker.profiles), "change", changes_and_fails)
    with pytest.raises(OSError, match="disk is full"):
        bot.handle(Message("ana", "Bob"), keep=fails)

    assert bot.profile("ana") == {"name": "Ana"}
    assert bot.tracker.events("ana") == events


def test_a_turn_that_was_overtaken_begins_anew_with_what_is_known_by_then(
    bot: DialogueManager, skill: Notes, store: Store
) -> None:
    other = bot_on(store, Notes(None, Path("none")))
    names = iter(["Bob"])
    skill.meanwhile = lambda: [say(other, name) for name in names]

    assert say(bot, "?") == "You were Bob."


def test_who_is_forgotten_meanwhile_gets_no_new_profile(
    bot: DialogueManager, skill: Notes, store: Store, tmp_path: Path
) -> None:
    people = People(store, PictureStore(tmp_path / "pictures"))
    say(bot, "Ana")
    say(bot, "Ben", "ben")
    skill.meanwhile = lambda: people.forget("ana")

    assert say(bot, "Ana-Maria") == FORGOTTEN.text
    assert (bot.profile("ana"), bot.profile("ben")) == ({}, {"name": "Ben"})


def test_a_profile_is_exported_and_forgotten_without_a_trace(
    bot: DialogueManager, store: Store, tmp_path: Path
) -> None:
    people = People(store, PictureStore(tmp_path / "pictures"))
    say(bot, "Ulaanbaatar")
    say(bot, "Lima", "ben")
    assert people.kept_of("ana").rows["profiles"][0]["data"] == {"name": "Ulaanbaatar"}
    assert "Lima" not in json.dumps(people.kept_of("ana").rows)
    assert "ana" not in [row["sender_id"] for row in store.db.table("profiles").rows]

    assert people.forget("ana").counts["profiles"] == 1
    assert not [file for file in tmp_path.iterdir() if b"Ulaanbaatar" in file.read_bytes()]
    assert bot.profile("ben") == {"name": "Lima"}


def test_a_profile_goes_with_the_last_that_was_said(settings: Settings) -> None:
    month = replace(settings, conversation_days=30.0)
    with closing(open_store(month.database)) as store:
        old, new = TrackerStore(store, lambda: NOW - 31 * DAY), TrackerStore(store, lambda: NOW)
        for sender_id, trackers in {"ana": (old,), "ben": (old, new)}.items():
            for tracker in trackers:
                tracker.append(sender_id, [{"event": "user", "text": "hi"}])
            old.profiles.change(sender_id, {"name": sender_id})

        retain(month, store, NOW)

        assert (old.profiles.of("ana"), old.profiles.of("ben")) == ({}, {"name": "ben"})


def test_a_dialogue_introduces_people_by_their_profile(bot: DialogueManager) -> None:
    introducing(bot)("ana", {"name": "Ana", "interests": ("tea", "chess")})

    assert bot.profile("ana") == {"name": "Ana", "interests": ["tea", "chess"]}
    assert say(bot, "?") == "You were Ana."


def test_a_profile_is_put_into_words() -> None:
    profile = {"name": "Ana", "interests": ["tea", "chess"], "courses_known": {"c1": "Go"}}

    assert described(profile) == {"Name": "Ana", "Interests": "tea, chess", "Courses known": "Go"}
