"""Skills as Rasa custom actions, called as Rasa calls them."""

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import rasa_sdk
from rasa_sdk.interfaces import ActionExecutionRejection

from bot import Button, Context, Example, Intent, Message, Reply, Skill, Turn
from bot.actions import LOOPBACK, SkillAction, actions_app, executor_of
from bot.answerer import APOLOGY
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.policy import Policy
from bot.tracker import TrackerStore

Event = dict[str, Any]


class Weather(Skill[None]):
    """Asks for a city where there is none, and answers where there is one."""

    def run(self, turn: Turn, context: Context) -> Reply | None:
        if turn.intent.name == "goodbye":
            return None
        if turn.intent.name == "crash":
            raise ValueError(turn.message.text)
        said = turn.message.text if context.requested_slot == "city" else None
        city = turn.entity("city") or said or context.slots.get("city")
        if city is None:
            lima = Button("Lima", '/ask_weather{"city": "Lima"}')
            return Reply("For which city?", (lima,), requested_slot="city")
        seen = Example(context.person, city)
        return Reply(f"Sunny in {city}.", slots={"city": city}, observed=(seen,))


def understood(message: Message) -> Turn:
    return Turn(message, (Intent("understood_by_us", 1.0),))


@pytest.fixture
def bot() -> DialogueManager:
    store = Store.in_memory()
    skills = {"weather": Weather(None, Path("none"))}
    return DialogueManager(
        understood, lambda: skills, Policy({}), TrackerStore(store), FeedbackStore(store)
    )


@pytest.fixture
def call(bot: DialogueManager) -> Callable[..., tuple[list[Event], list[Event]]]:
    """Call the action as rasa-sdk's server does; give its events and responses."""
    executor = executor_of([SkillAction("weather", bot, {"ask_weather": "weather"})])

    def call(
        parsed: Mapping[str, Any], before: list[Event] | None = None, **slots: Any
    ) -> tuple[list[Event], list[Event]]:
        result = asyncio.run(executor.run(request("action_weather", parsed, before, slots)))
        assert result is not None
        return result.events, result.responses

    return call


def request(
    action: str,
    parsed: Mapping[str, Any],
    before: list[Event] | None = None,
    slots: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    user = {"event": "user", "text": parsed.get("text"), "parse_data": parsed}
    events = [*(before or []), {"event": "action", "name": "action_listen"}, user]
    tracker = {
        "sender_id": "ana",
        "slots": dict(slots or {}),
        "latest_message": parsed,
        "events": events,
    }
    about = {"domain": {"slots": {}}, "version": rasa_sdk.__version__}
    return {"next_action": action, "sender_id": "ana", "tracker": tracker, **about}


def parsed(text: str, intent: str = "ask_weather", **entities: str) -> dict[str, Any]:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": [{"name": intent, "confidence": 0.9}],
        "entities": found,
    }


Call = Callable[..., tuple[list[Event], list[Event]]]


def test_a_skill_answers_what_rasa_understood(call: Call) -> None:
    events, (said,) = call(parsed("weather in Lima", city="Lima"))

    assert said["text"] == "Sunny in Lima."
    assert [(event["name"], event["value"]) for event in events] == [("city", "Lima")]


def test_slots_of_rasa_are_seen_by_the_skill(call: Call) -> None:
    _, (said,) = call(parsed("weather"), city="Oslo", requested_slot=None)

    assert said["text"] == "Sunny in Oslo."


def test_a_question_is_answered_by_the_next_message(call: Call) -> None:
    events, (asked,) = call(parsed("weather"))
    assert [(event["name"], event["value"]) for event in events] == [("requested_slot", "city")]
    assert asked["buttons"] == [{"title": "Lima", "payload": '/ask_weather{"city": "Lima"}'}]

    uttered = {"event": "bot", "text": asked["text"], "metadata": asked}
    before = [{"event": "user", "text": "weather"}, uttered]
    events, (said,) = call(parsed("Oslo", "inform"), before, requested_slot="city")

    assert said["text"] == "Sunny in Oslo."
    assert {event["name"]: event["value"] for event in events} == {
        "city": "Oslo",
        "requested_slot": None,
    }


def test_what_the_user_did_teaches(call: Call, bot: DialogueManager) -> None:
    call(parsed("weather in Lima", city="Lima"))

    (lesson,) = bot.feedback.waiting("weather")
    assert lesson.example == Example(bot.feedback.pseudonyms.of("ana"), "Lima")


def test_an_intent_that_rasa_calls_otherwise_is_understood_anew(call: Call) -> None:
    _, (said,) = call(parsed("weather", "anything", city="Lima"))

    assert said["text"] == "For which city?"


def test_what_is_not_the_skills_is_rejected(bot: DialogueManager) -> None:
    executor = executor_of([SkillAction("weather", bot, {"goodbye": "weather"})])

    with pytest.raises(ActionExecutionRejection):
        asyncio.run(executor.run(request("action_weather", parsed("bye", "goodbye"))))


def test_a_skill_that_fails_apologises(bot: DialogueManager) -> None:
    executor = executor_of([SkillAction("weather", bot, {"crash": "weather"})])

    result = asyncio.run(executor.run(request("action_weather", parsed("boom", "crash"))))

    assert result is not None
    assert result.responses[0]["text"] == APOLOGY.text


def test_the_server_answers_on_loopback_as_rasa_expects(bot: DialogueManager) -> None:
    answers = asyncio.run(_served(bot))

    assert answers["actions"] == (200, [{"name": "action_weather"}])
    status, body = answers["webhook"]
    assert status == 200
    assert body["responses"][0]["text"] == "Sunny in Lima."
    assert answers["rejected"] == (400, "action_weather")
    assert answers["unknown"] == (404, "action_none")


async def _served(bot: DialogueManager) -> dict[str, Any]:
    app = actions_app(bot, {"ask_weather": "weather", "goodbye": "weather"})
    door = socket.create_server((LOOPBACK, 0))
    port = door.getsockname()[1]
    server: Any = await app.create_server(sock=door, return_asyncio_server=True)
    await server.startup()
    await server.start_serving()
    try:
        lima = request("action_weather", parsed("weather in Lima", city="Lima"))
        bye = request("action_weather", parsed("bye", "goodbye"))
        unknown = await _asked(port, "webhook", request("action_none", parsed("hi")))
        rejected = await _asked(port, "webhook", bye)
        return {
            "actions": await _asked(port, "actions"),
            "webhook": await _asked(port, "webhook", lima),
            "rejected": (rejected[0], rejected[1]["action_name"]),
            "unknown": (unknown[0], unknown[1]["action_name"]),
        }
    finally:
        await server.close()


async def _asked(port: int, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
    def ask() -> tuple[int, Any]:
        data = json.dumps(body).encode() if body else None
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/{path}", data) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return await asyncio.to_thread(ask)
