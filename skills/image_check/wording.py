"""Puts verdicts on pictures into sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.types import OUT_OF_SCOPE
from skills.image_check.labels import Label
from skills.image_check.model import GOOD, Verdict
from skills.image_check.targets import JOINT

SURE = {0.95: "I'm sure of that.", 0.8: "I'm fairly sure.", 0.6: "I think so, but look yourself."}
"""Confidence from which a sentence says it."""
UNSURE = 0.6
"""Confidence below which it is said, and a person should look at the picture."""
STRANGE = "This looks like nothing that I was taught to check. Is it the right picture?"


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things of pictures by what is known of their labels."""

    labels: Mapping[str, Label]

    def verdict(self, verdict: Verdict) -> str:
        """Say what one picture is, how sure that is, and what to do."""
        if verdict.target == OUT_OF_SCOPE:
            return STRANGE
        if is_unsure(verdict):
            return f"I'm not sure about this picture: {self.doubt(verdict)}."
        sure = next(text for least, text in SURE.items() if verdict.confidence >= least)
        return "\n\n".join(
            filter(None, (f"{self._found(verdict)} {sure}", self.advice(verdict.target)))
        )

    def summary(self, verdicts: Sequence[Verdict]) -> str:
        """Say of several pictures what they are, a line each."""
        lines = [f"{n}. {self._line(each)}" for n, each in enumerate(verdicts, 1)]
        return "\n".join([f"{self._counted(verdicts)}\n", *lines])

    def compared(self, before: str, after: Verdict) -> str:
        """Say what has become of a picture since the one before it, or nothing if that is unsaid.

        `before` is its target.
        """
        if before in (GOOD, OUT_OF_SCOPE) or after.target == OUT_OF_SCOPE or is_unsure(after):
            return ""
        old, new = before.split(JOINT), after.target.split(JOINT)
        gone = [label for label in old if label not in new]
        if after.target == GOOD:
            return "Much better!"
        if not gone:
            return f"That is still so: {self.said(before)}."
        return f"No longer so: {self.said(JOINT.join(gone))}."

    def advice(self, target: str) -> str:
        """Say what to do about each label of a picture."""
        return "\n".join(f"- {each.advice}" for each in self._known(target) if each.advice)

    def doubt(self, verdict: Verdict) -> str:
        """Name the two likeliest labels of a picture."""
        return " or ".join(f"perhaps {self.said(label)}" for label in likeliest(verdict))

    def said(self, target: str) -> str:
        """Say a target within a sentence."""
        return " and ".join(each.says for each in self._known(target))

    def title(self, label: str) -> str:
        """Call a label by its name, as on a button."""
        return _words(label).capitalize()

    def _found(self, verdict: Verdict) -> str:
        if verdict.target == GOOD:
            return f"**This picture is good**: {self.said(GOOD)}."
        if GOOD in verdict.labels:
            return f"**Better take it again**: {self.said(verdict.target)}."
        return f"This is **{self.said(verdict.target)}**."

    def _line(self, verdict: Verdict) -> str:
        if verdict.target == OUT_OF_SCOPE:
            return STRANGE
        if is_unsure(verdict):
            return f"I'm not sure: {self.doubt(verdict)}."
        advice = " ".join(each.advice for each in self._known(verdict.target))
        said = "good" if verdict.target == GOOD else self.said(verdict.target)
        return f"**{said[:1].upper()}{said[1:]}.** {advice}".rstrip()

    def _counted(self, verdicts: Sequence[Verdict]) -> str:
        if not any(GOOD in each.labels for each in verdicts):
            return f"I looked at {len(verdicts)} pictures:"
        good = sum(each.target == GOOD and not is_unsure(each) for each in verdicts)
        if good == len(verdicts):
            return f"All {good} pictures are good:"
        return f"{good} of {len(verdicts)} pictures {'is' if good == 1 else 'are'} good:"

    def _known(self, target: str) -> list[Label]:
        names = target.split(JOINT)
        return [self.labels.get(name) or Label(name, _words(name)) for name in names]


def is_unsure(verdict: Verdict) -> bool:
    """Whether a person should look at the picture."""
    return verdict.target != OUT_OF_SCOPE and verdict.confidence < UNSURE


def likeliest(verdict: Verdict) -> list[str]:
    """Name the two labels that a picture has most likely, the likeliest first."""
    return list(verdict.labels)[:2]


def _words(label: str) -> str:
    return label.replace("_", " ")
