"""Scores what an intent model understood against what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.annotation import annotated
from bot.types import OUT_OF_SCOPE, Entity, Parse
from training.metrics import accuracy, auroc, expected_calibration_error, macro_f1, span_f1
from training.trainer import Judgement
from training.utterances import Utterance


def intent_metrics(parses: Sequence[Parse], utterances: Sequence[Utterance]) -> Mapping[str, float]:
    """Score intents, rejection and calibration, and entities where the utterances have some."""
    predicted = [parse.ranking[0].name for parse in parses]
    wanted = [each.intent for each in utterances]
    outside = [intent == OUT_OF_SCOPE for intent in wanted]
    right = [given == expected for given, expected in zip(predicted, wanted, strict=True)]
    spans = [_spans(each.entities) for each in utterances]
    figures = {
        "accuracy": accuracy(predicted, wanted),
        "macro_f1": macro_f1(predicted, wanted),
        "in_scope_accuracy": _share(right, [not out for out in outside]),
        "out_of_scope_recall": _share(right, outside),
        "out_of_scope_auroc": auroc([_outside(parse) for parse in parses], outside),
        "expected_calibration_error": expected_calibration_error(
            [parse.ranking[0].confidence for parse in parses], right
        ),
        "n": len(utterances),
        "n_in_scope": len(outside) - sum(outside),
        "n_out_of_scope": sum(outside),
        "n_entities": sum(map(len, spans)),
    }
    if any(spans):
        figures["entity_f1"] = span_f1([_spans(parse.entities) for parse in parses], spans)
    return figures


def judged(parse: Parse, utterance: Utterance) -> Judgement:
    """Say how an utterance was understood: its intent, and the entities in it."""
    found = parse.ranking[0]
    is_right = float(found.name == utterance.intent)
    marked = annotated(utterance.text, parse.entities)
    return Judgement(found.name, found.confidence, is_right, marked)


def _share(right: Sequence[bool], chosen: Sequence[bool]) -> float:
    values = [value for value, is_chosen in zip(right, chosen, strict=True) if is_chosen]
    return sum(values) / len(values) if values else 0.0


def _outside(parse: Parse) -> float:
    return next(intent.confidence for intent in parse.ranking if intent.name == OUT_OF_SCOPE)


def _spans(entities: Sequence[Entity]) -> set[tuple[str, str | None, str | None, int, int]]:
    return {(each.type, each.role, each.group, each.start, each.end) for each in entities}
