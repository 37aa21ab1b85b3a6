"""The server: puts the channels behind one port, in as many processes as are wanted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from filelock import FileLock, Timeout
from sanic import Blueprint, Sanic

from bot.channels.faults import answered
from bot.channels.messenger_webhook import messenger_blueprint
from bot.channels.middleware import guard
from bot.channels.pages import pages_blueprint
from bot.channels.rest import rest_blueprint
from bot.config import Settings
from bot.database import open_store
from bot.errors import SettingsError
from bot.service.inbox import Inbox
from bot.service.logs import log_as_json
from bot.service.metrics import SHARED
from bot.service.options import Credentials, Options
from bot.service.outbox import Outbox
from bot.service.service import Load, Service
from bot.service.supervisor import Supervisor

SLOW = 10
"""Seconds in which a request has to be sent whole."""
ANSWERED = 60
"""Seconds in which a request is answered at the latest."""
SWITCH = 0.0005
"""Seconds after which Python changes threads: deliveries are kept while models are busy."""
BACKLOG = 1024
"""Connections that may wait to be taken."""
GRACE = 30.0
"""Seconds that turns and sends get to end when the service stops."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a process of the service is made from; it goes to each of them."""

    settings: Settings
    options: Options
    credentials: Credentials
    load: Load
    level: int = logging.INFO


def serve(plan: Plan) -> None:
    """Serve until the process is asked to end. Only one service may use a home."""
    home, options = plan.settings.home, plan.options
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / "service.lock").acquire(timeout=0):
            _start_afresh(plan)
            with _listening(options.host, options.port) as listener:
                if options.workers == 1:
                    work(plan, listener)
                else:
                    _share_figures(home / "metrics")
                    log_as_json(plan.credentials, plan.level)
                    Supervisor(work, (plan, listener), options.workers).run(GRACE + 5)
    except Timeout:
        raise SettingsError(
            f"Another service uses {home} already. Stop it, or name another home: "
            "`nocturne --home DIR serve`."
        ) from None


def _start_afresh(plan: Plan) -> None:
    """Let what a service took that was killed be taken again."""
    store = open_store(plan.settings.database, plan.settings.database_key)
    Inbox(store).release()
    Outbox(store, plan.options.messenger_patience).wait_for_echoes()
    store.close()


def _listening(host: str, port: int) -> socket.socket:
    """Open the port, for all processes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"Nothing can listen on {host}, port {port} ({error.strerror}). "
            "Name another one: `nocturne serve --port 5006`."
        ) from error


def _share_figures(folder: Path) -> None:
    """Let the processes to come keep their figures where all of them can read them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ[SHARED] = str(folder)


def work(plan: Plan, listener: socket.socket) -> None:
    """Serve in this process, until it is asked to end."""
    app = make_server(plan)
    app.prepare(sock=listener, single_process=True, access_log=False, motd=False)
    Sanic.serve_single(app)


def make_server(plan: Plan) -> Sanic:  # type: ignore[type-arg]
    """Make the application of one process."""
    log_as_json(plan.credentials, plan.level)
    sys.setswitchinterval(SWITCH)
    app = Sanic("nocturne", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=int(plan.options.picture_mb * 1e6),
        REQUEST_TIMEOUT=SLOW,
        RESPONSE_TIMEOUT=ANSWERED,
        GRACEFUL_SHUTDOWN_TIMEOUT=GRACE,
        FALLBACK_ERROR_FORMAT="json",
    )
    app.error_handler.add(Exception, answered)
    service = Service(plan.settings, plan.options, plan.credentials, plan.load)
    for blueprint in blueprints(service):
        app.blueprint(blueprint)
    guard(app, service)

    @app.before_server_start
    async def start(_: Sanic) -> None:  # type: ignore[type-arg]
        logging.getLogger("bot.stages").addHandler(service.metrics)
        await service.start()
        supervisor = parent_process()
        if supervisor is not None:
            service.beside(_end_with(supervisor))

    @app.before_server_stop
    async def finish(_: Sanic) -> None:  # type: ignore[type-arg]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(service.finish(), GRACE)

    @app.after_server_stop
    async def stop(_: Sanic) -> None:  # type: ignore[type-arg]
        await service.stop()

    return app


def blueprints(service: Service) -> Iterator[Blueprint]:
    """The channels that there are credentials for."""
    yield pages_blueprint(service)
    yield rest_blueprint(service)
    if service.credentials.has_messenger:
        yield messenger_blueprint(service)


async def _end_with(supervisor: BaseProcess) -> None:
    """End where the supervisor was killed: nobody else would end this process."""
    while supervisor.is_alive():
        await asyncio.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
