"""What an operator can set of the service: the table `[serve]`, and secrets in the environment."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from bot.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot is served."""

    host: str = "127.0.0.1"
    """The address to listen on; on one that others can reach, a token has to be set."""
    port: int = 5005
    workers: int = 1
    """Processes that share the port and the database; each loads the models."""
    threads: int = 4
    """Turns that one process works on at the same time."""
    queue: int = 1000
    """Messages that may wait; more are sent away with 503, and come again."""
    requests_a_minute: int = 60
    """Messages that a process takes from one sender by REST; more are sent away with 429."""
    picture_mb: float = 25.0
    """The largest body or attachment with pictures, in MB; others may have 1 MB."""
    remember_days: float = 7.0
    """Days for which the ids of messages are kept, to know them again."""
    cors: tuple[str, ...] = ()
    """Origins of web pages that may use the REST channel."""
    messenger_url: str = "https://graph.facebook.com"
    messenger_version: str = "v23.0"
    messenger_page: str = "me"
    messenger_hosts: tuple[str, ...] = ("fbcdn.net", "fbsbx.com")
    """Hosts, with those below them, from which attachments are fetched."""
    messenger_patience: float = 30.0
    """Seconds to wait for the echo of a message whose fate is unknown, before it is sent again."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets, which only the environment holds. None of them is ever shown."""

    rest_token: str = field(default="", repr=False)
    messenger_token: str = field(default="", repr=False)
    """Lets us send as the page."""
    messenger_secret: str = field(default="", repr=False)
    """Signs what is delivered, and what we send."""
    messenger_verify: str = field(default="", repr=False)
    """The word that we agreed on with the platform."""

    @property
    def has_messenger(self) -> bool:
        """Whether there is a page."""
        return bool(self.messenger_token)


def options_from(values: Mapping[str, Any]) -> Options:
    """Read the table `[serve]`."""
    kinds = {each.name: type(each.default) for each in fields(Options)}
    for name in values:
        if name not in kinds:
            known = ", ".join(sorted(kinds))
            raise SettingsError(f"Unknown setting '{name}' in [serve]. Known settings: {known}.")
    changes = {name: _cast(name, kinds[name], value) for name, value in values.items()}
    return replace(Options(), **changes)


def credentials_from(environ: Mapping[str, str]) -> Credentials:
    """Read the secrets; those of a page come together or not at all."""
    names = [each.name for each in fields(Credentials)]
    found = Credentials(**{name: environ.get(variable(name), "") for name in names})
    page = [name for name in names if name.startswith("messenger")]
    missing = [variable(name) for name in page if not getattr(found, name)]
    if missing and len(missing) < len(page):
        raise SettingsError(
            f"{' and '.join(missing)} must be set in the environment, too: Messenger needs "
            f"{', '.join(map(variable, page))}. Set all of them, or none."
        )
    return found


def variable(name: str) -> str:
    """Name the environment's variable of a secret."""
    return f"NOCTURNE_{name.upper()}"


def check_exposure(options: Options, credentials: Credentials) -> None:
    """Refuse to be reached by others without a token."""
    if is_loopback(options.host) or credentials.rest_token:
        return
    raise SettingsError(
        f"{options.host} can be reached by others, and no token is set. Set "
        f"{variable('rest_token')} in the environment, or serve on 127.0.0.1."
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _cast(name: str, kind: type, value: Any) -> Any:
    if kind is tuple:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise SettingsError(
            f"Setting '{name}' in [serve] should be a list of texts, not {value!r}."
        )
    if kind is str:
        if isinstance(value, str) and value:
            return value
        raise SettingsError(f"Setting '{name}' in [serve] should be a text, not {value!r}.")
    is_number = isinstance(value, (int, kind)) and not isinstance(value, bool)
    if not is_number or not 0 <= value < math.inf or (name in ("threads", "workers") and value < 1):
        raise SettingsError(f"Setting '{name}' in [serve] should be a number, not {value!r}.")
    return kind(value)
