"""The service behind Messenger, as a process, against a fake of the platform."""

import http.client
import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.benchmark_messenger import Faults, bench_faults
from training.messenger_delivery import PATH, Courier, EchoThreads
from training.messenger_events import (
    SECRET,
    TOKEN,
    WORD,
    delivery,
    echo_of,
    environment,
    said,
    signature,
)
from training.messenger_platform import Platform
from training.service_process import ServiceProcess

SECONDS = 60.0


@dataclass
class Setting:
    """A service, the platform that it speaks to, and who delivers."""

    service: ServiceProcess
    platform: Platform
    courier: Courier

    def deliver(self, body: bytes) -> None:
        assert self.courier.deliver(body, time.monotonic() + SECONDS)

    def replies(self, recipient_id: str, count: int) -> list[str]:
        """Wait for so many replies to somebody."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = [t.text for t in list(self.platform.taken) if t.recipient_id == recipient_id]
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{recipient_id} got no reply: {self.service.log[-2000:]}")


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    platform = Platform()
    options = {"messenger_url": platform.url}
    service = ServiceProcess(tmp_path_factory.mktemp("messenger"), options, environment())
    service.start()
    echoes = EchoThreads(platform, service.port, time.monotonic() + 600)
    echoes.start()
    courier = Courier(service.port)
    yield Setting(service, platform, courier)
    courier.close()
    echoes.stop()
    service.stop()
    platform.close()


def test_the_webhook_is_verified(setting: Setting) -> None:
    right = f"{PATH}?hub.mode=subscribe&hub.verify_token={WORD}&hub.challenge=42"

    assert setting.service.status(right) == 200
    assert setting.service.status(right.replace(WORD, "guess")) == 403
    assert setting.service.status(PATH) == 403


def test_every_message_of_a_delivery_is_answered_in_order(setting: Setting) -> None:
    events = [said("ana", f"ana.{n}", f"text {n}") for n in range(5)]
    setting.deliver(delivery(*events, said("ben", "ben.0", "hello")))

    assert setting.replies("ana", 5) == [f"{n + 1}: text {n}" for n in range(5)]
    assert setting.replies("ben", 1) == ["1: hello"]
    assert setting.platform.refused == []


def test_a_message_that_comes_again_is_answered_once(setting: Setting) -> None:
    body = delivery(said("cleo", "cleo.0", "once"))
    for _ in range(3):
        setting.deliver(body)
    setting.deliver(delivery(said("cleo", "cleo.1", "then")))

    assert setting.replies("cleo", 2) == ["1: once", "2: then"]


def test_a_private_address_is_refused_and_said_kindly(setting: Setting) -> None:
    files = [
        {"type": "image", "payload": {"url": "http://169.254.169.254/latest/meta-data"}},
        {"type": "audio", "payload": {"url": "https://cdn.fbsbx.com/x"}},
    ]
    setting.deliver(delivery(said("dora", "dora.0", "look", attachments=files)))

    (reply,) = setting.replies("dora", 1)
    assert "where they were uploaded" in reply
    assert "can't listen" in reply


def test_buttons_come_as_quick_replies(setting: Setting) -> None:
    setting.deliver(delivery(said("eve", "eve.0", "buttons")))
    setting.replies("eve", 1)

    (taken,) = [each for each in setting.platform.taken if each.recipient_id == "eve"]
    assert [each["payload"] for each in taken.message["quick_replies"]] == ["again", "enough"]


def test_nothing_that_is_not_signed_is_processed(setting: Setting) -> None:
    body = delivery(said("mallory", "mallory.0", "let me in"))
    chance = random.Random(0)
    wrong = [signature(body, chance.randbytes(8).hex()) for _ in range(97)]
    statuses = {setting.courier.post(body, sign) for sign in [*wrong, "", "sha256=", "sha1=x"]}
    statuses |= {setting.courier.post(body + b" ", signature(body))}
    setting.deliver(delivery(said("fred", "fred.0", "still there?")))

    assert statuses == {403}
    assert setting.replies("fred", 1) == ["1: still there?"]
    assert all(each.recipient_id != "mallory" for each in setting.platform.taken)


def mutated(chance: random.Random, body: bytes) -> bytes:
    """A delivery with something wrong in it."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randint(1, 20)]
            case _:
                changed[place:place] = chance.choice([b"null", b"[]", b"{}", b"-1e999", b'"'])
    return bytes(changed)


def test_malformed_deliveries_crash_nothing(setting: Setting) -> None:
    chance = random.Random(0)
    attachments = [{"type": "image", "payload": {"url": "https://x.fbcdn.net/a"}}]
    event = said("gus", "gus.0", "x", attachments=attachments, quick_reply={"payload": "/p"})
    body = delivery(event, {"sender": {"id": "gus"}, "postback": {"payload": "/p", "mid": "m"}})
    statuses = {setting.courier.post(mutated(chance, body)) for _ in range(1000)}
    oversized = setting.courier.post(b" " * 1_100_000)
    setting.deliver(delivery(said("hal", "hal.0", "still there?")))

    assert statuses <= {200, 404}
    assert oversized == 413
    assert setting.replies("hal", 1) == ["1: still there?"]


def test_slow_deliveries_keep_nobody_out(setting: Setting) -> None:
    slow = [socket.create_connection(("127.0.0.1", setting.service.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\nContent-Length: 99\r\n\r\n{{".encode())
    setting.deliver(delivery(said("ida", "ida.0", "quick")))

    assert setting.replies("ida", 1) == ["1: quick"]
    for connection in slow:
        connection.close()


def test_no_secret_and_no_word_of_users_is_in_the_log(setting: Setting) -> None:
    assert setting.service.log
    for secret in (SECRET, TOKEN, WORD, "still there?"):
        assert secret not in setting.service.log


def started(home: Path, platform: Platform) -> ServiceProcess:
    options = {"messenger_url": platform.url, "messenger_patience": 3.0}
    service = ServiceProcess(home, options, environment())
    service.start()
    return service


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(is_true: Callable[[], bool]) -> None:
        until = time.monotonic() + SECONDS
        while not is_true():
            assert time.monotonic() < until
            time.sleep(0.02)

    return wait


def test_a_reply_that_the_platform_refused_for_now_comes_after_a_kill_once(
    tmp_path: Path, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    platform = Platform(failing=1.0, seed=1)
    service = started(tmp_path, platform)
    courier = Courier(service.port)
    assert courier.deliver(delivery(said("ana", "1", "hi")), time.monotonic() + SECONDS)
    wait_until(lambda: platform.failed > 0)
    service.kill()
    platform.failing = 0.0
    taken_before = len(platform.taken)
    service.start()
    wait_until(lambda: len(platform.taken) > taken_before)
    assert courier.deliver(delivery(said("ana", "1", "hi")), time.monotonic() + SECONDS)
    assert courier.deliver(delivery(said("ana", "2", "ho")), time.monotonic() + SECONDS)
    wait_until(lambda: any("ho" in each.text for each in platform.taken))
    courier.close()
    service.stop()
    platform.close()

    assert [each.text for each in platform.taken] == ["1: hi", "2: ho"]


def test_where_too_much_waits_the_platform_is_asked_to_come_again(tmp_path: Path) -> None:
    platform = Platform()
    options = {"messenger_url": platform.url, "queue": 0}
    service = ServiceProcess(tmp_path, options, environment())
    service.start()
    courier = Courier(service.port)
    refused = courier.post(delivery(said("ana", "1", "hi")))
    welcome = courier.post(echo_of("ana", {"metadata": "nocturne-1"}))
    courier.close()
    service.stop()
    platform.close()

    assert (refused, welcome) == (503, 200)


def test_everyone_is_answered_once_whatever_fails(tmp_path: Path) -> None:
    faults = Faults(deliveries=150, kills=1, failing=0.2, patience=6.0, minutes=3.0)
    figures = bench_faults(tmp_path, faults)

    assert figures["once"] == figures["messages"] > 100
    assert figures["twice"] == figures["lost"] == figures["senders out of order"] == 0
    assert figures["sends failed"] > 0
    assert figures["deliveries"] > figures["messages"]


def test_metrics_count_what_was_delivered(setting: Setting) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", setting.service.port, timeout=30)
    connection.request("GET", "/metrics")
    figures = connection.getresponse().read().decode()
    connection.close()

    assert 'nocturne_messenger_events_total{kind="delivered"}' in figures
    assert 'nocturne_messenger_sends_total{result="sent"}' in figures
    assert json.dumps(SECRET) not in figures
