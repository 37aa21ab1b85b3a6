"""Faults: requests that get an error instead of an answer, in Rasa's shape."""

from __future__ import annotations

import logging
import math

from sanic import Request
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, json

from bot.channels.rasa_shapes import failure

log = logging.getLogger(__name__)


class Fault(SanicException):
    """Something is wrong with a request; the text says what, to whoever sent it."""


def fault(status: int, message: str, seconds: float = 0.0) -> Fault:
    """Make a fault; `seconds` says when to come again."""
    headers = {"Retry-After": str(math.ceil(seconds))} if seconds else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Fault(message, status_code=status, headers=headers)


def answered(_: Request, error: Exception) -> HTTPResponse:
    """Answer a request that failed; what failed inside is nobody's business."""
    if not isinstance(error, SanicException):
        log.error("A request failed", exc_info=error)
        return json(failure(500, "Something failed that should not have."), 500)
    status = error.status_code
    headers = dict(error.headers or {})
    return json(failure(status, str(error)), status, headers)
