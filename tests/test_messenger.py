"""Messenger's protocol: signatures, verification, and every kind of event."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.messenger import (
    Echo,
    Ignored,
    challenge_in,
    delivery_in,
    events_in,
    is_signed,
    metadata,
)
from bot.channels.messenger_client import backoff, judged
from bot.channels.messenger_replies import LONGEST_TEXT, messages_of
from bot.channels.plain_text import parts, plain_text
from bot.service.inbox import Delivered
from bot.types import Button, Intent, Message, Outcome, Reply, Turn
from training.messenger_events import delivery, said, signature

NOW = 1_800_000_000.0
VERIFICATION = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "42"}


def events(*found: dict[str, Any], where: str = "messaging") -> list[Any]:
    entry = {"id": "page", where: list(found)}
    return list(events_in({"object": "page", "entry": [entry]}, NOW))


def test_only_the_signature_of_the_raw_body_is_right() -> None:
    body = b'{"object": "page"}'

    assert is_signed(body, signature(body, "secret"), "secret")
    assert not is_signed(body + b" ", signature(body, "secret"), "secret")
    assert not is_signed(body, signature(body, "another"), "secret")
    assert not is_signed(body, "", "secret")
    assert not is_signed(body, "sha256=é", "secret")


def test_the_caller_does_not_choose_the_hash() -> None:
    right = signature(b"{}", "secret")

    assert not is_signed(b"{}", right.replace("sha256", "sha1"), "secret")
    assert not is_signed(b"{}", "md5=99914b932bd37a50b983c5e7c90ae93b", "secret")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({}, "42"),
        ({"hub.mode": "unsubscribe"}, None),
        ({"hub.verify_token": "wort"}, None),
        ({"hub.verify_token": ""}, None),
    ],
    ids=["right", "mode", "word", "no word"],
)
def test_the_webhook_is_verified(change: dict[str, str], answer: str | None) -> None:
    assert challenge_in({**VERIFICATION, **change}, "word") == answer


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"object": "user"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_delivery_is_none(body: bytes) -> None:
    assert delivery_in(body) is None


def test_every_event_of_every_entry_is_given_in_order() -> None:
    entries = [{"messaging": [said("a", "1", "x"), said("b", "2", "y")]}, {"messaging": []}]
    entries.append({"messaging": [said("a", "3", "z")]})
    found: list[Any] = list(events_in({"object": "page", "entry": entries}, NOW))

    assert [(each.sender_id, each.key) for each in found] == [("a", "1"), ("b", "2"), ("a", "3")]


def test_a_message_has_its_text_and_all_its_attachments() -> None:
    files = [{"type": "image", "payload": {"url": f"https://x/{n}"}} for n in range(2)]
    (found,) = events(said("a", "1", "look", attachments=files))

    assert found.data["text"] == "look"
    assert [each["url"] for each in found.data["attachments"]] == ["https://x/0", "https://x/1"]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "Yes", "quick_reply": {"payload": "/affirm"}}, "/affirm"),
        ({"text": "Yes", "quick_reply": {}}, "Yes"),
        ({"text": 7}, ""),
    ],
)
def test_a_pressed_quick_reply_sends_its_payload(message: dict[str, Any], text: str) -> None:
    (found,) = events({"sender": {"id": "a"}, "message": {"mid": "1", **message}})

    assert found.data["text"] == text


def test_a_postback_sends_its_payload() -> None:
    (found,) = events({"sender": {"id": "a"}, "postback": {"title": "Go", "payload": "/go"}})

    assert found.data["text"] == "/go"
    assert found.key.startswith("sha256:")


KINDS = ["delivery", "read", "reaction", "referral", "optin", "account_linking", "message_edit"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_needs_no_answer_is_ignored_by_its_kind(kind: str) -> None:
    assert events({"sender": {"id": "a"}, kind: {}}) == [Ignored(kind)]


def test_what_another_app_sees_or_the_page_changes_is_ignored() -> None:
    assert events(said("a", "1", "x"), where="standby") == [Ignored("standby")]
    assert events({"field": "feed"}, where="changes") == [Ignored("changes")]
    assert events({"sender": {"id": "a"}, "news": {}}) == [Ignored("unknown")]


def test_an_echo_of_ours_is_known_again_and_others_are_not() -> None:
    def echo(sign: Any) -> dict[str, Any]:
        return said("page", "1", "x", is_echo=True, metadata=sign)

    found = events(*(echo(sign) for sign in (metadata(7), "theirs", None, "nocturne-x")))

    assert found == [Echo(7), Ignored("echo"), Ignored("echo"), Ignored("echo")]


@pytest.mark.parametrize(
    "event",
    [{}, {"message": {"text": "x"}}, said("", "1", "x"), said("a\x00", "1", "x"), {"sender": 3}],
)
def test_an_event_that_nobody_sent_is_ignored_by_itself(event: dict[str, Any]) -> None:
    (first, second) = events(event, said("a", "2", "y"))

    assert isinstance(first, Ignored)
    assert second.key == "2"


@pytest.mark.parametrize("stamp", [None, "soon", -1, True, 10**400, float("nan"), NOW * 1000 + 9])
def test_a_time_that_cannot_be_is_now(stamp: object) -> None:
    (found,) = events({**said("a", "1", "x"), "timestamp": stamp})

    assert found.sent == NOW


def test_half_a_character_can_be_kept() -> None:
    found = list(events_in(json.loads(delivery(said("a", "1", "\ud83d"))), NOW))

    assert isinstance(found[0], Delivered)
    assert json.loads(json.dumps(found[0].data)) == found[0].data


def sent(*replies: Reply) -> list[dict[str, Any]]:
    turn = Turn(Message("a"), (Intent("x", 1.0),))
    return [each["message"] for each in messages_of(Outcome(turn, "x", replies))]


def test_a_long_text_is_cut_at_the_ends_of_sentences() -> None:
    found = [each["text"] for each in sent(Reply("This is a sentence. " * 250))]

    assert len(found) == 3
    assert all(len(text) <= LONGEST_TEXT and text.endswith("sentence.") for text in found)
    assert " ".join(found) == ("This is a sentence. " * 250).strip()


@pytest.mark.parametrize("text", ["x" * 4100, "語" * 4100, "👍" * 2100, "a\u0301" * 2100])
def test_a_text_without_blanks_is_cut_and_nothing_is_lost(text: str) -> None:
    found = parts(text, 2000)

    assert "".join(found) == text
    assert all(len(part.encode("utf-16-le")) <= 4000 for part in found)


def test_markdown_is_written_plainly() -> None:
    text = "**Two** ways, see [here](https://x.y):\n\n1. one\n2. two\n\nGood *luck*."

    assert plain_text(text) == "Two ways, see here (https://x.y):\n\n1. one\n2. two\n\nGood luck."


def test_few_short_buttons_are_quick_replies_below_the_last_text() -> None:
    buttons = tuple(Button(f"No. {n}", f"/n{n}") for n in range(13))
    *_, last = sent(Reply("word " * 500, buttons))

    assert [each["title"] for each in last["quick_replies"]] == [each.title for each in buttons]


def test_buttons_without_a_text_get_one() -> None:
    assert sent(Reply("", (Button("Yes", "/yes"),)))[0]["text"] == "Please choose:"


def test_long_or_many_buttons_are_cards_ten_a_message() -> None:
    buttons = tuple(Button(f"A course with a long title {n}", f"/take{n}") for n in range(12))
    text, *cards = sent(Reply("Courses:", buttons))

    assert text == {"text": "Courses:"}
    elements = [each["attachment"]["payload"]["elements"] for each in cards]
    assert [len(each) for each in elements] == [10, 2]
    assert elements[0][0]["buttons"][0]["payload"] == "/take0"


def test_a_picture_is_uploaded_and_an_empty_reply_sends_nothing() -> None:
    turn = Turn(Message("a"), (Intent("x", 1.0),))
    outcome = Outcome(turn, "x", (Reply("", images=(Path("/p.jpg"),)), Reply("")))

    assert [each.get("file") for each in messages_of(outcome)] == ["/p.jpg"]


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (200, {}, "sent"),
        (500, {"code": 1}, "later"),
        (503, {}, "later"),
        (429, {}, "later"),
        (400, {"code": 613}, "later"),
        (400, {"code": 100, "is_transient": True}, "later"),
        (400, {"code": 190}, "later"),
        (400, {"code": 100}, "refused"),
        (403, {"code": 10}, "refused"),
        (404, {}, "refused"),
    ],
)
def test_answers_of_the_platform_are_judged(status: int, error: Any, kind: str) -> None:
    assert judged(status, {}, json.dumps({"error": error}).encode(), 1, 0.5).kind == kind


def test_what_the_platform_asks_for_is_waited_for_at_least() -> None:
    assert judged(429, {"retry-after": "30"}, b"", 1, 0.0).seconds == 30
    assert judged(429, {"retry-after": "soon"}, b"nonsense", 3, 1.0).seconds == backoff(3, 1.0)


def test_waits_grow_and_are_spread_by_luck() -> None:
    assert [backoff(number, 1.0) for number in (1, 2, 3)] == [1, 2, 4]
    assert backoff(3, 0.0) == 2
    assert backoff(99, 1.0) == 600
