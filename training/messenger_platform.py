"""A fake of Messenger's platform: takes sends, fails some of them, and signs what it delivers."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import random
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from training.messenger_events import SECRET, TOKEN, echo_of

FAILURES: tuple[tuple[int, dict[str, Any]], ...] = (
    (500, {"code": 2, "message": "try again"}),
    (429, {"code": 613, "message": "too many calls"}),
    (400, {"code": 1200, "message": "temporary", "is_transient": True}),
    (503, {}),
)
LOST = 0.2
"""Part of the failures in which the message is taken and the answer is lost."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the platform has taken from the service."""

    recipient_id: str
    message: dict[str, Any]
    at: float

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.message.get("text", ""))


@dataclass
class Platform:
    """Takes sends on loopback; `failing` is the part of them that fails."""

    failing: float = 0.0
    seed: int = 0
    delay: float = 0.0
    """Seconds that a send takes."""
    taken: list[Taken] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Requests that should not have been made, and why."""
    echoes: queue.Queue[bytes] = field(default_factory=queue.Queue)
    """Deliveries that tell the service what was taken."""
    failed: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where sends go."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Take nothing more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """Take a send or fail it; None: it is taken, and the answer is lost."""
        if "sender_action" in body:
            self.actions.append(body["sender_action"])
            return 200, {}
        time.sleep(self.delay)
        with self._lock:
            fails = self._random.random() < self.failing
            is_lost = fails and self._random.random() < LOST
            self.failed += fails and not is_lost
            self.lost += is_lost
            if fails and not is_lost:
                status, error = self._random.choice(FAILURES)
                return status, {"error": error}
            recipient_id = body["recipient"]["id"]
            self.taken.append(Taken(recipient_id, body["message"], time.time()))
        self.echoes.put(echo_of(recipient_id, body["message"]))
        return None if is_lost else (200, {"recipient_id": recipient_id, "message_id": "m.out"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that end: services are killed here."""


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it was killed
                self.close_connection = True
                return
            problem = _problem(self.path, self.headers.get("Authorization", ""))
            if problem:
                platform.refused.append(problem)
                self._say(403, {"error": {"code": 200, "message": problem}})
                return
            found = platform.answer(_fields(body, self.headers.get("Content-Type", "")))
            if found is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._say(*found)

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _problem(path: str, authorization: str) -> str:
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    if not re.fullmatch(rf"/v\d+\.\d/me/messages\?appsecret_proof={proof}", path):
        return f"wrong path {path}"
    return "" if authorization == f"Bearer {TOKEN}" else "wrong token"


def _fields(body: bytes, kind: str) -> dict[str, Any]:
    """The fields of a send, be it JSON or a form with a picture."""
    if kind.startswith("application/json"):
        found: dict[str, Any] = json.loads(body)
        return found
    boundary = re.search(r"boundary=(\S+)", kind)
    parts = body.split(b"--" + boundary[1].encode()) if boundary else []
    named = [re.search(rb'name="(\w+)".*?\r\n\r\n(.*)\r\n$', part, re.DOTALL) for part in parts]
    fields = {match[1].decode(): match[2] for match in named if match}
    size = len(fields.pop("filedata", b""))
    return {name: _value(value) for name, value in fields.items()} | {"uploaded": size}


def _value(text: bytes) -> Any:
    return json.loads(text) if text.startswith(b"{") else text.decode()
