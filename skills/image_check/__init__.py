"""The image check: says of a picture whether it is what it should be, why, and what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import Button, Context, Example, Reply, Skill, Turn
from bot.errors import PictureError
from bot.nlu import IMAGE
from bot.pictures import open_picture
from bot.types import OUT_OF_SCOPE
from skills.image_check.heat import coloured
from skills.image_check.labels import read_labels
from skills.image_check.model import GOOD, ImageModel, Verdict
from skills.image_check.wording import Wording, is_unsure, likeliest

CHECK = "check_picture"
EXPLAIN = "explain_picture"
COMPARE = "compare_pictures"
OWN = (CHECK, EXPLAIN, COMPARE, IMAGE)
LABEL = "label"
"""The entity of a button that says what a picture is."""
SEEN = "image_check_seen"
"""The slot of the pictures that were looked at last."""
PICTURE = "picture"
"""What is asked for where there is none."""
ASK = "Send me the picture: type the path of its file, or drop the file here."
GONE = "I no longer have that picture. Send it once more."
WHERE = "The picture shows in red where I saw it."
FINE = "I found nothing wrong with it."
UNTRAINED = (
    "I haven't learnt to look at pictures. Run `make photographs` and `nocturne fit image_check`; "
    "or, for pictures of your own, `nocturne fit image_check --folder DIR` with a sub-folder for "
    "each label."
)
THANKS = "Thank you, I'll learn from that tonight."


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was looked at, as a slot remembers it."""

    path: str
    target: str
    label: str
    """The likeliest label that is not good: what there is to explain."""


class ImageCheck(Skill[ImageModel]):
    """Looks at pictures, explains what it found in them, and compares them with those before."""

    model_type = ImageModel
    untrained = UNTRAINED

    def __init__(self, model: ImageModel, data: Path) -> None:
        super().__init__(model, data)
        self.wording = Wording(read_labels(data))

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Look at what was sent; without a picture, speak of the last ones or ask for one."""
        message, seen = turn.message, seen_in(context)
        if message.images:
            return self._checked(message.images, message.unreadable, seen)
        if message.unreadable:
            return Reply("\n\n".join(message.unreadable), requested_slot=PICTURE)
        label = turn.entity(LABEL)
        if turn.intent.name == CHECK and label:
            return self._labelled(label)
        if turn.intent.name == EXPLAIN and seen:
            return self._explained(_meant(turn, seen))
        return Reply(ASK, requested_slot=PICTURE) if turn.intent.name in OWN else None

    def _checked(
        self, files: Sequence[Path], unreadable: Sequence[str], before: Sequence[Seen]
    ) -> Reply:
        pictures = [open_picture(file, self.model.longest) for file in files]  # as it learnt them
        verdicts = self.model.check(pictures)
        slots = {SEEN: [asdict(_seen(*pair)) for pair in zip(files, verdicts, strict=True)]}
        if len(verdicts) > 1:
            text = self.wording.summary(verdicts)
            return Reply("\n\n".join((text, *unreadable)), slots=slots)
        (file,), (verdict,) = files, verdicts
        change = self.wording.compared(before[0].target, verdict) if len(before) == 1 else ""
        parts = (change, self.wording.verdict(verdict), *unreadable)
        return Reply("\n\n".join(filter(None, parts)), self._buttons(file, verdict), slots=slots)

    def _buttons(self, file: Path, verdict: Verdict) -> tuple[Button, ...]:
        """Offer to show what is wrong; where that is in doubt, let the person say what it is."""
        if is_unsure(verdict):
            return tuple(self._choice(file, label) for label in likeliest(verdict))
        if verdict.target in (GOOD, OUT_OF_SCOPE):
            return ()
        return (Button("Show me where", f"/{EXPLAIN}"),)

    def _choice(self, file: Path, label: str) -> Button:
        payload = f"/{CHECK}{json.dumps({LABEL: label}, ensure_ascii=False)}"
        return Button(self.wording.title(label), payload, Example(str(file), label))

    def _labelled(self, label: str) -> Reply:
        return Reply("\n\n".join(filter(None, (THANKS, self.wording.advice(label)))))

    def _explained(self, seen: Seen) -> Reply:
        if not seen.label:
            return Reply(FINE)
        try:
            picture = open_picture(Path(seen.path))
        except PictureError:
            return Reply(GONE, requested_slot=PICTURE)
        heat = self.model.heat(picture, seen.label)
        said = self.wording.said(seen.target if seen.target != OUT_OF_SCOPE else seen.label)
        return Reply(f"{said[:1].upper()}{said[1:]}. {WHERE}", images=(coloured(picture, heat),))


def seen_in(context: Context) -> list[Seen]:
    """Read the pictures that were looked at last."""
    return [Seen(**each) for each in context.slots.get(SEEN) or ()]


def _seen(file: Path, verdict: Verdict) -> Seen:
    bad = (label for label in verdict.labels if label != GOOD)
    is_good = verdict.target == GOOD and not is_unsure(verdict)
    return Seen(str(file), verdict.target, "" if is_good else next(bad, ""))


def _meant(turn: Turn, seen: Sequence[Seen]) -> Seen:
    """Choose the picture that is spoken of: by its number, else the first with a fault."""
    place = turn.entity("place") or ""
    if place.isdecimal() and 1 <= int(place) <= len(seen):
        return seen[int(place) - 1]
    return next((each for each in seen if each.label), seen[0])
