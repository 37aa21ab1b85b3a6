"""What the service tells of itself, the web page, and the pictures that replies show."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse, file, raw

from bot.channels.faults import fault
from bot.channels.rest import bot_of
from bot.picture_store import is_kept
from bot.service.guards import is_right, signed
from bot.service.service import Service

WEB = Path(__file__).parent / "web"
OPENAPI = Path(__file__).parent / "openapi.json"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What the page may load: nothing of others."""


def pages_blueprint(service: Service) -> Blueprint:
    """The routes that belong to no channel."""
    blueprint = Blueprint("pages")

    @blueprint.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @blueprint.get("/ready")
    async def ready(_: Request) -> HTTPResponse:
        if service.bot is not None:
            return json({"status": "ready"})
        problem = service.problem or "The bot is being loaded."
        return json({"status": "failed" if service.problem else "loading", "detail": problem}, 503)

    @blueprint.get("/metrics")
    async def metrics(_: Request) -> HTTPResponse:
        content = await asyncio.to_thread(figures, service)
        return raw(content, content_type="text/plain; version=0.0.4; charset=utf-8")

    @blueprint.get("/openapi.json")
    async def openapi(_: Request) -> HTTPResponse:
        return await file(OPENAPI, mime_type="application/json")

    @blueprint.get("/")
    async def page(_: Request) -> HTTPResponse:
        return await _web("index.html")

    @blueprint.get("/chat.js")
    async def script(_: Request) -> HTTPResponse:
        return await _web("chat.js")

    @blueprint.get("/chat.css")
    async def style(_: Request) -> HTTPResponse:
        return await _web("chat.css")

    @blueprint.get("/pictures/<name:str>")
    async def picture(request: Request, name: str) -> HTTPResponse:
        key = bot_of(service).feedback.pseudonyms.key
        found = service.settings.pictures / name
        is_known = is_right(request.args.get("signature", ""), signed(name, key))
        if not is_known or not is_kept(name) or not found.is_file():
            raise fault(404, "There is no such picture.")
        return await file(found, mime_type="image/jpeg")

    return blueprint


def figures(service: Service) -> bytes:
    """The figures of the service now."""
    queues = {
        "inbox": service.inbox.waiting(),
        "outbox": service.outbox.waiting(),
        "turns": service.turns.waiting,
    }
    return service.metrics.text(queues, service.bot.versions() if service.bot else {})


async def _web(name: str) -> HTTPResponse:
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return await file(WEB / name, headers=headers)
