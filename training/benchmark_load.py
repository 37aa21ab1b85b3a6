"""Benchmark of the service under load: how soon deliveries are acknowledged, what grows."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean

from bot.config import Settings
from training.messenger_delivery import Courier, EchoThreads, percentile
from training.messenger_events import delivery, environment, said
from training.messenger_platform import Platform
from training.progress import Progress, silent
from training.service_process import ServiceProcess

SENDERS = 50
PAUSE = 2.0
"""Seconds between two messages of a sender, on average."""
PEOPLE = 500
"""Who talk while it soaks."""
SAMPLES = 20


@dataclass
class _Sender:
    """Somebody who writes now and then, by Messenger or by REST, until the time is over."""

    number: int
    port: int
    texts: Sequence[str]
    until: float
    rest: float = 0.0
    """Part of what they say by REST."""
    courier: Courier = field(init=False)
    said: int = 0
    answered: int = 0

    def __post_init__(self) -> None:
        self.courier = Courier(self.port)

    def run(self) -> None:
        """Write until the time is over."""
        chance = random.Random(self.number)
        while time.monotonic() < self.until:
            text = chance.choice(self.texts)
            if chance.random() < self.rest:
                self.answered += _asked(self.port, f"web-{chance.randrange(PEOPLE)}", text) == 200
            else:
                sender = f"person-{self.number}" if not self.rest else _somebody(chance)
                event = said(sender, f"m.{self.number}.{self.said}", text)
                self.courier.deliver(delivery(event), self.until)
            self.said += 1
            time.sleep(chance.uniform(0, 2 * PAUSE))


def bench_acknowledgement(
    settings: Settings, home: Path, seconds: float, progress: Progress = silent
) -> dict[str, float]:
    """Let 50 people write at once to the whole bot; measure until their deliveries are kept."""
    (home / "models").symlink_to(settings.models.resolve())
    return _loaded(home, "whole", _utterances(settings), seconds, 0.0, progress)


def bench_soak(home: Path, seconds: float, progress: Progress = silent) -> dict[str, float]:
    """Let people write by all channels for long; measure memory and open files."""
    return _loaded(home, "light", ["hello", "how are you?", "buttons"], seconds, 0.3, progress)


def _loaded(
    home: Path, which: str, texts: Sequence[str], seconds: float, rest: float, progress: Progress
) -> dict[str, float]:
    platform = Platform()
    options = {"messenger_url": platform.url, "queue": 100_000, "requests_a_minute": 100_000}
    service = ServiceProcess(home, options, environment(), which)
    samples: list[tuple[float, int]] = []
    try:
        service.start()
        echoes = EchoThreads(platform, service.port, time.monotonic() + seconds)
        echoes.start()
        # those who measure have a process of their own, or they would wait for the fake platform
        with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
            talk = elsewhere.submit(_talk, service.port, texts, seconds, rest)
            for number in range(SAMPLES):
                time.sleep(seconds / SAMPLES)
                samples.append((_memory(service.pid), _files(service.pid)))
                progress("Load", number + 1, SAMPLES)
            said, answered, times = talk.result()
        figures = _figures(service.port)
        echoes.stop()
    finally:
        service.stop()
        platform.close()
    half, quarter = len(samples) // 2, len(samples) // 4
    return {
        "said": said,
        "replies by Messenger": len(platform.taken),
        "answers by REST": answered,
        "waiting at the end": _sum(figures, "nocturne_queue{"),
        "acknowledged p50 ms": percentile(times, 0.5) * 1000,
        "acknowledged p99 ms": percentile(times, 0.99) * 1000,
        "% within 100 ms, by its own clock": _share(figures),
        "memory MB, half-way": fmean(each for each, _ in samples[half - quarter : half]),
        "memory MB, at the end": fmean(each for each, _ in samples[-quarter:]),
        "open files, half-way": fmean(each for _, each in samples[half - quarter : half]),
        "open files, at the end": fmean(each for _, each in samples[-quarter:]),
    }


def _talk(
    port: int, texts: Sequence[str], seconds: float, rest: float
) -> tuple[int, int, list[float]]:
    """Let all senders write; count what is said and answered, and time the acknowledgements."""
    until = time.monotonic() + seconds
    senders = [_Sender(each, port, texts, until, rest) for each in range(SENDERS)]
    threads = [threading.Thread(target=each.run) for each in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [each for sender in senders for each in sender.courier.times]
    return sum(each.said for each in senders), sum(each.answered for each in senders), times


def _utterances(settings: Settings) -> list[str]:
    from bot.models import ModelRegistry  # noqa: PLC0415 - only where they are wanted
    from bot.registry import SkillRegistry  # noqa: PLC0415

    registry = SkillRegistry(settings, ModelRegistry(settings.models))
    return [example.input for example in registry.nlu.examples]


def _somebody(chance: random.Random) -> str:
    return f"person-{chance.randrange(PEOPLE)}"


def _asked(port: int, sender: str, text: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = json.dumps({"sender": sender, "message": text})
        connection.request("POST", "/webhooks/rest/webhook", body)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _figures(port: int) -> list[str]:
    """What the service tells Prometheus, line by line."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode().splitlines()
    finally:
        connection.close()


def _sum(figures: Sequence[str], start: str) -> float:
    return sum(float(line.split()[-1]) for line in figures if line.startswith(start))


def _share(figures: Sequence[str]) -> float:
    """The part of deliveries, echoes among them, that took at most 100 ms within the service."""
    about = 'route="webhooks/messenger/webhook",status="200"}'
    name = "nocturne_request_seconds"
    quick = _sum(figures, f'{name}_bucket{{le="0.1",{about}')
    return 100 * quick / max(_sum(figures, f"{name}_count{{{about}"), 1)


def _memory(pid: int) -> float:
    """Resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))


def _files(pid: int) -> int:
    """How many files a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
