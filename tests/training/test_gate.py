"""The gate: what is lost and what is won, and when that is more than chance."""

from dataclasses import replace

import pytest

from bot.spans import Kind
from bot.types import OUT_OF_SCOPE
from training.evidence import Evidence, Tolerance
from training.gate import gate
from training.paired import Paired
from training.record import Case
from training.trainer import Judgement

OTHER = "something else"


def judged(target: str, score: float, confidence: float = 0.9) -> Judgement:
    return Judgement(target if score else OTHER, confidence, float(score))


def case(old: float | None, new: float, target: str = "refund") -> Case:
    before = None if old is None else judged(target, old)
    return Case("some words", target, before, judged(target, new))


def cases(lost: int, won: int, kept: int, target: str = "refund") -> list[Case]:
    return [case(1, 0, target)] * lost + [case(0, 1, target)] * won + [case(1, 1, target)] * kept


LEARNT = [case(0, 1)]


@pytest.mark.parametrize(
    ("fixed", "is_promoted"),
    [
        (cases(10, 14, 500), True),
        (cases(8, 8, 184), True),
        (cases(1, 0, 2), True),
        (cases(1, 0, 199), True),
        (cases(4, 0, 40), False),
        (cases(40, 25, 2935), False),
        (cases(30, 25, 2945), True),
        (cases(8, 0, 9992), False),
    ],
    ids=[
        "more won than lost",
        "as many won as lost",
        "one of three",
        "one of two hundred",
        "four lost and none won",
        "half a point of a large set",
        "a sixth of a point of a large set",
        "little, and surely",
    ],
)
def test_a_loss_that_is_more_than_chance_is_refused(fixed: list[Case], is_promoted: bool) -> None:
    assert gate(Evidence(fixed, tonight=LEARNT)).is_promoted is is_promoted


def test_the_reasons_name_the_figures_and_faults_stand_first() -> None:
    decision = gate(Evidence(cases(20, 4, 76), tonight=LEARNT))

    assert decision.reasons == (
        "On 100 held-out examples: 96.0% before, 80.0% after, 20 lost, 4 won; "
        "a loss (p = 0.00077).",
        "'refund' fell on 100 examples: 96.0% before, 80.0% after, 20 lost, 4 won (p = 0.00077).",
        "On the 1 examples learnt tonight: 0.0% before, 100.0% after, 0 lost, 1 won, +90.0% surer.",
    )


def test_the_test_is_exact() -> None:
    assert Paired.of(cases(3, 1, 0)).p == 5 / 16
    assert Paired.of(cases(0, 2, 0)).p == 1.0
    assert Paired.of([]) == Paired(0, 0, 0, 0.0, 0.0)
    assert Paired.of(cases(1200, 800, 5000)).p < 1e-9


def test_one_class_may_not_pay_for_the_others() -> None:
    fixed = [*cases(0, 30, 400, "hours"), *cases(8, 0, 2, "refund")]
    decision = gate(Evidence(fixed, tonight=LEARNT))

    assert not decision.is_promoted
    assert decision.reasons[0].startswith("'refund' fell on 10 examples: 100.0% before, 20.0%")


@pytest.mark.parametrize(
    ("lost", "kept", "is_promoted"),
    [(1, 2, True), (2, 0, True), (3, 0, False)],
    ids=["one of three", "both of two", "all three"],
)
def test_a_small_class_falls_only_if_it_vanishes(lost: int, kept: int, is_promoted: bool) -> None:
    fixed = [*cases(0, 9, 400, "hours"), *cases(lost, 0, kept, "refund")]

    assert gate(Evidence(fixed, tonight=LEARNT)).is_promoted is is_promoted


@pytest.mark.parametrize(
    ("within", "outside", "fault"),
    [
        (cases(0, 20, 400), cases(9, 0, 91, OUT_OF_SCOPE), "held-out examples out of scope"),
        (cases(12, 2, 400), cases(0, 20, 80, OUT_OF_SCOPE), "held-out examples in scope"),
    ],
    ids=["out of scope lost", "in scope lost"],
)
def test_either_side_of_the_scope_is_judged_by_itself(
    within: list[Case], outside: list[Case], fault: str
) -> None:
    decision = gate(Evidence([*within, *outside], tonight=LEARNT))

    assert not decision.is_promoted
    assert fault in decision.reasons[0]


def test_new_targets_are_won_and_never_lost() -> None:
    new = cases(5, 15, 0, "courses")
    evidence = Evidence([*cases(0, 0, 100), *new], added=frozenset({"courses"}))
    decision = gate(evidence)

    assert decision.is_promoted
    assert "New targets: 1; 75.0% on their 20 examples." in decision.reasons


def test_new_targets_may_crowd_the_known_ones_a_little_and_no_more() -> None:
    added = frozenset({"courses"})
    new = cases(0, 50, 0, "courses")

    assert not gate(Evidence(cases(9, 0, 991), tonight=LEARNT)).is_promoted
    assert gate(Evidence([*cases(9, 0, 991), *new], added=added)).is_promoted
    assert not gate(Evidence([*cases(29, 0, 971), *new], added=added)).is_promoted


def test_what_was_taken_out_on_purpose_is_no_loss() -> None:
    fixed = [*cases(0, 0, 100), *cases(30, 0, 0, "old_answer")]

    assert not gate(Evidence(fixed, tonight=LEARNT)).is_promoted
    assert gate(Evidence(fixed, tonight=LEARNT, removed=frozenset({"old_answer"}))).is_promoted


@pytest.mark.parametrize(
    "taken", [Evidence(removed=frozenset({"old_answer"})), Evidence(withdrawn=3)]
)
def test_to_do_without_what_was_taken_out_is_a_gain_and_no_excuse_for_a_loss(
    taken: Evidence,
) -> None:
    assert gate(replace(taken, fixed=cases(0, 0, 100))).is_promoted
    assert not gate(replace(taken, fixed=cases(9, 0, 91))).is_promoted


def test_what_is_fixed_and_what_people_gave_is_judged_together() -> None:
    fixed, recent = cases(7, 2, 491), cases(1, 6, 493)

    assert not gate(Evidence(fixed, tonight=LEARNT)).is_promoted
    assert gate(Evidence(fixed, recent, LEARNT)).is_promoted


@pytest.mark.parametrize(
    ("fixed", "recent"),
    [(cases(9, 1, 490), cases(0, 20, 480)), (cases(0, 20, 480), cases(9, 1, 490))],
    ids=["fixed", "people's"],
)
def test_no_gain_on_the_one_part_makes_up_for_a_sure_loss_on_the_other(
    fixed: list[Case], recent: list[Case]
) -> None:
    assert not gate(Evidence(fixed, recent, LEARNT)).is_promoted


def test_a_night_that_contradicts_what_is_surely_known_is_refused() -> None:
    tonight = [*cases(0, 60, 0), *cases(0, 0, 40)]
    decision = gate(Evidence(cases(0, 9, 100), tonight=tonight))

    assert not decision.is_promoted
    assert "Of 100 new examples, 60 contradict" in decision.reasons[0]
    assert gate(Evidence(cases(0, 9, 100), tonight=[*cases(0, 20, 80)])).is_promoted


@pytest.mark.parametrize(
    "tonight",
    [
        cases(0, 7, 0),
        [Case("", "refund", judged("refund", 0, 0.4), judged("refund", 1))] * 100,
        [Case("", "refund", None, judged("refund", 1))] * 100,
    ],
    ids=["few", "the old version was unsure", "the old version never met them"],
)
def test_corrections_by_people_are_no_wrong_night(tonight: list[Case]) -> None:
    assert gate(Evidence(cases(0, 1, 100), tonight=tonight)).is_promoted


def test_examples_of_new_targets_contradict_nothing() -> None:
    tonight = cases(0, 100, 0, "courses")

    assert gate(Evidence(tonight=tonight, added=frozenset({"courses"}))).is_promoted


@pytest.mark.parametrize(
    ("old", "new", "is_gain"),
    [
        (judged("refund", 0), judged("refund", 1), True),
        (judged("refund", 1, 0.5), judged("refund", 1, 0.9), True),
        (judged("refund", 1, 0.9), judged("refund", 1, 0.9), False),
        (judged("refund", 0), judged("refund", 0), False),
        (judged("refund", 1, 0.1), judged("refund", 0.5, 0.9), False),
    ],
    ids=["now right", "surer", "known already", "not learnt", "surer of what is worse"],
)
def test_only_a_gain_is_promoted(old: Judgement, new: Judgement, is_gain: bool) -> None:
    decision = gate(Evidence(cases(2, 2, 200), tonight=[Case("", "refund", old, new)]))

    assert decision.is_promoted is is_gain
    assert ("Nothing was gained." in decision.reasons) is not is_gain


def test_a_gain_on_held_out_examples_is_enough() -> None:
    assert gate(Evidence(cases(2, 4, 200))).is_promoted


def test_a_ranking_is_judged_by_its_scores() -> None:
    worse = [case(1.0, 0.5)] * 12 + [case(0.5, 1.0)] * 2 + [case(0.5, 0.5)] * 86
    better = [case(0.5, 1.0)] * 12 + [case(1.0, 0.5)] * 2

    assert not gate(Evidence(worse, tonight=LEARNT)).is_promoted
    assert gate(Evidence(better)).is_promoted


def test_without_a_version_before_whatever_passes_the_canaries_is_promoted() -> None:
    first = Evidence([case(None, 1), case(None, 0)])

    assert gate(first).is_promoted
    assert gate(first).reasons == (
        "There was no version before; on 2 held-out examples it has 50.0%.",
    )
    assert not gate(Evidence([case(None, 1)], failures=["greeting"])).is_promoted
    assert gate(Evidence()).is_promoted


def test_without_held_out_examples_tonights_and_the_canaries_decide_and_that_is_said() -> None:
    decision = gate(Evidence(tonight=LEARNT))

    assert decision.is_promoted
    assert decision.reasons[0].startswith("No examples are held out")
    assert not gate(Evidence(tonight=[case(1, 1)])).is_promoted


def test_a_canary_that_no_longer_passes_outweighs_every_gain() -> None:
    decision = gate(Evidence(cases(0, 90, 10), failures=["greeting, at 'hello': skill faq"]))

    assert not decision.is_promoted
    assert decision.reasons[0] == (
        "A canary dialogue no longer passes: greeting, at 'hello': skill faq"
    )


def test_a_tolerance_can_be_wider() -> None:
    fixed = cases(9, 0, 991)
    wide = Tolerance(loss=0.05, real=0.0)

    assert not gate(Evidence(fixed, tonight=LEARNT)).is_promoted
    assert gate(Evidence(fixed, tonight=LEARNT), wide).is_promoted


@pytest.mark.parametrize(
    ("rivals", "is_promoted"),
    [
        ({"popularity": [0.0, 1.0] * 25, "LightFM": [0.5, 0.9] * 25}, True),
        ({"popularity": [0.0, 1.0] * 25, "LightFM": [1.0, 1.0] * 25}, False),
        ({"popularity": [1.0, 0.5] * 25}, False),
        ({"popularity": [1.0, 1.0]}, True),
    ],
    ids=["all beaten", "one is better", "one is as good", "too few to tell"],
)
def test_a_version_that_a_simple_baseline_equals_is_refused_and_the_baseline_named(
    rivals: dict[str, list[float]], is_promoted: bool
) -> None:
    pairs = len(rivals["popularity"]) // 2
    evidence = Evidence([case(0.5, 1)] * pairs, [case(0.5, 0.5)] * pairs, LEARNT, rivals=rivals)
    decision = gate(evidence)

    assert decision.is_promoted is is_promoted
    assert all(any(name in reason for reason in decision.reasons) for name in rivals)
    assert is_promoted or "does not beat" in decision.reasons[0]


def test_even_the_first_version_has_to_beat_its_rivals() -> None:
    evidence = Evidence([case(None, 0.5)] * 50, rivals={"popularity": [0.6] * 50})

    assert gate(evidence).reasons[0] == (
        "On 50 held-out examples it does not beat popularity: 50.0% against 60.0%."
    )


def test_where_people_want_many_targets_none_contradicts_another() -> None:
    tonight = [*cases(0, 60, 0), *cases(0, 0, 40)]

    assert not gate(Evidence(tonight=tonight)).is_promoted
    assert gate(Evidence(tonight=tonight, many_targets=True)).is_promoted


def test_among_many_ranked_classes_chance_brings_one_down() -> None:
    others = [case(0.5, 1.0, f"course {n}") for n in range(60)]
    fallen = [case(1.0, 0.5, "sql")] * 8
    evidence = Evidence([*others, *fallen], tonight=LEARNT)

    assert not gate(evidence).is_promoted
    assert gate(replace(evidence, many_targets=True)).is_promoted
    surely = [*others, *[case(1.0, 0.5, "sql")] * 13]
    assert not gate(replace(evidence, fixed=surely, many_targets=True)).is_promoted


def test_to_go_by_another_weight_is_a_gain_and_no_excuse_for_a_loss() -> None:
    assert gate(Evidence(cases(0, 0, 100), reweighed=2)).is_promoted
    assert not gate(Evidence(cases(9, 0, 91), reweighed=2)).is_promoted


def marked(old: str | None, new: str, wanted: str = "fly to [rome](city)") -> Case:
    right = judged("flight", 1)
    before = None if old is None else replace(right, annotated=old)
    return Case(wanted, "flight", before, replace(right, annotated=new))


CITY = ("city", None, None)
FOUND, MISSED, SPURIOUS = "fly to [rome](city)", "fly to rome", "[fly](city) to [rome](city)"
KEPT = [marked(FOUND, FOUND)] * 20


@pytest.mark.parametrize(
    ("fixed", "is_promoted"),
    [
        ([*KEPT, *[marked(FOUND, MISSED)] * 8], False),
        ([*KEPT, *[marked(FOUND, SPURIOUS)] * 8], False),
        ([*KEPT, *[marked(FOUND, "fly to [rome](country)")] * 8], False),
        ([*KEPT, *[marked("fly to", "[fly](city) to", "fly to")] * 8], False),
        ([*KEPT, *[marked(FOUND, MISSED)] * 4, *[marked(MISSED, FOUND)] * 4], True),
        ([*KEPT, *[marked(MISSED, FOUND)] * 8], True),
        (KEPT, True),
    ],
    ids=["missed", "one too many", "other kind", "in nothing", "as many won", "won", "the same"],
)
def test_a_version_that_is_really_worse_at_entities_is_refused(
    fixed: list[Case], is_promoted: bool
) -> None:
    kinds = frozenset({CITY, ("country", None, None)})
    decision = gate(Evidence(fixed, tonight=LEARNT, kinds=kinds))

    assert decision.is_promoted is is_promoted
    is_named = decision.reasons[0].startswith(f"On {len(fixed)} held-out utterances by their entit")
    assert is_named is not is_promoted


def test_what_is_found_of_entities_is_told_in_figures() -> None:
    cases = [*KEPT, *[marked(FOUND, MISSED)] * 5]
    reasons = gate(Evidence(cases, tonight=LEARNT, kinds=frozenset({CITY}))).reasons

    assert reasons[0] == (
        "On 25 held-out utterances by their entities: 100.0% before, 80.0% after, 5 lost, 0 won; "
        "a loss (p = 0.031)."
    )
    assert "F1 of entities is 100.0% before, 88.9% after." in reasons


def test_entities_that_are_better_found_are_a_gain() -> None:
    cases = [*KEPT, *[marked(MISSED, FOUND)] * 3]

    assert gate(Evidence(cases, kinds=frozenset({CITY}))).is_promoted
    assert gate(Evidence(KEPT, tonight=cases, kinds=frozenset({CITY}))).is_promoted
    assert not gate(Evidence(KEPT, tonight=KEPT, kinds=frozenset({CITY}))).is_promoted


@pytest.mark.parametrize(
    ("cases", "kinds"),
    [
        ([marked(FOUND, MISSED)] * 8, frozenset[Kind]()),
        ([marked("fly to rome", FOUND, "fly to rome")] * 8, frozenset({CITY})),
    ],
    ids=["the kind was taken out on purpose", "nobody has marked any to be found"],
)
def test_entities_that_are_not_looked_for_are_no_loss(
    cases: list[Case], kinds: frozenset[Kind]
) -> None:
    assert gate(Evidence(cases, tonight=LEARNT, kinds=kinds)).is_promoted


def test_marks_that_versions_made_themselves_decide_only_where_there_are_no_others() -> None:
    lost = [marked(FOUND, MISSED)] * 8
    kinds = frozenset({CITY})

    assert gate(Evidence(KEPT, lost, LEARNT, kinds=kinds)).is_promoted
    assert not gate(Evidence([], lost, LEARNT, kinds=kinds)).is_promoted
