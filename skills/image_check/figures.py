"""What pictures were taken for, against what they are, as figures; only training imports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from bot.types import OUT_OF_SCOPE
from skills.image_check.model import GOOD, Verdict
from skills.image_check.targets import JOINT
from skills.image_check.video.model import ClipVerdict
from training.metrics import accuracy, auroc, expected_calibration_error, macro_f1


def figures(targets: Sequence[str], verdicts: Sequence[Verdict]) -> Mapping[str, float]:
    """Score verdicts; pictures of something else altogether count only where that is asked."""
    pairs = list(zip(targets, verdicts, strict=True))
    within = [(target, verdict) for target, verdict in pairs if target != OUT_OF_SCOPE]
    wanted, given = [target for target, _ in within], [each.target for _, each in within]
    right = [a == b for a, b in zip(given, wanted, strict=True)]
    found = {
        "accuracy": accuracy(given, wanted),
        "macro_f1": macro_f1(given, wanted),
        "expected_calibration_error": expected_calibration_error(
            [each.confidence for _, each in within], right
        ),
        "n": float(len(within)),
    }
    return {**found, **_refused(within), **_outside(pairs), **_recalls(within)}


def clip_figures(
    targets: Sequence[str], verdicts: Sequence[ClipVerdict], normal: str
) -> Mapping[str, float]:
    """Score verdicts on clips: what they are, and which raised an alarm."""
    pairs = list(zip(targets, verdicts, strict=True))
    right = [verdict.is_alarm for target, verdict in pairs if target != normal]
    false = [verdict.is_alarm for target, verdict in pairs if target == normal]
    scores = [each.score for each in verdicts]
    return {
        "accuracy": accuracy([each.target for each in verdicts], targets),
        "auroc": auroc(scores, [target != normal for target in targets]),
        "detected": fmean(right) if right else 0.0,
        "false_alarm_rate": fmean(false) if false else 0.0,
        "detected_at_1_in_30": _detected(
            [verdict.score for target, verdict in pairs if target != normal],
            [verdict.score for target, verdict in pairs if target == normal],
        ),
        "n": float(len(pairs)),
    }


def _detected(right: Sequence[float], false: Sequence[float]) -> float:
    """Part of what deserves an alarm that is above all but one in 30 of what does not."""
    limit = sorted(false, reverse=True)[len(false) // 30] if false else 0.0
    return fmean(score > limit for score in right) if right else 0.0


def _refused(within: Sequence[tuple[str, Verdict]]) -> dict[str, float]:
    """How often good pictures are refused, and faulty ones are not."""
    good = [verdict.target != GOOD for target, verdict in within if target == GOOD]
    faulty = [verdict.target == GOOD for target, verdict in within if target != GOOD]
    if not good:
        return {}
    return {"false_alarm_rate": fmean(good), "missed_rate": fmean(faulty) if faulty else 0.0}


def _outside(pairs: Sequence[tuple[str, Verdict]]) -> dict[str, float]:
    is_outside = [target == OUT_OF_SCOPE for target, _ in pairs]
    if not any(is_outside) or all(is_outside):
        return {}
    rejected = [
        verdict.target == OUT_OF_SCOPE for target, verdict in pairs if target == OUT_OF_SCOPE
    ]
    return {
        "ood_auroc": auroc([-verdict.nearness for _, verdict in pairs], is_outside),
        "out_of_scope_recall": fmean(rejected),
        "n_out_of_scope": float(len(rejected)),
    }


def _recalls(within: Sequence[tuple[str, Verdict]]) -> dict[str, float]:
    """Part of the pictures with a label, alone or beside others, in which it is found."""
    labels = sorted({label for target, _ in within for label in target.split(JOINT)})
    return {f"recall_{label}": _recall(label, within) for label in labels}


def _recall(label: str, within: Sequence[tuple[str, Verdict]]) -> float:
    return fmean(
        label in verdict.target.split(JOINT)
        for target, verdict in within
        if label in target.split(JOINT)
    )
