"""FaqModel: finds the answers nearest to a question, by a fine-tuned sentence encoder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from bot.types import Example
from skills.faq.answers import Answer
from skills.faq.scoring import Hit, Scoring

if TYPE_CHECKING:  # torch is imported when a model is loaded, not when the skill is found
    from bot.encoder import Encoder

FORMAT = 1
LONGEST = 4_000
"""Characters of a question that are looked at."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Index:
    """The embeddings of the answers to choose from."""

    ids: tuple[str, ...]
    questions: Floats
    """(ways to ask, dim), those of one answer side by side."""
    starts: NDArray[np.intp]
    """The row in `questions` where those of each answer begin."""
    answers: Floats
    """(answers, dim), of question and answer read together."""

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many ways to ask each answer has; at least one."""
        return np.diff([*self.starts, len(self.questions)])


@dataclass(frozen=True, slots=True, eq=False)
class FaqModel:
    """An encoder, what was learnt beyond the files of answers, and how scores are read."""

    encoder: Encoder
    scoring: Scoring = field(default_factory=Scoring)
    learnt: tuple[Example, ...] = ()
    """Questions that no file has, each with the id of its answer."""
    cache: Mapping[str, Floats] = field(default_factory=dict)
    """Embeddings made before, by the key of their text."""

    @classmethod
    def untrained(cls, encoder: Encoder) -> Self:
        """Make the model that answers before anything was learnt."""
        return cls(encoder)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder."""
        from bot.encoder import Encoder  # noqa: PLC0415 - brings torch

        about = json.loads((path / "model.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ValueError(f"made in format {about['format']}, and only {FORMAT} is known")
        adapter = path / "adapter" if about["adapted"] else None
        encoder = Encoder.load(about["encoder"], adapter, device, about["precision"])
        learnt = tuple(Example(**example) for example in about["learnt"])
        with np.load(path / "embeddings.npz", allow_pickle=False) as saved:
            cache = dict(zip(saved["keys"].tolist(), saved["embeddings"], strict=True))
        known = {each.name for each in fields(Scoring)}  # older models have some that are gone
        scoring = {name: value for name, value in about["scoring"].items() if name in known}
        return cls(encoder, Scoring(**scoring), learnt, cache)

    def save(self, path: Path) -> None:
        """Write the model into the empty folder `path`."""
        about = {
            "format": FORMAT,
            "encoder": self.encoder.base,
            "precision": self.encoder.precision,
            "adapted": self.encoder.adapter is not None,
            "scoring": asdict(self.scoring),
            "learnt": [asdict(example) for example in self.learnt],
        }
        text = json.dumps(about, ensure_ascii=False, indent=2)
        (path / "model.json").write_text(text, encoding="utf-8")
        keys = np.array(list(self.cache), dtype=np.str_)
        embeddings = np.array(list(self.cache.values()), dtype=np.float32)
        np.savez(path / "embeddings.npz", keys=keys, embeddings=embeddings)
        if self.encoder.adapter is not None:
            self.encoder.adapter.save(path / "adapter")

    def with_cache(self, answers: Sequence[Answer]) -> Self:
        """Make a model that need not encode these answers again."""
        texts = [text for answer in answers for text in (*self._asked(answer), whole(answer))]
        rows = self._embedded(texts)
        return replace(self, cache={_key(text): row for text, row in zip(texts, rows, strict=True)})

    def index(self, answers: Sequence[Answer]) -> Index:
        """Make the index of these answers; only texts that are new are encoded."""
        asked = [self._asked(answer) for answer in answers]
        texts = [text for group in asked for text in group]
        rows = self._embedded([*texts, *map(whole, answers)])
        starts = np.cumsum([0, *map(len, asked)])[:-1].astype(np.intp)
        ids = tuple(answer.id for answer in answers)
        return Index(ids, rows[: len(texts)], starts, rows[len(texts) :])

    def rank(self, index: Index, questions: Sequence[str], k: int) -> list[list[Hit]]:
        """Find for each question the k nearest answers, best first."""
        if not index.ids:
            return [[] for _ in questions]
        embeddings = np.asarray(self.encoder.encode([text[:LONGEST] for text in questions]))
        scores = scores_of(index, embeddings, self.scoring)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return [
            [Hit(index.ids[place], float(row[place])) for place in places]
            for row, places in zip(scores, order, strict=True)
        ]

    def _asked(self, answer: Answer) -> tuple[str, ...]:
        learnt = (example.input for example in self.learnt if example.target == answer.id)
        return tuple(dict.fromkeys((*answer.questions, *learnt)))

    def _embedded(self, texts: Sequence[str]) -> Floats:
        known = {text: self.cache.get(_key(text)) for text in texts}
        new = [text for text, row in known.items() if row is None]
        if new:
            known.update(zip(new, np.asarray(self.encoder.encode(new)), strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)


def scores_of(index: Index, embeddings: Floats, how: Scoring) -> Floats:
    """Score each question (questions, dim) with each answer: (questions, answers)."""
    similar = (embeddings @ index.questions.T) / how.softness
    summed = np.logaddexp.reduceat(similar, index.starts, axis=1)
    asked = how.softness * (summed - np.log(index.counts))
    answered = embeddings @ index.answers.T
    scores = (asked + how.answer_weight * answered) / (1 + how.answer_weight)
    return np.asarray(scores, dtype=np.float32)


def centres_of(index: Index, how: Scoring) -> Floats:
    """Find for each answer the middle of what is asked and what is answered: (answers, dim)."""
    asked = np.add.reduceat(index.questions, index.starts) / index.counts[:, None]
    middle = asked + how.answer_weight * index.answers
    return np.asarray(middle / np.linalg.norm(middle, axis=1, keepdims=True), dtype=np.float32)


def whole(answer: Answer) -> str:
    """Write question and answer as one text."""
    return f"{answer.question} {answer.answer}"


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
