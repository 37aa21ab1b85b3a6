"""`python -m training.light_service HOME PORT`: the service, with a bot that needs no models."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bot.channels.server import Plan, serve
from bot.config import Settings
from bot.service.options import credentials_from, options_from
from training.light_bot import load_light


def main(home: str, port: str, options: str = "{}") -> None:
    """Serve on loopback, with options of `[serve]` as JSON."""
    settings = Settings(home=Path(home))
    chosen = options_from({"port": int(port), **json.loads(options)})
    serve(Plan(settings, chosen, credentials_from(os.environ), load_light))


if __name__ == "__main__":
    main(*sys.argv[1:])
