"""The service as a process: Rasa's REST channel, tokens, limits, metrics, a graceful end."""

import http.client
import json
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import Settings
from bot.database import Store, open_store
from bot.errors import SettingsError
from bot.events import listen_event
from bot.service.checks import state_of, weaknesses
from bot.service.guards import Allowance, allowed_origin, is_right, needs_token, token_in
from bot.service.logs import JsonLines
from bot.service.options import Credentials, check_exposure, credentials_from, options_from
from bot.tracker import OvertakenError, TrackerStore
from bot.types import Message
from training.light_bot import load_light
from training.service_process import ServiceProcess

TOKEN = "rest-token-of-the-tests"  # noqa: S105 - of nothing real
LIMIT = 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    options = {"requests_a_minute": LIMIT, "picture_mb": 2.0, "cors": ["https://shop.example"]}
    found = ServiceProcess(
        tmp_path_factory.mktemp("service"), options, {"NOCTURNE_REST_TOKEN": TOKEN}
    )
    found.start()
    yield found
    found.stop()


Answer = tuple[int, Any, dict[str, str]]


def ask(
    service: ServiceProcess,
    method: str,
    path: str,
    body: Any = None,
    token: str = TOKEN,
    **headers: str,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, content, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    found = {name.lower(): value for name, value in answer.getheaders()}
    is_json = found.get("content-type", "").startswith("application/json")
    return answer.status, json.loads(text) if is_json else text, found


def say(service: ServiceProcess, sender: str, text: str) -> Answer:
    body = {"sender": sender, "message": text}
    return ask(service, "POST", "/webhooks/rest/webhook", body)


def test_a_message_is_answered_in_rasas_shape(service: ServiceProcess) -> None:
    status, replies, _ = say(service, "ana", "buttons")

    assert status == 200
    buttons = [{"title": "Again", "payload": "again"}, {"title": "Enough", "payload": "enough"}]
    assert replies == [{"recipient_id": "ana", "text": "1: buttons", "buttons": buttons}]


def test_a_stream_gives_one_object_a_line(service: ServiceProcess) -> None:
    body = {"sender": "stream", "message": "hi"}
    _, text, _ = ask(service, "POST", "/webhooks/rest/webhook?stream=true", body)

    assert json.loads(text) == {"recipient_id": "stream", "text": "1: hi"}


def test_messages_of_one_sender_at_once_lose_nothing(service: ServiceProcess) -> None:
    threads = [threading.Thread(target=say, args=(service, "many", "x")) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    _, tracker, _ = ask(service, "GET", "/conversations/many/tracker")
    assert tracker["slots"] == {"count": 10}
    assert sum(event["event"] == "user" for event in tracker["events"]) == 10


def test_the_tracker_of_a_conversation_has_its_state(service: ServiceProcess) -> None:
    say(service, "b/en", "hi")
    _, tracker, _ = ask(service, "GET", "/conversations/b%2Fen/tracker?include_events=ALL")

    assert tracker["sender_id"] == "b/en"
    assert tracker["latest_message"]["text"] == "hi"
    assert tracker["latest_input_channel"] == "rest"
    assert tracker["events"][0]["event"] == "session_started"
    _, tracker, _ = ask(service, "GET", "/conversations/b%2Fen/tracker?include_events=NONE")
    assert tracker["events"] is None


def test_what_was_understood_is_told(service: ServiceProcess) -> None:
    _, parsed, _ = ask(service, "POST", "/model/parse", {"text": "hi"})

    assert parsed["intent"] == {"name": "say", "confidence": 1.0}
    assert parsed["intent_ranking"] == [parsed["intent"]]


def test_status_and_version_are_told(service: ServiceProcess) -> None:
    assert ask(service, "GET", "/status")[1]["num_active_training_jobs"] == 0
    assert set(ask(service, "GET", "/version")[1]) == {"version", "minimum_compatible_version"}


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "red").save(buffer, "PNG")
    return buffer.getvalue()


def form(sender: str, *files: bytes) -> tuple[bytes, dict[str, str]]:
    parts = [b'name="sender"\r\n\r\n' + sender.encode(), b'name="message"\r\n\r\nlook']
    for content in files:
        head = b'name="picture"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        parts.append(head + content)
    lines = [b"--xyz\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts]
    return b"".join(lines) + b"--xyz--\r\n", {"Content-Type": "multipart/form-data; boundary=xyz"}


def test_a_picture_is_taken_and_sent_back_by_a_signed_address(service: ServiceProcess) -> None:
    body, headers = form("painter", picture())
    _, (said, shown), _ = ask(service, "POST", "/webhooks/rest/webhook", body, **headers)

    assert said["text"] == "1: look"
    path = shown["image"].removeprefix(f"http://127.0.0.1:{service.port}")
    status, content, _ = ask(service, "GET", path, token="")
    assert (status, content[:2]) == (200, b"\xff\xd8")
    assert ask(service, "GET", path[:-1] + "x", token="")[0] == 404
    assert ask(service, "GET", "/pictures/..%2Fnocturne.db?signature=x", token="")[0] == 404


def test_what_is_no_picture_is_said_kindly(service: ServiceProcess) -> None:
    body, headers = form("joker", b"%PDF-1.4")
    _, (said,), _ = ask(service, "POST", "/webhooks/rest/webhook", body, **headers)

    assert "PDF" in said["text"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 400),
        ([], 400),
        ({"sender": "x"}, 400),
        ({"sender": "x\n", "message": "x"}, 400),
        ({"sender": ["x"], "message": "x"}, 400),
        (b" " * 1_100_000, 413),
        (b" " * 2_100_000, 413),
    ],
)
def test_a_bad_request_gets_an_error_in_rasas_shape(
    service: ServiceProcess, body: Any, status: int
) -> None:
    found, answer, _ = ask(service, "POST", "/webhooks/rest/webhook", body)

    assert found == status
    assert (answer["status"], answer["code"]) == ("failure", status)


def test_who_sends_too_much_has_to_wait(service: ServiceProcess) -> None:
    answers = [say(service, "flood", "x") for _ in range(LIMIT + 20)]

    refused = [headers for status, _, headers in answers if status == 429]
    assert refused
    assert 0 < int(refused[0]["retry-after"]) <= 60
    assert say(service, "another", "x")[0] == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1]])
def test_without_the_token_nobody_gets_in(service: ServiceProcess, token: str) -> None:
    for path in ("/status", "/version", "/metrics", "/openapi.json", "/conversations/a/tracker"):
        assert ask(service, "GET", path, token=token)[0] == 401
    assert ask(service, "POST", "/webhooks/rest/webhook", {}, token=token)[0] == 401


def test_the_token_may_stand_in_the_address_and_health_needs_none(service: ServiceProcess) -> None:
    assert ask(service, "GET", f"/status?token={TOKEN}", token="")[0] == 200
    assert ask(service, "GET", "/health", token="")[0] == 200
    assert ask(service, "GET", "/ready", token="")[0] == 200


def test_only_pages_that_are_named_may_use_the_channel(service: ServiceProcess) -> None:
    path = "/webhooks/rest/webhook"
    mine = ask(service, "OPTIONS", path, token="", Origin="https://shop.example")
    other = ask(service, "OPTIONS", path, token="", Origin="https://evil.example")

    assert mine[2]["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in other[2]


def test_figures_are_told(service: ServiceProcess) -> None:
    say(service, "counted", "x")
    figures = ask(service, "GET", "/metrics")[1].decode()

    assert re.search(r'nocturne_turns_total\{channel="rest",skill="echo"\} [1-9]', figures)
    assert 'nocturne_stage_seconds_count{stage="understand"}' in figures
    assert 'nocturne_queue{queue="inbox"} 0' in figures


def test_the_log_is_json_with_the_turn_and_without_the_token(service: ServiceProcess) -> None:
    ask(service, "GET", f"/status?token={TOKEN}")
    say(service, "logged", "secret words")
    lines = [json.loads(line) for line in service.log.splitlines()]

    turns = [line["turn"] for line in lines if line.get("stage")]
    assert turns.count(turns[-1]) == 3
    assert TOKEN not in service.log
    assert "secret words" not in service.log


def test_slow_clients_keep_nobody_out(service: ServiceProcess) -> None:
    slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST /webhooks/rest/webhook HTTP/1.1\r\nContent-Le")

    assert say(service, "quick", "x")[0] == 200
    for connection in slow:
        connection.close()


def test_a_service_ends_in_order_and_keeps_others_from_its_home(tmp_path: Path) -> None:
    first, second = ServiceProcess(tmp_path), ServiceProcess(tmp_path)
    first.start()
    with pytest.raises(RuntimeError, match="Another service uses"):
        second.start()
    second.stop()

    assert first.stop() == 0


def test_a_turn_that_began_is_answered_though_the_service_ends(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path)
    service.start()
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(say(service, "ana", "slowly")))
    thread.start()
    while "understand" not in service.log:
        thread.join(0.02)
    assert service.stop() == 0
    thread.join()

    assert answers[0][1] == [{"recipient_id": "ana", "text": "1: slowly"}]
    assert "Traceback" not in service.log


def test_several_processes_share_a_port_and_a_conversation(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path, {"workers": 2, "requests_a_minute": 1000})
    service.start()
    threads = [threading.Thread(target=say, args=(service, "many", "x")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _, tracker, _ = ask(service, "GET", "/conversations/many/tracker")
    figures = ask(service, "GET", "/metrics")[1].decode()
    service.stop()

    assert tracker["slots"] == {"count": 20}
    assert 'nocturne_turns_total{channel="rest",skill="echo"} 20.0' in figures


def test_processes_end_when_the_first_of_them_is_killed(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path, {"workers": 2})
    service.start()
    os.kill(service.pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while service.status("/health") and time.monotonic() < until:
        time.sleep(0.1)

    assert service.status("/health") == 0
    service.kill()


def test_a_process_that_is_killed_is_replaced(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path, {"workers": 2})
    service.start()
    lines = [json.loads(line) for line in service.log.splitlines()]
    workers = {line["process"] for line in lines} - {service.pid}
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    service.wait_until_ready()

    assert say(service, "ana", "hi")[1] == [{"recipient_id": "ana", "text": "1: hi"}]
    assert service.stop() == 0


def test_a_public_address_needs_a_token() -> None:
    options = options_from({"host": "192.0.2.1"})

    with pytest.raises(SettingsError, match="NOCTURNE_REST_TOKEN"):
        check_exposure(options, Credentials())
    check_exposure(options, Credentials(rest_token="x"))
    check_exposure(options_from({}), Credentials())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"prot": 1}, "Unknown setting 'prot'"),
        ({"port": "x"}, "should be a number"),
        ({"workers": 0}, "should be a number"),
        ({"cors": "x"}, "should be a list"),
        ({"host": 1}, "should be a text"),
    ],
)
def test_a_wrong_setting_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        options_from(values)


def test_the_secrets_of_a_page_come_together_and_are_never_shown() -> None:
    with pytest.raises(SettingsError, match="NOCTURNE_MESSENGER_SECRET"):
        credentials_from({"NOCTURNE_MESSENGER_TOKEN": "hidden"})
    assert "hidden" not in repr(Credentials(messenger_token="hidden", rest_token="hidden"))


def test_secrets_are_blotted_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        logging.getLogger("x").info("sent to https://x/?token=%s", "hidden")

    line = JsonLines(["hidden", ""]).format(caplog.records[0])
    assert json.loads(line)["message"] == "sent to https://x/?token=[secret]"


def test_guards_decide_by_path_and_token() -> None:
    assert needs_token("/model/parse", "POST")
    assert not needs_token("/webhooks/messenger/webhook", "POST")
    assert not needs_token("/webhooks/rest/webhook", "OPTIONS")
    assert token_in({"authorization": "Bearer a"}, {"token": "b"}) == "a"
    assert token_in({}, {"token": "b"}) == "b"
    assert is_right("", "")
    assert not is_right("é", "e")
    assert allowed_origin("https://x", ("*",)) == "https://x"


def test_an_allowance_begins_anew_each_minute() -> None:
    now = [60.0]
    allowance = Allowance(2, lambda: now[0])

    assert [allowance.wait("ana") for _ in range(3)] == [0, 0, 60]
    assert allowance.wait("ben") == 0
    now[0] = 121.0
    assert allowance.wait("ana") == 0


def test_a_turn_that_was_overtaken_begins_anew(tmp_path: Path) -> None:
    store = open_store(tmp_path / "bot.db")
    bot, other = load_light(Settings(home=tmp_path), store), load_light(Settings(), store)
    overtaken: list[int] = []

    def overtake(message: Message) -> Any:
        turn = other.understand(message)
        if not overtaken:
            overtaken.append(1)
            other.handle(Message("ana", "first"))
        return turn

    object.__setattr__(bot, "understand", overtake)
    outcome = bot.handle(Message("ana", "second"))

    assert outcome.replies[0].text == "2: second"
    assert [said for said, _ in bot.tracker.load("ana").history] == ["first", "second"]


def test_a_log_that_has_gone_on_is_left_alone() -> None:
    tracker = TrackerStore(Store.in_memory())
    tracker.append("ana", [listen_event()])
    seen = tracker.load("ana").position
    tracker.append("ana", [listen_event()], since=seen)

    with pytest.raises(OvertakenError):
        tracker.append("ana", [listen_event()], since=seen)


def test_what_keep_raises_undoes_the_turn(tmp_path: Path) -> None:
    bot = load_light(Settings(home=tmp_path), Store.in_memory())

    def refuse(_: object) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        bot.handle(Message("ana", "x"), refuse)
    assert bot.tracker.events("ana") == []


def test_the_doctor_sees_what_is_weak() -> None:
    page = dict.fromkeys(("messenger_token", "messenger_secret", "messenger_verify"), "x" * 20)
    strong, weak = Credentials(rest_token="y" * 20, **page), Credentials(rest_token="short")
    options = options_from({})
    plain = options_from({"messenger_url": "http://x"})

    assert list(weaknesses(options, strong)) == []
    assert [name for name, _ in weaknesses(options, weak)] == ["rest token"]
    assert [name for name, _ in weaknesses(plain, strong)] == ["messenger_url"]


def test_the_doctor_asks_the_service_how_it_is(service: ServiceProcess) -> None:
    assert state_of(options_from({"port": service.port})) == "ready"
    assert state_of(options_from({"port": 1})) == "not running"
