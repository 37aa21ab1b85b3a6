"""A project's custom actions: in this process, or on its own action server."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import pkgutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rasa_sdk
from rasa_sdk import utils
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action, ActionExecutionRejection

from bot.errors import SkillError

PACKAGE = "actions"
"""What Rasa projects call the package of their actions, and import it by."""
PATIENCE = 30.0
"""Seconds for which an action server is waited for."""
Answer = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""Events, and what is to be said."""
Call = Callable[[Mapping[str, Any]], Answer]
"""Takes what Rasa sends to an action server; None of it where the action rejects the turn."""


class RejectedError(Exception):
    """An action says that the turn is not for it."""


def in_process(folder: Path) -> tuple[Call, frozenset[str]]:
    """Import the actions that lie in a project's folder; give what calls them, and their names."""
    executor = ActionExecutor()
    if (folder / PACKAGE).is_dir() or (folder / f"{PACKAGE}.py").is_file():
        _import(folder)
        for kind in utils.all_subclasses(Action):
            is_own = kind.__module__.partition(".")[0] == PACKAGE
            if is_own and not inspect.isabstract(kind):
                executor.register_action(kind)

    def call(request: Mapping[str, Any]) -> Answer:
        try:
            result = asyncio.run(executor.run(dict(request)))
        except ActionExecutionRejection as error:
            raise RejectedError(str(error)) from error
        return (result.events, result.responses) if result else ([], [])

    return call, frozenset(executor.actions)


def at(url: str) -> Call:
    """Call actions on the server at an address, such as http://localhost:5055/webhook."""

    def call(request: Mapping[str, Any]) -> Answer:
        body = json.dumps({"version": rasa_sdk.__version__, **request}).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(url, body, headers)  # noqa: S310 - the operator's own
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
                found = json.load(answer) or {}
        except urllib.error.HTTPError as error:
            with error:
                told = error.read().decode(errors="replace")
            if error.code == 400 and "action_name" in told:
                raise RejectedError(told) from error
            raise SkillError(f"The action server at {url} failed: {told[:500]}") from error
        except OSError as error:
            raise SkillError(f"No action server answers at {url}: {error}. Start it.") from error
        return found.get("events") or [], found.get("responses") or []

    return call


def _import(folder: Path) -> None:
    """Import a project's package under the name by which its modules know each other."""
    known = getattr(sys.modules.get(PACKAGE), "__file__", None)
    if known is not None and folder not in Path(known).parents:
        raise SkillError(
            f"The actions of {folder} cannot be imported beside those of {Path(known).parent}: "
            f"both packages are called '{PACKAGE}'. Start one on its own action server, and give "
            "its address: `actions_at`."
        )
    sys.path.insert(0, str(folder))
    try:
        _import_all(PACKAGE)
    finally:
        sys.path.remove(str(folder))


def _import_all(name: str) -> None:
    module = importlib.import_module(name)
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        _import_all(found.name)
