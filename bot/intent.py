"""The intent and entity model: one encoder, and on it a head for intents and one for entities."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Self

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from bot.annotation import parse_annotation
from bot.encoder import Encoder, Hidden, Tokens, batches_by_length, seen_by
from bot.heads import Calibration, Heads
from bot.spans import Kind, entities_of, words_of
from bot.types import OUT_OF_SCOPE, Entity, Example, Intent, Parse

FORMAT = 2
RANKED = 10
"""Intents that a parse names at most."""


@dataclass(frozen=True, slots=True, eq=False)
class IntentModel:
    """Ranks the intents of a text and finds its entities. Threads can share it.

    A text is seen in two views: through the fine-tuned encoder, which tells the known intents
    apart, and through the one it grew from, which has not forgotten what else there is to say.
    """

    encoder: Encoder
    base: Encoder
    intents: tuple[str, ...]
    kinds: tuple[Kind, ...]
    heads: Heads
    calibration: Calibration

    @classmethod
    def untrained(cls, encoder: Encoder) -> Self:
        """Make a model that knows nothing: all is out of scope until it is given intents."""
        heads = Heads.empty(encoder.dim)
        return cls(encoder, base_of(encoder), (), (), heads, Calibration())

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder."""
        about = json.loads((path / "model.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"made in format {about['format']}, and only {FORMAT} is known")
        adapter = path / "adapter" if about["adapted"] else None
        encoder = Encoder.load(about["encoder"], adapter, device, about["precision"])
        kinds = tuple((type, role, group) for type, role, group in about["kinds"])
        heads = Heads(**load_file(path / "heads.safetensors"))
        calibration = Calibration(**about["calibration"])
        return cls(encoder, base_of(encoder), tuple(about["intents"]), kinds, heads, calibration)

    def save(self, path: Path) -> None:
        """Write the model into the empty folder `path`."""
        about = {
            "format": FORMAT,
            "encoder": self.encoder.base,
            "precision": self.encoder.precision,
            "adapted": self.encoder.adapter is not None,
            "intents": self.intents,
            "kinds": self.kinds,
            "calibration": asdict(self.calibration),
        }
        text = json.dumps(about, ensure_ascii=False, indent=2)
        (path / "model.json").write_text(text, encoding="utf-8")
        tensors = {field.name: getattr(self.heads, field.name).clone() for field in fields(Heads)}
        save_file(tensors, path / "heads.safetensors")
        if self.encoder.adapter is not None:
            self.encoder.adapter.save(path / "adapter")

    def parse(self, texts: Sequence[str]) -> list[Parse]:
        """Understand texts, many at a time."""
        tokens = self.encoder.tokenize(texts)
        parses: dict[int, Parse] = {}
        with torch.no_grad():
            for rows in batches_by_length(tokens):
                found = self._parse_batch([texts[i] for i in rows], [tokens[i] for i in rows])
                parses.update(zip(rows, found, strict=True))
        return [parses[row] for row in range(len(texts))]

    def _parse_batch(self, texts: Sequence[str], tokens: Sequence[Tokens]) -> list[Parse]:
        hidden, by_base = seen_by((self.encoder, self.base), tokens)
        views = torch.cat([self.encoder.pool(hidden), self.base.pool(by_base)], dim=1)
        rankings = self._rank(views.cpu())
        entities = self._entities(texts, tokens, hidden)
        return [Parse(*pair) for pair in zip(rankings, entities, strict=True)]

    def views(self, texts: Sequence[str]) -> Tensor:
        """Embed texts as the head sees them: (texts, 2 * dim), tuned view first."""
        tuned = self.encoder.encode(texts)
        base = tuned if self.encoder is self.base else self.base.encode(texts)
        return torch.cat([tuned, base], dim=1)

    def _rank(self, views: Tensor) -> list[tuple[Intent, ...]]:
        names = (*self.intents, OUT_OF_SCOPE)
        rankings = []
        for row in self.heads.probabilities(views, self.calibration):
            best = row.topk(min(RANKED, len(names)))
            places = best.indices.tolist()
            if len(self.intents) not in places:
                places[-1] = len(self.intents)
            rankings.append(tuple(Intent(names[place], float(row[place])) for place in places))
        return rankings

    def _entities(
        self, texts: Sequence[str], tokens: Sequence[Tokens], hidden: Hidden
    ) -> list[tuple[Entity, ...]]:
        if not self.kinds:
            return [()] * len(texts)
        scores = self.heads.tag_scores(hidden.last).numpy()
        steps = self.heads.tag_steps.numpy()
        words = [words_of(text, found.offsets) for text, found in zip(texts, tokens, strict=True)]
        return [
            entities_of(text, found, row[[word.first for word in found]], steps, self.kinds)
            for text, found, row in zip(texts, words, scores, strict=True)
        ]

    def with_intents(self, examples: Sequence[Example]) -> Self:
        """Add the intents that the model doesn't know, each by the mean of its utterances."""
        known = {*self.intents, OUT_OF_SCOPE}
        added = [example for example in examples if example.target not in known]
        if not added:
            return self
        new = tuple(sorted({example.target for example in added}))
        views = self.views([parse_annotation(example.input)[0] for example in added])
        targets = torch.tensor([new.index(example.target) for example in added])
        heads = self.heads.with_intents(views, targets, len(new))
        return replace(self, intents=(*self.intents, *new), heads=heads)


def base_of(encoder: Encoder) -> Encoder:
    """Give the encoder without its adapter; their weights are shared as far as they are equal."""
    if encoder.adapter is None:
        return encoder
    return Encoder.load(encoder.base, None, encoder.device, encoder.precision)
