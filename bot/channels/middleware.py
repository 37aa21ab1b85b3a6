"""What every request goes through: the token, other origins, and the time that it took."""

from __future__ import annotations

import time

from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from bot.channels.faults import fault
from bot.service.guards import allowed_origin, is_right, needs_token, token_in
from bot.service.service import Service

METHODS = "GET, POST"
ALLOWED = "Authorization, Content-Type"
FOR_A_DAY = "86400"


def guard(app: Sanic, service: Service) -> None:  # type: ignore[type-arg]
    """Put the guards before all routes of an application."""
    expected = service.credentials.rest_token

    @app.on_request
    async def admit(request: Request) -> HTTPResponse | None:
        request.ctx.began = time.perf_counter()
        if request.method == "OPTIONS":
            return empty()
        arguments = {name: str(values[0]) for name, values in request.args.items()}
        if needs_token(request.path, request.method) and not is_right(
            token_in(request.headers, arguments), expected
        ):
            raise fault(401, "A token is needed: `Authorization: Bearer TOKEN`.")
        return None

    @app.on_response  # type: ignore[untyped-decorator]
    async def finish(request: Request, response: HTTPResponse) -> None:
        origin = allowed_origin(request.headers.get("origin", ""), service.options.cors)
        if origin:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = ALLOWED
            response.headers["Access-Control-Max-Age"] = FOR_A_DAY
            response.headers["Vary"] = "Origin"
        if hasattr(request.ctx, "began"):
            route = request.route.path if request.route else "none"
            seconds = time.perf_counter() - request.ctx.began
            service.metrics.request(route, response.status, seconds)
