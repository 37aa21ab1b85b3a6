"""Conversations that wait for a person: who finds them, what they read, how they end."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import Intent, Message, Reply, Turn
from bot.config import Settings
from bot.database import Store, open_store
from bot.errors import BotError
from bot.events import bot_event, reply_events
from bot.feedback import FeedbackStore
from bot.handover_commands import handovers, resume
from bot.handovers import Handovers, summary
from bot.manager import DialogueManager
from bot.nlu import payload_in
from bot.policy import Policy
from bot.tracker import TrackerStore
from skills.handover import Handover

OVER = Reply("Ana will write to you.", slots={"contact": "ana@x.org"}, handed_over=True)
SAID = {"event": "user", "text": "a person please", "parse_data": {}}


@pytest.fixture
def tracker() -> TrackerStore:
    return TrackerStore(Store.in_memory())


def test_who_was_handed_over_waits_until_the_bot_has_the_conversation_back(
    tracker: TrackerStore,
) -> None:
    tracker.append("ana", [SAID, *reply_events("desk", OVER)])
    tracker.append("ben", [SAID, bot_event("faq", Reply("So."))])
    waiting = Handovers(tracker)
    ana = tracker.pseudonyms.of("ana")

    assert [person for person, _ in waiting.waiting()] == [ana]
    waiting.resume("ana")
    assert list(waiting.waiting()) == []
    tracker.append("ana", [SAID, *reply_events("desk", OVER)])
    assert [person for person, _ in waiting.waiting()] == [ana]
    waiting.resume(ana)
    assert list(waiting.waiting()) == []


def test_a_conversation_that_does_not_wait_cannot_be_given_back(tracker: TrackerStore) -> None:
    with pytest.raises(BotError, match="`nocturne handovers` lists"):
        Handovers(tracker).resume("ana")


def test_a_summary_says_who_what_is_known_and_what_was_said(tracker: TrackerStore) -> None:
    tracker.append("ana", [SAID, *reply_events("desk", OVER), {"event": "pause"}])

    assert summary("ana", tracker.load("ana")).splitlines() == [
        "ana",
        "Said last: a person please",
        "contact: ana@x.org",
        "The bot is silent.",
        "  person: a person please",
        "  bot: Ana will write to you.",
    ]


def test_the_commands_list_who_waits_and_give_a_conversation_back(tmp_path: Path) -> None:
    settings, run = Settings(home=tmp_path), CliRunner().invoke
    assert "Nobody waits" in run(handovers, obj=settings).output
    store = open_store(settings.database)
    TrackerStore(store).append("ana", [SAID, *reply_events("desk", OVER)])
    store.close()

    assert "Said last: a person please" in run(handovers, obj=settings).output
    assert run(resume, ["ana"], obj=settings).output == "The bot answers 'ana' again.\n"
    assert "Nobody waits" in run(handovers, obj=settings).output


def test_the_form_of_the_bundled_skill_ends_with_somebody_who_waits(
    tracker: TrackerStore,
) -> None:
    desk = Handover(None, Path("none"))
    intents = ("request_human", "give_contact", "choose_time")
    bot = DialogueManager(
        lambda message: payload_turn(message, intents),
        lambda: {"handover": desk},
        Policy(dict.fromkeys(intents, "handover")),
        tracker,
        FeedbackStore(tracker.store),
    )
    for text in (
        "/request_human",
        '/give_contact{"email": "ana@x.org"}',
        '/choose_time{"time_of_day": "evening"}',
    ):
        assert list(Handovers(tracker).waiting()) == []
        bot.handle(Message("ana", text))

    ((_, state),) = Handovers(tracker).waiting()
    assert {"contact: ana@x.org", "contact_time: evening"} <= set(summary("", state).splitlines())


def payload_turn(message: Message, intents: tuple[str, ...]) -> Turn:
    """Take a button at its word."""
    name, entities = payload_in(message.text, intents) or ("", ())
    return Turn(message, (Intent(name, 1.0),), entities)
