"""Benchmark of the service behind Messenger: is everyone answered once, whatever happens?"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.messenger_delivery import Courier, EchoThreads, percentile
from training.messenger_events import delivery, environment, said
from training.messenger_platform import Platform
from training.progress import Progress, silent
from training.service_process import ServiceProcess

COURIERS = 16
PER_SENDER = 40
"""Messages of one sender."""
QUIET = 0.5


@dataclass(frozen=True, slots=True)
class Faults:
    """What is to go wrong."""

    deliveries: int = 10_000
    duplicates: float = 0.2
    """Part of the deliveries that came before."""
    kills: int = 3
    failing: float = 0.1
    """Part of the sends that fail."""
    workers: int = 1
    seed: int = 0
    patience: float = 10.0
    """Seconds for echoes: here they come soon."""
    minutes: float = 30.0
    """After which it is over, whatever is left."""


@dataclass
class _Round:
    """The messages of some senders, delivered by one courier."""

    senders: Sequence[str]
    courier: Courier
    random: random.Random
    faults: Faults
    until: float
    done: int = 0
    sent: list[bytes] = field(default_factory=list)

    def run(self, per_sender: int) -> None:
        """Deliver each sender's messages in their order, with duplicates in between."""
        again = self.faults.duplicates / (1 - self.faults.duplicates)
        for number in range(per_sender):
            for sender in self.senders:
                body = delivery(said(sender, f"m.{sender}.{number}", text_of(sender, number)))
                self._deliver(body)
                self.sent.append(body)
                if self.random.random() < again:
                    self._deliver(self.random.choice(self.sent))
        self.courier.close()

    def _deliver(self, body: bytes) -> None:
        self.courier.deliver(body, self.until)
        self.done += 1


def text_of(sender: str, number: int) -> str:
    """What a sender says in their message of a number, from 0 on."""
    return f"message {number} of {sender}"


def bench_faults(home: Path, faults: Faults, progress: Progress = silent) -> dict[str, float]:
    """Deliver messages while sends fail and the service is killed; count what came of each."""
    until = time.monotonic() + faults.minutes * 60
    platform = Platform(failing=faults.failing, seed=faults.seed)
    options = {
        "messenger_url": platform.url,
        "messenger_patience": faults.patience,
        "workers": faults.workers,
        "queue": faults.deliveries,
    }
    service = ServiceProcess(home, options, environment())
    echoes = EchoThreads(platform, service.port, until)
    rounds = _rounds(faults, service.port, until)
    per_sender = _per_sender(faults)
    threads = [threading.Thread(target=each.run, args=[per_sender]) for each in rounds]
    began = time.monotonic()
    try:
        service.start()
        echoes.start()
        for thread in threads:
            thread.start()
        _kill_now_and_then(service, rounds, faults, until, progress)
        for thread in threads:
            thread.join()
        wanted = per_sender * sum(len(each.senders) for each in rounds)
        _wait_for_replies(platform, wanted, until, progress)
        time.sleep(faults.patience + QUIET)  # for what should not come
    finally:
        service.stop()
        echoes.stop()
        platform.close()
    times = [seconds for each in rounds for seconds in each.courier.times]
    return {
        **judged(platform, [sender for each in rounds for sender in each.senders], per_sender),
        "deliveries": sum(each.done for each in rounds),
        "tries": sum(each.courier.tries for each in rounds),
        "kills": faults.kills,
        "sends failed": platform.failed,
        "answers lost": platform.lost,
        "acknowledged p50 ms": percentile(times, 0.5) * 1000,
        "acknowledged p99 ms": percentile(times, 0.99) * 1000,
        "seconds": time.monotonic() - began,
    }


def judged(platform: Platform, senders: Sequence[str], per_sender: int) -> dict[str, float]:
    """Count messages that were answered once, never, twice, or out of order."""
    got: Mapping[str, list[str]] = defaultdict(list)
    for taken in platform.taken:
        got[taken.recipient_id].append(taken.text)
    figures = dict.fromkeys(("messages", "once", "lost", "twice", "senders out of order"), 0.0)
    for sender in senders:
        wanted = [f"{number + 1}: {text_of(sender, number)}" for number in range(per_sender)]
        counts = [got[sender].count(text) for text in wanted]
        figures["messages"] += len(wanted)
        figures["once"] += counts.count(1)
        figures["lost"] += counts.count(0)
        figures["twice"] += sum(count > 1 for count in counts)
        figures["senders out of order"] += list(dict.fromkeys(got[sender])) != wanted
    return figures


def _per_sender(faults: Faults) -> int:
    messages = round(faults.deliveries * (1 - faults.duplicates))
    return max(min(PER_SENDER, messages // COURIERS), 1)


def _rounds(faults: Faults, port: int, until: float) -> list[_Round]:
    messages = round(faults.deliveries * (1 - faults.duplicates))
    senders = [f"person-{number}" for number in range(messages // _per_sender(faults))]
    return [
        _Round(
            senders[number::COURIERS],
            Courier(port),
            random.Random(faults.seed * COURIERS + number),
            faults,
            until,
        )
        for number in range(COURIERS)
    ]


def _kill_now_and_then(
    service: ServiceProcess,
    rounds: Sequence[_Round],
    faults: Faults,
    until: float,
    progress: Progress,
) -> None:
    """Kill the service at random moments, and start it again a little later."""
    chance = random.Random(faults.seed)
    moments = sorted(chance.uniform(0.1, 0.9) * faults.deliveries for _ in range(faults.kills))
    for moment in moments:
        while time.monotonic() < until and sum(each.done for each in rounds) < moment:
            time.sleep(0.01)
        service.kill()
        time.sleep(chance.uniform(0, QUIET))
        service.start(wait=False)
        progress("Killed", sum(each.done for each in rounds), faults.deliveries)
    service.wait_until_ready()


def _wait_for_replies(platform: Platform, wanted: int, until: float, progress: Progress) -> None:
    """Wait until all have come."""
    while time.monotonic() < until and (done := _distinct(platform)) < wanted:
        progress("Replies", done, wanted)
        time.sleep(0.2)


def _distinct(platform: Platform) -> int:
    return len({(taken.recipient_id, taken.text) for taken in list(platform.taken)})
