"""Several processes of one launch, on CPUs: what they learn together is what one learns alone."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file
from torch import Tensor

from bot.config import Settings, read_settings
from bot.encoder import Encoder
from bot.examples import write_examples
from bot.types import Example
from tests.tiny_encoder import write_tiny_encoder
from training.launch import together
from training.lora import Lora, trainable
from training.night import RECORDS
from training.night_commands import nightly
from training.nightly import run_night
from training.options import Options
from training.passes import Passes, chunks_of
from training.processes import LostError, ProcessError, say
from training.record import read_records

TOML = """
data = "data"
encoder = "{encoder}"
precision = "float32"
disabled = ["chitchat", "courses", "fallback", "handover", "image_check"]
training.intent = {{epochs = 1, batch = 40, accumulate = 2, dropout = 0.1}}
training.faq = {{epochs = 2, dropout = 0.1}}
"""
CITIES = ("rome", "oslo", "lima", "paris", "tokyo", "cairo")
FLIGHTS = [
    Example(f"{start} [{city}](city)", "flight")
    for city in CITIES
    for start in ("fly me to", "a ticket to", "please book the next flight to")
]
ANSWERS = [
    {"id": id, "question": f"What about the {id}?", "variants": [f"{id} {n}" for n in range(8)]}
    | {"answer": f"The {id} is fine."}
    for id in ("refund", "password", "invoice", "teacher")
]
TOLERANCE = 1e-5
"""Between weights of about 0.1 to 1: sums are rounded otherwise where others add them up."""
OTHER = """
import os, sys
from training.launch import together
for port in sys.argv[1:]:
    os.environ["MASTER_PORT"] = port
    try:
        with together("cpu"):
            print("this is not the first")
    except SystemExit:
        continue
"""
LAUNCH = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1"}
DYING = """
import torch.distributed as dist, torch, os
dist.init_process_group("gloo")
dist.broadcast(torch.zeros(1, dtype=torch.int64), 0)
os._exit(9)
"""


Begin = Callable[[str], None]


@pytest.fixture(scope="module")
def other() -> Iterator[tuple[subprocess.Popen[str], Mapping[str, str]]]:
    """A second process, which takes long to start, for all launches here; and their ports."""
    ports = {name: str(free_port()) for name in ("a night", "a failure")}
    with started(OTHER, *ports.values()) as process:
        yield process, ports


@contextmanager
def started(code: str, *ports: str) -> Iterator[subprocess.Popen[str]]:
    environ = os.environ | LAUNCH | {"RANK": "1", "MASTER_PORT": ports[0]}
    command, pipe = [sys.executable, "-c", code, *ports], subprocess.PIPE
    process = subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def begin(
    other: tuple[subprocess.Popen[str], Mapping[str, str]], monkeypatch: pytest.MonkeyPatch
) -> Begin:
    """Be the first process of a launch, from then on."""

    def begin(name: str) -> None:
        be_first(monkeypatch, other[1][name])

    return begin


def be_first(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setattr("training.launch.PATIENCE", timedelta(seconds=120))
    for name, value in (LAUNCH | {"RANK": "0", "MASTER_PORT": port}).items():
        monkeypatch.setenv(name, value)


class KilledError(BaseException):
    """Ends a night where no handler of errors sees it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to start in: utterances with entities, answers, and settings."""
    intents, faq = tmp_path / "data" / "intent", tmp_path / "data" / "faq"
    intents.mkdir(parents=True)
    faq.mkdir()
    write_examples(intents / "flights.jsonl", FLIGHTS)
    (faq / "answers.yml").write_text(json.dumps(ANSWERS), encoding="utf-8")
    (tmp_path / "encoder").mkdir()
    encoder = write_tiny_encoder(tmp_path / "encoder")
    (tmp_path / "nocturne.toml").write_text(TOML.format(encoder=encoder), encoding="utf-8")
    return tmp_path


def settings_of(folder: Path, home: str) -> Settings:
    return read_settings(folder, {"NOCTURNE_HOME": str(folder / home), "NOCTURNE_DEVICE": "cpu"})


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def learnt(home: Path) -> dict[str, Tensor]:
    """What the loops came to: the weights that learnt, and what the optimiser knows of them."""
    files = sorted(home.glob("training/*/checkpoints/*.safetensors"))
    return {f"{file.stem} {name}": each for file in files for name, each in load_file(file).items()}


def test_two_processes_end_the_night_that_one_began_as_one_would_have(
    folder: Path, begin: Begin
) -> None:
    undisturbed = list(run_night(settings_of(folder, "one")))

    def killed(task: str, done: int, total: int, metric: str = "") -> None:
        if done == 2:
            raise KilledError

    with suppress(KilledError):
        list(run_night(settings_of(folder, "two"), progress=killed))
    begin("a night")
    shown = CliRunner().invoke(nightly, obj=settings_of(folder, "two"))
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    one, two = learnt(folder / "one"), learnt(folder / "two")

    assert shown.exit_code == 0, shown.output
    assert {"first weight.0", "last weight.0", "questions weight.0"} <= set(one)
    assert set(two) == set(one)
    for name, weights in one.items():
        torch.testing.assert_close(two[name], weights, atol=TOLERANCE, rtol=0, msg=name)
    assert [each["learner"] for each in records] == ["intent", "faq"]
    assert [each["outcome"] for each in records] == [each.outcome for each in undisturbed]
    assert len(read_records(folder / "two" / RECORDS)) == 2
    assert [each.name for each in (folder / "two" / "models").glob("*/v*")] == ["v0001"] * 2


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    return Encoder.load(str(write_tiny_encoder(tmp_path)), precision="float32")


def hidden(passes: Passes) -> list[Tensor]:
    """Go once through an encoder that learns, with texts for more chunks than processes."""
    tokens = passes.encoder.tokenize([f"{each.input} {'la ' * 5}" for each in 2 * FLIGHTS])
    chunks = chunks_of(range(len(tokens)), tokens)
    passes.encoder.module.train()
    torch.manual_seed(3)
    return [each.last for each in passes.forward([[tokens[row] for row in c] for c in chunks])]


def gradients(passes: Passes) -> list[Tensor | None]:
    """Go through an encoder that learns, and back."""
    torch.stack([(last**3).sum() for last in hidden(passes)]).sum().backward()  # type: ignore[no-untyped-call]
    return [weight.grad for weight in trainable(passes.encoder)]


def test_a_process_that_fails_at_its_part_is_told_of_and_goes_on(
    begin: Begin, encoder: Encoder, other: tuple[subprocess.Popen[str], Mapping[str, str]]
) -> None:
    options = Options(freeze="all", dropout=0.5)
    alone = gradients(Passes(encoder, Lora(), options))
    begin("a failure")
    with together("cpu"):
        passes = Passes(encoder, Lora(), options)
        say("open", {"device": "cpu", "adapter": None, "base": "no such encoder"})
        with pytest.raises(ProcessError, match="1 of 2 processes failed at their part"):
            gradients(passes)
        shared = gradients(Passes(encoder, Lora(), options))
        still = hidden(Passes(encoder, Lora(), Options(freeze="head")))
    said, complained = other[0].communicate(timeout=60)

    torch.testing.assert_close(shared, alone, atol=1e-4, rtol=1e-4)
    assert not any(each.requires_grad for each in still)
    assert (other[0].returncode, said) == (0, "")
    assert "failed at its part" in complained


def test_a_process_that_dies_ends_the_others(
    monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    port = str(free_port())
    be_first(monkeypatch, port)
    with (
        started(DYING, port),
        pytest.raises(LostError, match="have lost each other"),
        together("cpu"),
    ):
        gradients(Passes(encoder, Lora(), Options()))


def test_alone_nothing_is_launched() -> None:
    with together("cpu"):
        assert not torch.distributed.is_initialized()
