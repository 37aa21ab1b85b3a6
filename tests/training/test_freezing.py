"""How much of an encoder learns, and that what it learnt is saved whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from bot.encoder import Encoder
from bot.weights import Adapter
from tests.tiny_encoder import write_tiny_encoder
from training.freezing import opened
from training.lora import Lora, adapter_of, merge, trainable
from training.options import Freeze, Options

TEXTS = ["hello there", "what is it?"]
LORA = Lora(rank=4, alpha=8)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"))
    return Encoder.load(str(folder), precision="float32")


def changed(encoder: Encoder, freeze: Freeze) -> Encoder:
    """Train an encoder a little, at random."""
    found = opened(encoder, LORA, Options(freeze=freeze))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        for parameter in trainable(found):
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return found


def embeddings(encoder: Encoder) -> torch.Tensor:
    with torch.no_grad():
        return encoder.pool(encoder.forward(encoder.tokenize(TEXTS)))


def test_nothing_an_adapter_or_all_learns(encoder: Encoder) -> None:
    count = {
        freeze: len(trainable(opened(encoder, LORA, Options(freeze=freeze))))
        for freeze in ("head", "lora", "all")
    }
    assert count["head"] == 0
    assert count["lora"] > 0
    assert count["all"] == len(list(encoder.module.parameters()))


def test_all_weights_that_were_tuned_are_saved_and_the_base_stays(
    encoder: Encoder, tmp_path: Path
) -> None:
    before = encoder.encode(TEXTS)
    trained = changed(encoder, "all")
    made = merge(trained)
    assert made.adapter is not None
    made.adapter.save(tmp_path)
    loaded = Encoder.load(encoder.base, tmp_path, precision="float32")

    torch.testing.assert_close(made.encode(TEXTS), embeddings(trained))
    assert not torch.allclose(made.encode(TEXTS), before, atol=1e-3)
    assert torch.equal(loaded.encode(TEXTS), made.encode(TEXTS))
    assert torch.equal(encoder.encode(TEXTS), before)
    assert torch.equal(Encoder.load(encoder.base, precision="float32").encode(TEXTS), before)


@pytest.mark.parametrize(
    "kinds", [("all", "lora"), ("lora", "all"), ("all", "lora", "all"), ("all", "lora", "lora")]
)
def test_how_much_learns_can_change_from_one_version_to_the_next(
    encoder: Encoder, kinds: tuple[Freeze, ...]
) -> None:
    for freeze in kinds:
        before = encoder
        again = opened(before, LORA, Options(freeze=freeze))
        torch.testing.assert_close(embeddings(again), before.encode(TEXTS))
        trained = changed(before, freeze)
        encoder = merge(trained)
        torch.testing.assert_close(encoder.encode(TEXTS), embeddings(trained), atol=1e-5, rtol=1e-4)
        assert not torch.allclose(encoder.encode(TEXTS), before.encode(TEXTS), atol=1e-3)


def test_half_of_what_was_learnt_lies_between_the_base_and_all_of_it(encoder: Encoder) -> None:
    adapter = adapter_of(changed(encoder, "all"))
    (name, half, _), *_ = adapter.scaled(0.5).changes()
    (same, whole, is_added), *_ = adapter.changes()

    assert name == same
    assert is_added
    torch.testing.assert_close(2 * half, whole)
    assert isinstance(adapter, Adapter)


def test_dropout_is_the_encoders_own_unless_it_is_set(encoder: Encoder) -> None:
    def rates(options: Options) -> set[float]:
        modules = opened(encoder, LORA, options).module.modules()
        return {part.p for part in modules if isinstance(part, nn.Dropout)}

    assert rates(Options()) == {0.0}
    assert rates(Options(dropout=0.3)) == {0.3}
    assert rates(Options()) == {0.0}
