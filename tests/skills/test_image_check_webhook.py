"""The webhook: alarms arrive as JSON, failures are tried again and said, and nobody waits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.errors import SettingsError
from skills.image_check.video.webhook import RETRIES, Webhook

QUICK = RETRIES.new(backoff_factor=0)
Serve = Callable[..., tuple[str, list[dict[str, Any]]]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answer with the statuses given, the last one for ever; gives the address and what came."""
    servers: list[tuple[HTTPServer, threading.Thread]] = []

    def start(*statuses: int) -> tuple[str, list[dict[str, Any]]]:
        left, came = list(statuses), []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                came.append({"type": self.headers["Content-Type"], **json.loads(body)})
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_request(self, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/hook/secret", came

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def posted(url: str, *alarms: dict[str, Any]) -> list[str]:
    said: list[str] = []
    webhook = Webhook(url, said.append, QUICK)
    for alarm in alarms:
        webhook.post(alarm)
    webhook.close()
    return said


def test_alarms_arrive_in_order_as_json(serve: Serve) -> None:
    url, came = serve(200)

    assert posted(url, {"id": "a", "label": "fight"}, {"id": "b", "label": "Sturz"}) == []
    assert [(each["id"], each["label"]) for each in came] == [("a", "fight"), ("b", "Sturz")]
    assert came[0]["type"] == "application/json"


def test_a_webhook_that_is_busy_is_tried_again(serve: Serve) -> None:
    url, came = serve(503, 429, 200)

    assert posted(url, {"id": "a"}) == []
    assert [each["id"] for each in came] == ["a"] * 3


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (302, 1), (500, 5)])
def test_a_webhook_that_refuses_is_said_and_the_next_alarm_is_posted(
    serve: Serve, status: int, tries: int
) -> None:
    url, came = serve(*[status] * tries, 200)
    (said,) = posted(url, {"id": "a"}, {"id": "b"})

    assert said == f"The webhook at 127.0.0.1 did not take alarm a: it answered {status}."
    assert came[-1]["id"] == "b"
    assert len(came) == tries + 1


def test_a_webhook_that_is_not_there_is_said_without_its_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (said,) = posted("http://127.0.0.1:1/hook/secret", {"id": "a"})

    assert said.startswith("The webhook at 127.0.0.1 did not take alarm a: it cannot be reached")
    assert "secret" not in said + caplog.text


def test_alarms_that_are_not_posted_in_time_are_said() -> None:
    said: list[str] = []
    done = threading.Event()

    def slow(text: str) -> None:
        said.append(text)
        done.wait(60) if "did not take" in text else None

    webhook = Webhook("http://127.0.0.1:1", slow, QUICK)
    webhook.post({"id": "a"})
    webhook.close(0.05)
    done.set()

    assert "The webhook at 127.0.0.1 is too slow: not all alarms were posted." in said


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "http://", "http://[", "alarms"]
)
def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(SettingsError, match="no address of the web"):
        Webhook(url, print)
