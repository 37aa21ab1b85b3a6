"""Messenger's webhook as a thin blueprint: a delivery is kept, and acknowledged at once."""

from __future__ import annotations

import time

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, text

from bot.channels.faults import fault
from bot.channels.messenger import Ignored, challenge_in, delivery_in, events_in, is_signed
from bot.service.service import Service
from bot.service.turns import BusyError

MOST_BYTES = 1_000_000
PATH = "/webhooks/messenger/webhook"


def messenger_blueprint(service: Service) -> Blueprint:
    """The routes of the channel."""
    blueprint = Blueprint("messenger")
    secret = service.credentials.messenger_secret

    @blueprint.get(PATH)
    async def verify(request: Request) -> HTTPResponse:
        arguments = {name: str(values[0]) for name, values in request.args.items()}
        challenge = challenge_in(arguments, service.credentials.messenger_verify)
        if challenge is None:
            raise fault(403, "This is not who we know.")
        return text(challenge)

    @blueprint.post(PATH)
    async def deliver(request: Request) -> HTTPResponse:
        if len(request.body) > MOST_BYTES:
            raise fault(413, f"The body is larger than {MOST_BYTES / 1e6:g} MB.")
        if not is_signed(request.body, request.headers.get("x-hub-signature-256", ""), secret):
            raise fault(403, "The signature is wrong.")
        delivery = delivery_in(request.body)
        if delivery is None:
            raise fault(404, "This is no delivery to a page.")
        events = list(events_in(delivery, time.time()))
        try:
            await service.keep(events)
        except BusyError:
            raise fault(503, "Too many messages wait. Try again soon.", 5) from None
        for event in events:
            kind = event.kind if isinstance(event, Ignored) else type(event).__name__.lower()
            service.metrics.event(kind)
        return text("EVENT_RECEIVED")

    return blueprint
