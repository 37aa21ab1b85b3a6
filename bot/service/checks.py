"""Checks of how the service is set up, as far as this machine can tell."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import fields

from bot.service.options import Credentials, Options, is_loopback, variable

SHORTEST = 16
"""Characters of a secret that nobody guesses."""
SECONDS = 2.0


def weaknesses(options: Options, credentials: Credentials) -> Iterator[tuple[str, str]]:
    """What is set, but not as it should be: the thing, and what to do."""
    for each in fields(Credentials):
        secret = getattr(credentials, each.name)
        if secret and (len(secret) < SHORTEST or secret != secret.strip()):
            remedy = f"give {variable(each.name)} at least {SHORTEST} characters and no blanks"
            yield each.name.replace("_", " "), remedy
    if credentials.has_messenger and not options.messenger_url.startswith("https://"):
        yield "messenger_url", "should begin with https://: the page's token goes there"


def state_of(options: Options) -> str:
    """Whether the service answers on its port, and whether its models are loaded."""
    host = options.host if is_loopback(options.host) else "127.0.0.1"
    connection = http.client.HTTPConnection(host, options.port, timeout=SECONDS)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        return str(json.loads(answer.read())["status"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return "not running"
    finally:
        connection.close()
