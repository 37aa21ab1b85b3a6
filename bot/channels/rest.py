"""Rasa's REST channel and the parts of its HTTP API that clients use, as a thin blueprint."""

from __future__ import annotations

import json
import tempfile
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sanic import Blueprint, Request
from sanic import json as answer_json
from sanic.response import HTTPResponse, text

from bot.channels.faults import fault
from bot.channels.rasa_shapes import (
    messages_of,
    parse_of,
    status_of,
    tracker_of,
    version_of,
)
from bot.manager import DialogueManager
from bot.service.guards import Allowance, signed
from bot.service.service import Service
from bot.service.turns import BusyError
from bot.stages import TURN
from bot.types import INTENT, Message

CHANNEL = "rest"
LONGEST_ID = 255
MOST_BYTES = 1_000_000
"""Of a body without pictures."""
MOST_PICTURES = 10
INCLUDED = ("NONE", "APPLIED", "AFTER_RESTART", "ALL")


@dataclass(frozen=True, slots=True)
class Said:
    """What a client sent."""

    sender_id: str
    text: str
    pictures: tuple[bytes, ...] = ()


def rest_blueprint(service: Service) -> Blueprint:
    """The routes of the channel."""
    blueprint = Blueprint("rest")
    allowance = Allowance(service.options.requests_a_minute)

    @blueprint.get("/webhooks/rest/")
    async def alive(_: Request) -> HTTPResponse:
        return answer_json({"status": "ok"})

    @blueprint.post("/webhooks/rest/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        said = said_in(request)
        bot = bot_of(service)
        seconds = allowance.wait(said.sender_id)
        if seconds:
            raise fault(429, "This sender sends too many messages a minute.", seconds)
        replies = await _answered(service, bot, said, request)
        if request.args.get("stream") == "true":
            lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in replies)
            return text(lines, content_type="text/event-stream")
        return answer_json(replies)

    @blueprint.post("/model/parse")
    async def parse(request: Request) -> HTTPResponse:
        body = json_in(request)
        said, id = _text_of(body, "text"), str(body.get("message_id") or "")
        bot = bot_of(service)
        message = Message("parse", said, message_id=id)
        turn = await _run(service, f"parse {uuid.uuid4()}", partial(bot.understand, message))
        return answer_json(parse_of(turn, bot.versions().get(INTENT, "")))

    @blueprint.get("/conversations/<sender_id:path>/tracker")
    async def tracker(request: Request, sender_id: str) -> HTTPResponse:
        include = request.args.get("include_events", "AFTER_RESTART")
        if include not in INCLUDED:
            raise fault(400, f"'include_events' can be {', '.join(INCLUDED)}.")
        read = partial(bot_of(service).tracker.tracker, _id_of(unquote(sender_id)))
        return answer_json(tracker_of(await service.turns.in_thread(read), include))

    @blueprint.get("/status")
    async def status(_: Request) -> HTTPResponse:
        versions = await service.turns.in_thread(bot_of(service).versions)
        return answer_json(status_of(versions.get(INTENT, "")))

    @blueprint.get("/version")
    async def version(_: Request) -> HTTPResponse:
        return answer_json(version_of())

    return blueprint


def bot_of(service: Service) -> DialogueManager:
    """The bot, if it is loaded."""
    if service.bot is None:
        raise fault(503, service.problem or "The bot is being loaded. Try again soon.", 2)
    return service.bot


def said_in(request: Request) -> Said:
    """Read a message, sent as JSON or as a form with pictures."""
    if not (request.content_type or "").startswith("multipart/form-data"):
        body = json_in(request)
        sender = body.get("sender")
        return Said(_id_of("default" if sender is None else sender), _text_of(body, "message"))
    form: dict[str, Any] = {name: values[0] for name, values in (request.form or {}).items()}
    files = [file for files in (request.files or {}).values() for file in files]
    if len(files) > MOST_PICTURES:
        raise fault(400, f"A message can have {MOST_PICTURES} pictures.")
    said = str(form.get("message") or "").strip()
    pictures = tuple(file.body for file in files)
    return Said(_id_of(form.get("sender") or "default"), said, pictures)


def json_in(request: Request) -> dict[str, Any]:
    """Read a body that has to be a JSON object."""
    if len(request.body) > MOST_BYTES:
        raise fault(413, f"The body is larger than {MOST_BYTES / 1e6:g} MB.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise fault(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise fault(400, "The body should be a JSON object.")
    return body


def _text_of(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise fault(400, f"'{name}' should be a text.")
    return value.strip()


def _id_of(value: object) -> str:
    """A sender's id that can be kept: printable, and not endless."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:LONGEST_ID]
    if isinstance(value, str) and value.isprintable() and 0 < len(value) <= LONGEST_ID:
        return value
    raise fault(400, f"'sender' should be a text of 1 to {LONGEST_ID} printable characters.")


async def _answered(
    service: Service, bot: DialogueManager, said: Said, request: Request
) -> list[dict[str, Any]]:
    turn_id = uuid.uuid4().hex
    TURN.set(turn_id)
    with tempfile.TemporaryDirectory(prefix="nocturne-") as folder:
        files = []
        for number, content in enumerate(said.pictures):
            files.append(Path(folder) / f"picture-{number}")
            files[-1].write_bytes(content)
        message = Message(said.sender_id, said.text, tuple(files), CHANNEL, turn_id)
        outcome = await _run(service, said.sender_id, partial(bot.handle, message))
    service.metrics.turn(CHANNEL, outcome.skill)
    key = bot.feedback.pseudonyms.key

    proxied = request.headers.get("x-forwarded-proto") == "https"
    where = f"{'https' if proxied else request.scheme}://{request.host}"

    def address(file: Path) -> str:
        return f"{where}/pictures/{file.name}?signature={signed(file.name, key)}"

    return list(messages_of(outcome, said.sender_id, address))


async def _run(service: Service, sender_id: str, function: Any) -> Any:
    try:
        return await service.turns.run(sender_id, function)
    except BusyError:
        raise fault(503, "Too many messages wait. Try again soon.", 1) from None
