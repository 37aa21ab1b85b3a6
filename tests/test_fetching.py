"""Attachments: only from the platform, only public addresses, only pictures, only so large."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.errors import PictureError
from bot.service.fetching import Fetcher, is_among, is_public

PICTURE = b"\xff\xd8picture"


class Host(BaseHTTPRequestHandler):
    """A host that behaves well or badly, by the path."""

    def do_GET(self) -> None:
        match self.path:
            case "/redirect":
                self._head(302, Location="http://127.0.0.1/secret")
            case "/page":
                self._head(200, **{"Content-Type": "text/html"})
            case "/endless":
                self._head(200, **{"Content-Type": "image/jpeg"})
                self._flood()
            case "/slow":
                self._head(200, **{"Content-Type": "image/jpeg"})
                self._drip()
            case _:
                self._head(200, **{"Content-Type": "image/jpeg"})
                self.wfile.write(PICTURE + self.headers["Host"].encode())

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _flood(self) -> None:
        try:
            while True:
                self.wfile.write(bytes(10_000))
        except OSError:
            return

    def _drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


async def loopback(_: str) -> Sequence[str]:
    return ["127.0.0.1"]


def fetched(url: str, may_reach: bool = True, seconds: float = 5.0) -> bytes:
    fetcher = Fetcher(
        ["cdn.example"],
        100_000,
        loopback,
        (lambda _: True) if may_reach else is_public,
        ("http",),
        seconds,
    )
    return asyncio.run(fetcher.fetch(url))


def test_a_picture_is_fetched_from_the_address_under_its_name(port: int) -> None:
    found = fetched(f"http://a.cdn.example:{port}/picture")

    assert found == PICTURE + f"a.cdn.example:{port}".encode()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("redirect", "not there any more"),
        ("page", "no picture"),
        ("endless", "larger than 0.1 MB"),
        ("slow", "could not be fetched"),
    ],
)
def test_a_host_that_behaves_badly_is_left(port: int, path: str, said: str) -> None:
    with pytest.raises(PictureError, match=said):
        fetched(f"http://cdn.example:{port}/{path}", seconds=1.0)


def test_a_name_that_leads_to_a_private_address_is_refused(port: int) -> None:
    with pytest.raises(PictureError, match="where they were uploaded"):
        fetched(f"http://cdn.example:{port}/picture", may_reach=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.example/x",
        "http://cdn.example.evil.example/x",
        "http://cdn.example@evil.example/x",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
        "https://cdn.example/x",
        "",
        "http://[",
        "http://cdn.example:99999999/x",
    ],
)
def test_other_places_are_refused(url: str) -> None:
    with pytest.raises(PictureError):
        fetched(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("0.1.2.3", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_public_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_host_is_among_others_by_whole_labels() -> None:
    assert is_among("scontent.xx.fbcdn.net", ["fbcdn.net"])
    assert not is_among("evilfbcdn.net", ["fbcdn.net"])
