"""Fetches attachments from the platform's hosts, and from nowhere else, however it is asked to.

A name is resolved once, every address of it has to be public, and the connection goes to the
address that was checked: a name that changes its mind leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx2

from bot.errors import PictureError

SECONDS = 20.0
"""For one attachment, from the first step to the last byte."""
HIGHEST_PORT = 65_535
ELSEWHERE = "Pictures are only taken from the place where they were uploaded."
TRY_AGAIN = "Please send it again."

Resolve = Callable[[str], Awaitable[Sequence[str]]]


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    inner_is_public = mapped is None or mapped.is_global
    return ip.is_global and inner_is_public and not ip.is_multicast


def is_among(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host is one of these, or below one."""
    return any(host == each or host.endswith("." + each) for each in hosts)


async def resolved(host: str) -> Sequence[str]:
    """Give all addresses of a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pictures; whatever stands in the way is a PictureError, fit for the sender."""

    hosts: Sequence[str]
    most: int
    """Bytes."""
    resolve: Resolve = resolved
    may_reach: Callable[[str], bool] = is_public
    schemes: tuple[str, ...] = ("https",)
    seconds: float = SECONDS

    async def fetch(self, url: str) -> bytes:
        """Give the bytes of a picture."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._fetched(self._checked(url))
        except (OSError, httpx2.TransportError, httpx2.InvalidURL, UnicodeError, ValueError):
            # An address that timed out, too: it is an OSError.
            raise PictureError(f"The picture could not be fetched. {TRY_AGAIN}") from None

    def _checked(self, url: str) -> httpx2.URL:
        found = httpx2.URL(url)
        is_known = found.scheme in self.schemes and is_among(found.host, self.hosts)
        if not is_known or not 0 < (found.port or 443) <= HIGHEST_PORT:
            raise PictureError(ELSEWHERE)
        return found

    async def _fetched(self, url: httpx2.URL) -> bytes:
        addresses = await self.resolve(url.host)
        if not addresses or not all(self.may_reach(address) for address in addresses):
            raise PictureError(ELSEWHERE)
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=self.seconds) as client,
            client.stream(
                "GET",
                url.copy_with(host=addresses[0]),
                headers={"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"},
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            return await self._body(answer)

    async def _body(self, answer: httpx2.Response) -> bytes:
        if answer.status_code != 200:  # a redirect, too, leads nowhere
            raise PictureError(f"The picture is not there any more. {TRY_AGAIN}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind.startswith("image/"):
            raise PictureError("This is no picture. Please send a JPEG or PNG.")
        content = bytearray()
        async for part in answer.aiter_raw():
            content += part
            if len(content) > self.most:
                raise PictureError(
                    f"The picture is larger than {self.most / 1e6:g} MB. Please send a smaller one."
                )
        return bytes(content)
