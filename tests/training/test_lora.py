"""LoRA adapters: put on an encoder, trained, saved as peft does, merged, gone on from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft import PeftModel
from torch import Tensor
from transformers import AutoModel

from bot.encoder import Encoder
from bot.weights import Adapter
from tests.tiny_encoder import write_tiny_encoder
from training.lora import Lora, adapter_of, merge, trainable, with_lora

TEXTS = ["hello there", "what is it?", "ok"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"), layers=3)
    return Encoder.load(str(folder), precision="float32")


@pytest.fixture
def trained(encoder: Encoder) -> Encoder:
    """An encoder whose adapter has learnt something, if nothing useful."""
    found = with_lora(encoder, Lora(rank=4, alpha=8))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        for parameter in trainable(found):
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return found


def embeddings(encoder: Encoder) -> Tensor:
    with torch.no_grad():
        return encoder.pool(encoder.forward(encoder.tokenize(TEXTS)))


def test_a_new_adapter_changes_nothing_and_only_it_learns(encoder: Encoder) -> None:
    found = with_lora(encoder, Lora(rank=4))
    torch.testing.assert_close(embeddings(found), encoder.encode(TEXTS))
    learning = {name for name, each in found.module.named_parameters() if each.requires_grad}
    assert learning
    assert all(".lora_" in name for name in learning)


def test_the_encoder_that_an_adapter_is_put_on_stays_as_it_was(encoder: Encoder) -> None:
    before = encoder.encode(TEXTS)
    found = with_lora(encoder, Lora(rank=4))
    with torch.no_grad():
        for parameter in trainable(found):
            parameter.fill_(0.5)
    assert torch.equal(encoder.encode(TEXTS), before)
    assert not any(".lora_" in name for name, _ in encoder.module.named_parameters())


def test_frozen_layers_get_no_adapter(encoder: Encoder) -> None:
    found = with_lora(encoder, Lora(rank=4, frozen=2))
    names = [name for name, each in found.module.named_parameters() if each.requires_grad]
    assert {name.split(".")[2] for name in names} == {"2"}


def test_merging_gives_the_embeddings_that_training_had(trained: Encoder, encoder: Encoder) -> None:
    merged = merge(trained)
    torch.testing.assert_close(merged.encode(TEXTS), embeddings(trained), atol=1e-5, rtol=1e-4)
    assert not torch.allclose(merged.encode(TEXTS), encoder.encode(TEXTS), atol=1e-3)


def test_training_goes_on_from_the_adapter_that_an_encoder_has(trained: Encoder) -> None:
    again = with_lora(merge(trained), Lora(rank=16))
    torch.testing.assert_close(embeddings(again), embeddings(trained))
    assert adapter_of(again).digest == adapter_of(trained).digest


def test_peft_reads_a_saved_adapter_and_sees_the_same(trained: Encoder, tmp_path: Path) -> None:
    adapter_of(trained).save(tmp_path / "adapter")
    base = AutoModel.from_pretrained(trained.base, attn_implementation="eager")
    with pytest.warns():  # peft's wrapper asks the model for what is deprecated
        by_peft = PeftModel.from_pretrained(base, tmp_path / "adapter").eval()
    tokens = trained.tokenize(["hello there"])
    with torch.no_grad():
        expected = by_peft(input_ids=torch.tensor([tokens[0].ids])).last_hidden_state
        found = trained.forward(tokens).last[:, : expected.shape[1]]  # without the padding
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_a_saved_adapter_gives_identical_embeddings(trained: Encoder, tmp_path: Path) -> None:
    merge(trained).adapter.save(tmp_path)  # type: ignore[union-attr]
    loaded = Encoder.load(trained.base, tmp_path, precision="float32")
    assert torch.equal(loaded.encode(TEXTS), merge(trained).encode(TEXTS))
    assert isinstance(loaded.adapter, Adapter)


def test_layers_left_as_they_were_can_learn_later(encoder: Encoder) -> None:
    upper = with_lora(encoder, Lora(rank=4, frozen=2))
    with torch.no_grad():
        for parameter in trainable(upper):
            parameter.fill_(0.1)
    again = with_lora(merge(upper), Lora(rank=4))
    names = [name for name, each in again.module.named_parameters() if each.requires_grad]

    assert {name.split(".")[2] for name in names} == {"0", "1", "2"}
    torch.testing.assert_close(embeddings(again), embeddings(upper))
