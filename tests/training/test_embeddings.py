"""Embeddings on disk: never encoded twice, never wrong."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from bot.encoder import Encoder
from tests.tiny_encoder import write_tiny_encoder
from training.embeddings import EmbeddingCache
from training.night import OutOfTimeError, limited
from training.progress import silent


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder.load(str(write_tiny_encoder(tmp_path_factory.mktemp("tiny"))))


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really encoded."""
    seen: list[str] = []
    encode = Encoder.encode

    def watched(self: Encoder, texts: Sequence[str]) -> Tensor:
        seen.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "encode", watched)
    return seen


def test_each_text_is_encoded_once(encoder: Encoder, encoded: list[str], tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    first = cache.encode(encoder, ["a", "b", "a"])
    again = EmbeddingCache(tmp_path).encode(encoder, ["b", "c"])

    assert encoded == ["a", "b", "c"]
    assert torch.equal(first[0], first[2])
    assert torch.equal(again[0], first[1])
    torch.testing.assert_close(again, encoder.encode(["b", "c"]))


def test_a_night_whose_time_is_over_keeps_what_it_has_encoded_and_goes_on_to_the_same_rows(
    encoder: Encoder, encoded: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.embeddings.PIECE", 2)
    texts = ["a", "some", "b", "texts", "more"]
    undisturbed = EmbeddingCache(tmp_path / "one").encode(encoder, texts)
    encoded.clear()
    for _ in range(2):
        with pytest.raises(OutOfTimeError):
            EmbeddingCache(tmp_path / "two", limited(silent, 0.0)).encode(encoder, texts)
    resumed = EmbeddingCache(tmp_path / "two", limited(silent, 0.0)).encode(encoder, texts)

    assert encoded == texts
    assert torch.equal(resumed, undisturbed)


def test_no_texts_give_no_rows(encoder: Encoder, tmp_path: Path) -> None:
    assert EmbeddingCache(tmp_path).encode(encoder, []).shape == (0, encoder.dim)


def test_a_damaged_file_is_made_anew(encoder: Encoder, encoded: list[str], tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.encode(encoder, ["a"])
    (file,) = tmp_path.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:50])
    cache.encode(encoder, ["a"])

    assert encoded == ["a", "a"]


def test_what_was_not_asked_for_can_be_forgotten(
    encoder: Encoder, encoded: list[str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Encoder.load(str(write_tiny_encoder(tmp_path_factory.mktemp("other"), layers=3)))
    EmbeddingCache(tmp_path).encode(other, ["a"])
    EmbeddingCache(tmp_path).encode(encoder, ["a", "b", "c"])
    cache = EmbeddingCache(tmp_path)
    cache.encode(encoder, ["c", "a"])
    cache.forget_unused()
    encoded.clear()
    cache.encode(encoder, ["a", "b", "c"])

    assert encoded == ["b"]
    assert [file.stem for file in tmp_path.iterdir()] == [encoder.fingerprint]


def test_without_a_folder_nothing_is_kept(encoder: Encoder, encoded: list[str]) -> None:
    cache = EmbeddingCache(None)
    cache.encode(encoder, ["a"])
    cache.encode(encoder, ["a"])
    cache.forget_unused()

    assert encoded == ["a", "a"]
