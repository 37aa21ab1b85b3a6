"""`python -m training.light_service HOME PORT`: the service, with a bot that needs no models.

A fourth argument `whole` has it serve the whole bot of this folder's settings.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from bot.channels.server import Plan, serve
from bot.config import read_settings
from bot.service.command import load_bot
from bot.service.options import credentials_from, options_from
from training.light_bot import load_light


def main(home: str, port: str, options: str = "{}", which: str = "light") -> None:
    """Serve on loopback, with options of `[serve]` as JSON."""
    settings = replace(read_settings(Path.cwd(), os.environ), home=Path(home))
    chosen = options_from({"port": int(port), **json.loads(options)})
    load = load_bot if which == "whole" else load_light
    serve(Plan(settings, chosen, credentials_from(os.environ), load))


if __name__ == "__main__":
    main(*sys.argv[1:])
