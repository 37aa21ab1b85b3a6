"""The gate: may a new version take the place of the one in service? A pure function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from statistics import fmean

from bot.types import OUT_OF_SCOPE
from training.entity_marks import entity_cases, entity_f1
from training.evidence import STRICT, Decision, Evidence, Tolerance, contradicts
from training.findings import Finding, change, judged, percent
from training.paired import Paired
from training.record import NOTHING_GAINED, Case

HELD_OUT = "held-out examples"
FIXED = "fixed ones among them"
FROM_PEOPLE = "that people gave"
ENTITIES = "held-out utterances by their entities"


def gate(evidence: Evidence, tolerance: Tolerance = STRICT) -> Decision:
    """Promote what lost nothing that counts and gained something."""
    rules = _compared if _has_parent(evidence) else _alone
    findings = [*_canaries(evidence), *_rivals(evidence, tolerance), *rules(evidence, tolerance)]
    if not any(finding.is_gain for finding in findings):
        findings.append(Finding(NOTHING_GAINED, is_fault=True))
    findings.sort(key=lambda finding: not finding.is_fault)
    is_promoted = not any(finding.is_fault for finding in findings)
    return Decision(is_promoted, tuple(finding.text for finding in findings))


def _has_parent(evidence: Evidence) -> bool:
    cases = chain(evidence.fixed, evidence.recent, evidence.tonight)
    return any(case.old is not None for case in cases)


def _canaries(evidence: Evidence) -> Iterator[Finding]:
    for failure in evidence.failures:
        yield Finding(f"A canary dialogue no longer passes: {failure}", is_fault=True)


def _rivals(evidence: Evidence, tolerance: Tolerance) -> Iterator[Finding]:
    """A model that is not better than what is simple is not worth its keep."""
    held = [case.new.score for case in (*evidence.fixed, *evidence.recent)]
    can_be_told = len(held) >= tolerance.rivals
    for name, theirs in evidence.rivals.items():
        is_beaten = fmean(held) > fmean(theirs)
        verb = "beats" if is_beaten else "does not beat"
        text = f"On {len(held)} held-out examples it {verb} {name}: "
        figures = f"{percent(fmean(held))} against {percent(fmean(theirs))}"
        remark = "" if can_be_told else "; these are too few to tell"
        yield Finding(f"{text}{figures}{remark}.", is_fault=can_be_told and not is_beaten)


def _alone(evidence: Evidence, _: Tolerance) -> Iterator[Finding]:
    """Without a version before, whatever answers is better than nothing."""
    cases = evidence.fixed or evidence.recent
    score = f"; on {len(cases)} held-out examples it has {percent(Paired.of(cases).after)}"
    yield Finding(f"There was no version before{score if cases else ''}.", is_gain=True)


def _compared(evidence: Evidence, tolerance: Tolerance) -> Iterator[Finding]:
    fixed = _without(evidence.fixed, evidence.removed)
    recent = _without(evidence.recent, evidence.removed)
    if not fixed and not recent:
        yield Finding("No examples are held out: only tonight's and the canary dialogues decide.")
    yield from _withdrawn(len(evidence.removed), evidence.withdrawn)
    yield from _reweighed(evidence.reweighed)
    yield from _added([case for case in (*fixed, *recent) if case.target in evidence.added])
    fixed, recent = _without(fixed, evidence.added), _without(recent, evidence.added)
    crowding = tolerance.crowding if evidence.added else 0.0
    yield from _parts(HELD_OUT, [*fixed, *recent], tolerance, crowding)
    if fixed and recent:  # what people give may be wrong: a sure loss on either part counts
        yield from judged(FIXED, fixed, tolerance, 1.0, crowding)
        yield from judged(FROM_PEOPLE, recent, tolerance, 1.0, crowding)
    yield from _entities(evidence, tolerance, crowding)
    yield from _classes([*fixed, *recent], tolerance, evidence.many_targets)
    if not evidence.many_targets:
        yield from _contradicted(evidence, tolerance)
    yield from _learnt(evidence.tonight, tolerance)
    yield from _entities_learnt(evidence)


def _withdrawn(targets: int, examples: int) -> Iterator[Finding]:
    if targets or examples:
        text = f"Taken out on purpose: {targets} targets, {examples} examples."
        yield Finding(text, is_gain=True)


def _reweighed(examples: int) -> Iterator[Finding]:
    if examples:
        yield Finding(f"Given another weight on purpose: {examples} examples.", is_gain=True)


def _added(cases: Sequence[Case]) -> Iterator[Finding]:
    if cases:
        pair, targets = Paired.of(cases), len({case.target for case in cases})
        text = f"New targets: {targets}; {percent(pair.after)} on their {len(cases)} examples."
        yield Finding(text, is_gain=pair.won > 0)


def _parts(
    name: str, cases: Sequence[Case], tolerance: Tolerance, crowding: float
) -> Iterator[Finding]:
    """Judge examples together and, where some are out of scope, either side by itself."""
    outside = [case for case in cases if case.target == OUT_OF_SCOPE]
    within = _without(cases, {OUT_OF_SCOPE})
    yield from judged(name, cases, tolerance, tolerance.loss, crowding)
    if outside and within:
        yield from judged(f"{name} in scope", within, tolerance, tolerance.loss, crowding)
        yield from judged(f"{name} out of scope", outside, tolerance, tolerance.outside, crowding)


def _entities(evidence: Evidence, tolerance: Tolerance, crowding: float) -> Iterator[Finding]:
    """Judge by what is marked in the utterances.

    What people gave is asked only where nothing else is: most of its marks some version made.
    """
    fixed, recent = (
        entity_cases(_without(cases, evidence.removed), evidence.kinds)
        for cases in (evidence.fixed, evidence.recent)
    )
    cases = fixed or recent
    yield from judged(ENTITIES, cases, tolerance, tolerance.loss, crowding)
    if cases:
        before, after = entity_f1(cases, evidence.kinds)
        yield Finding(f"F1 of entities is {percent(before)} before, {percent(after)} after.")


def _entities_learnt(evidence: Evidence) -> Iterator[Finding]:
    """Entities that are marked otherwise in the data are learnt if more are right than before."""
    cases = entity_cases(evidence.tonight, evidence.kinds)
    if cases:
        pair = Paired.of(cases)
        text = f"On the entities of {len(cases)} examples learnt tonight: {change(pair)}."
        yield Finding(text, is_gain=pair.loss < 0)


def _classes(cases: Sequence[Case], tolerance: Tolerance, is_ranked: bool) -> Iterator[Finding]:
    """No class may fall far, unless it is so small that this may well be chance.

    In a ranking nearly every score changes a little, so there the test minds how many classes are
    looked at.
    """
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.target].append(case)
    looks = max(1, len(groups)) if is_ranked else 1
    real = tolerance.of_class_real / looks  # Bonferroni's correction
    for target, members in sorted(groups.items()):
        pair = Paired.of(members)
        is_fall = pair.loss > tolerance.of_class and pair.p < real
        is_gone = pair.after == 0 and pair.before * len(members) >= tolerance.vanished
        if is_fall or is_gone:
            text = f"'{target}' fell on {len(members)} examples: {change(pair)}"
            yield Finding(f"{text} (p = {pair.p:.2g}).", is_fault=True)


def _contradicted(evidence: Evidence, tolerance: Tolerance) -> Iterator[Finding]:
    """A night that is wrong as a whole shows in what the old version surely knows better."""
    cases = _without(evidence.tonight, evidence.added)
    count = sum(contradicts(case, tolerance.sure) for case in cases)
    if len(cases) >= tolerance.night and count > tolerance.contradicted * len(cases):
        yield Finding(
            f"Of {len(cases)} new examples, {count} contradict what the version in service is sure "
            "of: are they labelled wrongly? Look at them; if they are right, fit from scratch.",
            is_fault=True,
        )


def _learnt(cases: Sequence[Case], tolerance: Tolerance) -> Iterator[Finding]:
    """Something is learnt if more is right than before, or the same is markedly surer."""
    if not cases:
        return
    pair = Paired.of(cases)
    surer = sum(_sureness(case) for case in cases) / len(cases)
    text = f"On the {len(cases)} examples learnt tonight: {change(pair)}, {surer:+.1%} surer."
    is_surer = surer >= tolerance.surer and pair.loss <= 0
    yield Finding(text, is_gain=pair.loss < 0 or is_surer)


def _sureness(case: Case) -> float:
    """How much surer the new version is of what is right."""
    before = case.old.score * case.old.confidence if case.old else 0.0
    return case.new.score * case.new.confidence - before


def _without(cases: Sequence[Case], targets: Collection[str]) -> list[Case]:
    return [case for case in cases if case.target not in targets]
