"""The dialogue manager: turns, open questions, mishaps, teaching."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot import Button, Context, Example, Intent, Message, Reply, Skill, Turn
from bot.answerer import APOLOGY, NO_SKILL
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.policy import Policy
from bot.skill import AnySkill
from bot.tracker import SNAPSHOT_EVERY, TrackerStore
from bot.turn_log import BACK, SILENT

Run = Callable[[Turn, Context], Reply | None]


class Scripted(Skill[None]):
    """Does what a test says."""

    def __init__(self, run: Run) -> None:
        super().__init__(None, Path("none"))
        self.script = run

    def run(self, turn: Turn, context: Context) -> Reply | None:
        return self.script(turn, context)


class Taught(Scripted):
    learner = "intent"


def understand(message: Message) -> Turn:
    """The first word is the intent, beyond doubt."""
    return Turn(message, (Intent(message.text.split()[0].lstrip("/"), 1.0),))


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


@pytest.fixture
def make_bot(store: Store) -> Callable[..., DialogueManager]:
    def make(skills: Mapping[str, AnySkill], **owners: str) -> DialogueManager:
        policy = Policy(owners)
        return DialogueManager(
            understand, lambda: skills, policy, TrackerStore(store), FeedbackStore(store)
        )

    return make


def say(bot: DialogueManager, text: str, sender_id: str = "ana") -> list[str]:
    return [reply.text for reply in bot.handle(Message(sender_id, text)).replies]


def booking(turn: Turn, context: Context) -> Reply | None:
    if context.requested_slot == "day":
        words = turn.message.text
        unclear = "?" in words or "leave" in words
        return None if unclear else Reply("Booked.", slots={"day": words})
    return Reply("Which day?", requested_slot="day") if turn.intent.name == "book" else None


@pytest.fixture
def bot(make_bot: Callable[..., DialogueManager]) -> DialogueManager:
    skills = {
        "booking": Scripted(booking),
        "prices": Scripted(lambda turn, context: Reply("Ten euros.")),
        "fallback": Scripted(_fallback),
    }
    return make_bot(skills, book="booking", price="prices", leave="fallback")


def _fallback(turn: Turn, context: Context) -> Reply:
    leaves = {"requested_slot": None} if turn.intent.name == "leave" else {}
    return Reply("Left." if leaves else "Pardon?", slots=leaves)


def test_the_owner_of_the_intent_answers(bot: DialogueManager) -> None:
    assert say(bot, "price please") == ["Ten euros."]


def test_what_nobody_owns_goes_to_the_fallback(bot: DialogueManager) -> None:
    assert say(bot, "gibberish") == ["Pardon?"]


def test_an_open_question_belongs_to_the_skill_that_asked(bot: DialogueManager) -> None:
    assert say(bot, "book") == ["Which day?"]
    assert say(bot, "Friday") == ["Booked."]
    assert say(bot, "Friday") == ["Pardon?"]


def test_a_change_of_subject_takes_the_turn_and_the_question_comes_back(
    bot: DialogueManager,
) -> None:
    say(bot, "book")

    assert say(bot, "price please") == ["Ten euros.", "Which day?"]
    assert say(bot, "Friday") == ["Booked."]


def asking(slot: str) -> Scripted:
    """Asks one thing, and takes what is said for the answer, but for "leave"."""

    def run(turn: Turn, context: Context) -> Reply | None:
        if turn.intent.name == "leave":
            return None
        return (
            Reply(f"{slot}!") if context.requested_slot else Reply(f"{slot}?", requested_slot=slot)
        )

    return Scripted(run)


@pytest.fixture
def curious(make_bot: Callable[..., DialogueManager]) -> DialogueManager:
    skills = {name: asking(name) for name in ("day", "level", "city")}
    skills["fallback"] = Scripted(_fallback)
    return make_bot(skills, day="day", level="level", city="city", leave="fallback")


def test_a_question_within_a_question_is_settled_first_and_the_outer_one_comes_back(
    curious: DialogueManager,
) -> None:
    for text in ("day", "level", "city"):
        assert say(curious, text) == [f"{text}?"]

    assert say(curious, "Oslo") == ["city!", "level?"]
    assert say(curious, "easy") == ["level!", "day?"]
    assert say(curious, "Friday") == ["day!"]
    assert say(curious, "Friday") == ["Pardon?"]


def test_who_asks_again_while_its_question_waits_has_one_question_only(
    curious: DialogueManager,
) -> None:
    for text in ("day", "level", "day"):
        assert say(curious, text) == [f"{text}?"]

    assert say(curious, "Friday") == ["day!", "level?"]
    assert say(curious, "easy") == ["level!"]


def test_a_question_that_is_put_aside_gives_way_to_the_one_before(curious: DialogueManager) -> None:
    say(curious, "day")
    say(curious, "level")

    assert say(curious, "leave it") == ["Left.", "day?"]
    assert say(curious, "leave it") == ["Left."]
    assert say(curious, "easy") == ["Pardon?"]


def test_waiting_questions_outlive_a_snapshot(curious: DialogueManager) -> None:
    say(curious, "day")
    for _ in range(SNAPSHOT_EVERY):
        say(curious, "level")
        say(curious, "leave it")
    say(curious, "level")

    assert curious.tracker.store.db.table("snapshots").count == 1
    assert say(curious, "easy") == ["level!", "day?"]


def test_an_answer_that_was_not_understood_keeps_the_question(bot: DialogueManager) -> None:
    say(bot, "book")

    assert say(bot, "what?") == ["Pardon?", "Which day?"]
    assert say(bot, "Friday") == ["Booked."]


def test_any_reply_can_put_the_question_aside(bot: DialogueManager) -> None:
    say(bot, "book")

    assert say(bot, "leave it") == ["Left."]
    assert say(bot, "Friday") == ["Pardon?"]


def test_what_a_reply_remembers_is_known_afterwards(bot: DialogueManager) -> None:
    say(bot, "book")
    say(bot, "Friday")

    assert bot.handle(Message("ana", "price")).slots["day"] == "Friday"
    assert "day" not in bot.handle(Message("ben", "price")).slots


def test_a_declined_turn_goes_to_the_next_skill(make_bot: Callable[..., DialogueManager]) -> None:
    declines, answers = Scripted(lambda t, c: None), Scripted(lambda t, c: Reply("Mine."))
    bot = make_bot({"first": declines, "fallback": answers}, hello="first")

    assert say(bot, "hello") == ["Mine."]


class Bidding(Scripted):
    def bid(self, turn: Turn, context: Context) -> float:
        return 1 / turn.message.text.count("x")


def test_who_bids_gets_turns_that_are_clearly_nobodys_and_one_that_fails_passes(
    make_bot: Callable[..., DialogueManager], caplog: pytest.LogCaptureFixture
) -> None:
    fallback = Scripted(lambda t, c: Reply("Pardon?"))
    bot = make_bot({"bidder": Bidding(lambda t, c: Reply("Mine.")), "fallback": fallback})

    assert say(bot, "xx") == ["Mine."]
    with caplog.at_level(logging.ERROR):
        assert say(bot, "no letter of that kind") == ["Pardon?"]
    assert "ZeroDivisionError" in caplog.text


def test_without_a_fallback_something_is_still_said(
    make_bot: Callable[..., DialogueManager],
) -> None:
    assert say(make_bot({}), "hello") == [NO_SKILL.text]


def test_a_skill_that_raises_costs_an_apology_and_nothing_else(
    make_bot: Callable[..., DialogueManager], caplog: pytest.LogCaptureFixture
) -> None:
    def fragile(turn: Turn, context: Context) -> Reply:
        if turn.message.text == "boom":
            raise ZeroDivisionError
        if context.requested_slot:
            return Reply("Thanks.")
        return Reply("Your name?", requested_slot="name")

    bot = make_bot({"fragile": Scripted(fragile)}, ask="fragile")
    say(bot, "ask")
    with caplog.at_level(logging.ERROR):
        assert say(bot, "boom") == [APOLOGY.text, "Your name?"]
    assert "ZeroDivisionError" in caplog.text
    assert say(bot, "Ana") == ["Thanks."]


def test_a_skill_that_fails_to_tell_an_answer_loses_the_turn_only(
    make_bot: Callable[..., DialogueManager],
) -> None:
    class Fragile(Scripted):
        def expects(self, turn: Turn, context: Context) -> bool:
            raise ZeroDivisionError

    fragile = Fragile(lambda t, c: Reply("Your name?", requested_slot="name"))
    prices = Scripted(lambda t, c: Reply("Ten euros."))
    bot = make_bot({"fragile": fragile, "prices": prices}, ask="fragile", price="prices")
    say(bot, "ask")

    assert say(bot, "price please") == ["Ten euros.", "Your name?"]


def test_only_who_asked_sees_what_was_asked_for(make_bot: Callable[..., DialogueManager]) -> None:
    seen = []

    def curious(turn: Turn, context: Context) -> Reply:
        seen.append((context.active_skill, context.requested_slot))
        return Reply("Hm.")

    skills = {"asker": Scripted(lambda t, c: Reply("Day?", requested_slot="day"))}
    bot = make_bot({**skills, "curious": Scripted(curious)}, ask="asker", look="curious")
    say(bot, "ask")
    say(bot, "look")

    assert seen == [("asker", None)]


def test_a_pressed_button_teaches_the_learner_of_the_skill_that_offered_it(
    make_bot: Callable[..., DialogueManager],
) -> None:
    button = Button("Prices", "/price", Example("how mcuh", "price"))
    asks_back = Taught(lambda t, c: Reply("Did you mean?", buttons=(button,)))
    bot = make_bot({"fallback": asks_back})
    say(bot, "how mcuh")
    say(bot, "/price")
    say(bot, "/price later, no longer a button of the latest reply but said again")

    waiting = bot.feedback.waiting("intent")
    assert [(lesson.example, lesson.source) for lesson in waiting] == [
        (Example("how mcuh", "price"), "button")
    ]


def test_a_lesson_says_which_version_had_answered_and_not_who_gave_it(store: Store) -> None:
    reply = Reply("Ten euros.", example=Example("how much", "prices"))
    skills = {"prices": Scripted(lambda t, c: reply)}
    bot = DialogueManager(
        understand,
        lambda: skills,
        Policy({"how": "prices"}),
        TrackerStore(store),
        FeedbackStore(store),
        versions=lambda: {"intent": "v0007", "prices": "v0003"},
    )
    say(bot, "how much")
    bot.rate("ana", 5)

    (lesson,) = bot.feedback.waiting("prices")
    user = next(e for e in bot.tracker.events("ana") if e["event"] == "user")
    assert (lesson.version, user["parse_data"]["metadata"]["model_id"]) == ("v0003", "v0007")
    assert lesson.giver == bot.feedback.giver("ana") != bot.feedback.giver("ben")
    assert "ana" not in lesson.giver


def test_what_the_user_has_just_done_teaches_at_once(store: Store) -> None:
    def enrol(turn: Turn, context: Context) -> Reply:
        refused = Example(context.person, "python", 0.0)
        return Reply("Enrolled.", observed=(Example(context.person, "sql"), refused))

    skills = {"courses": Scripted(enrol)}
    bot = DialogueManager(
        understand,
        lambda: skills,
        Policy({"enrol": "courses"}),
        TrackerStore(store),
        FeedbackStore(store),
        versions=lambda: {"courses": "v0003"},
    )
    say(bot, "enrol")

    lessons, person = bot.feedback.waiting("courses"), bot.feedback.pseudonyms.of("ana")
    assert [each.example for each in lessons] == [
        Example(person, "sql"),
        Example(person, "python", 0.0),
    ]
    (said,) = bot.tracker.load("ana").latest_replies
    assert {(each.source, each.event_id, each.version) for each in lessons} == {
        ("observed", said["id"], "v0003")
    }


def test_a_skill_knows_a_person_by_a_pseudonym_that_stays_the_same(
    make_bot: Callable[..., DialogueManager],
) -> None:
    seen = []

    def curious(turn: Turn, context: Context) -> Reply:
        seen.append(context.person)
        return Reply("Hm.")

    bot = make_bot({"curious": Scripted(curious)}, look="curious")
    for sender in ("ana", "ben", "ana"):
        say(bot, "look", sender)

    assert seen[0] == seen[2] != seen[1]
    assert "ana" not in seen[0]


@pytest.mark.parametrize(("rating", "learnt"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 1)], ids=str)
def test_only_good_ratings_teach(
    make_bot: Callable[..., DialogueManager], rating: int, learnt: int
) -> None:
    reply = Reply("Ten euros.", example=Example("how much", "prices"))
    bot = make_bot({"fallback": Scripted(lambda t, c: reply)})
    say(bot, "how much")
    bot.rate("ana", rating)

    assert len(bot.feedback.waiting("fallback")) == learnt


def test_a_second_rating_replaces_the_first(make_bot: Callable[..., DialogueManager]) -> None:
    reply = Reply("Ten euros.", example=Example("how much", "prices"))
    bot = make_bot({"fallback": Scripted(lambda t, c: reply)})
    say(bot, "how much")
    bot.rate("ana", 5)
    bot.rate("ana", 1)

    assert bot.feedback.waiting("fallback") == []


def in_parts(message: Message) -> Turn:
    """Each clause is what `understand` makes of it."""
    parts = [understand(Message(message.sender_id, part)) for part in message.text.split(", ")]
    return Turn(message, parts[-1].ranking, parts=tuple(parts) if len(parts) > 1 else ())


def test_several_intents_are_answered_in_order_and_remembered_as_one_turn(
    bot: DialogueManager,
) -> None:
    bot = replace(bot, understand=in_parts)
    outcome = bot.handle(Message("ana", "price please, book it"))

    assert [reply.text for reply in outcome.replies] == ["Ten euros.", "Which day?"]
    assert (outcome.skill, outcome.turn.intent.name) == ("booking", "book")
    (user,) = [event for event in bot.tracker.events("ana") if event["event"] == "user"]
    assert user["parse_data"]["metadata"]["intents"] == ["price", "book"]
    assert say(bot, "Friday") == ["Booked."]


def test_an_open_question_comes_back_after_several_answers(bot: DialogueManager) -> None:
    skills = {**bot.skills(), "shop": Scripted(lambda turn, context: Reply("Bought."))}
    policy = Policy({**bot.policy.owners, "buy": "shop"})
    bot = replace(bot, understand=in_parts, skills=lambda: skills, policy=policy)
    say(bot, "book")

    assert say(bot, "price please, buy it") == ["Ten euros.", "Bought.", "Which day?"]


def test_of_several_answers_one_may_end_a_question_and_the_waiting_one_comes_last(
    curious: DialogueManager,
) -> None:
    skills = {**curious.skills(), "prices": Scripted(lambda turn, context: Reply("Ten euros."))}
    policy = Policy({**curious.policy.owners, "price": "prices", "easy": "level"})
    bot = replace(curious, understand=in_parts, skills=lambda: skills, policy=policy)
    say(bot, "day")
    say(bot, "level")

    assert say(bot, "easy one, price please") == ["level!", "Ten euros.", "day?"]
    assert say(bot, "Friday") == ["day!"]


def test_after_a_day_an_open_question_takes_only_what_nobody_else_may_mean(
    bot: DialogueManager,
) -> None:
    now = [1_700_000_000.0]
    doubtful = lambda m: Turn(m, (Intent(m.text.split()[0], 0.5),))  # noqa: E731
    bot = replace(bot, understand=doubtful, tracker=TrackerStore(bot.tracker.store, lambda: now[0]))
    say(bot, "book")
    assert say(bot, "price on Friday") == ["Booked."]
    say(bot, "book")
    now[0] += 25 * 3600

    assert say(bot, "price on Friday") == ["Ten euros.", "Which day?"]
    now[0] += 25 * 3600
    assert say(bot, "Friday") == ["Booked."]


@pytest.fixture
def expecting(bot: DialogueManager) -> DialogueManager:
    """It knows an answer to its question, whatever else that may mean."""

    class Expecting(Scripted):
        def expects(self, turn: Turn, context: Context) -> bool:
            return context.requested_slot == "day" and "Friday" in turn.message.text

    skills = {**bot.skills(), "booking": Expecting(booking)}
    return replace(bot, skills=lambda: skills)


def test_an_old_question_still_takes_what_holds_an_answer(expecting: DialogueManager) -> None:
    now = [1_700_000_000.0]
    bot = replace(expecting, tracker=TrackerStore(expecting.tracker.store, lambda: now[0]))
    say(bot, "book")
    now[0] += 25 * 3600

    assert say(bot, "price please") == ["Ten euros.", "Which day?"]
    now[0] += 25 * 3600
    assert say(bot, "price on Friday") == ["Booked."]


def test_a_part_of_a_message_may_answer_what_the_part_before_it_was_asked(
    expecting: DialogueManager,
) -> None:
    bot = replace(expecting, understand=in_parts)

    assert say(bot, "book it, price on Friday") == ["Which day?", "Booked."]
    assert say(bot, "price on Friday") == ["Ten euros."]


def handed_over(turn: Turn, context: Context) -> Reply:
    return Reply("Ana will write to you.", handed_over=True)


@pytest.fixture
def pausing(make_bot: Callable[..., DialogueManager]) -> DialogueManager:
    skills = {"desk": Scripted(handed_over), "fallback": Scripted(lambda t, c: Reply("Pardon?"))}
    return replace(make_bot(skills, human="desk"), pauses=True)


def test_a_bot_that_pauses_says_so_and_is_silent_until_it_is_called(
    pausing: DialogueManager,
) -> None:
    assert say(pausing, "human") == ["Ana will write to you.", SILENT.text]
    assert say(pausing, "hello?") == []
    assert say(pausing, "/resume") == [BACK.text]
    assert say(pausing, "hello?") == ["Pardon?"]
    kinds = [event["event"] for event in pausing.tracker.events("ana")]
    assert (kinds.count("pause"), kinds.count("resume"), kinds.count("user")) == (1, 1, 4)


def test_a_bot_that_does_not_pause_goes_on(pausing: DialogueManager) -> None:
    bot = replace(pausing, pauses=False)

    assert say(bot, "human") == ["Ana will write to you."]
    assert say(bot, "hello?") == ["Pardon?"]


def test_there_is_nothing_to_rate_before_the_first_reply(bot: DialogueManager) -> None:
    assert bot.rate("nobody", 5) == "There is no reply to rate yet."


def test_a_new_conversation_remembers_nothing(bot: DialogueManager) -> None:
    say(bot, "book")
    bot.restart("ana")

    assert say(bot, "Friday") == ["Pardon?"]


def test_turns_of_one_sender_are_ordered_and_senders_run_side_by_side(
    make_bot: Callable[..., DialogueManager],
) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(turn: Turn, context: Context) -> Reply:
        if turn.message.text == "wait":
            entered.set()
            assert release.wait(10)
        return Reply(f"{turn.message.text} after {len(context.history)}")

    bot = make_bot({"fallback": Scripted(slow)})
    first = threading.Thread(target=say, args=(bot, "wait"))
    first.start()
    assert entered.wait(10)
    said: list[str] = []
    second = threading.Thread(target=lambda: said.extend(say(bot, "next")))
    second.start()

    assert say(bot, "hello", sender_id="ben") == ["hello after 0"]
    assert said == []
    release.set()
    first.join()
    second.join()
    assert said == ["next after 1"]
