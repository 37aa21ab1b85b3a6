"""The image check: says what a picture is, how sure that is, and what to do about it."""

from __future__ import annotations

from bot import Context, Reply, Skill, Turn
from skills.image_check.model import ImageModel


class ImageCheck(Skill[ImageModel]):
    """Checks the pictures of a message; declines where there is none."""

    model_type = ImageModel

    def run(self, turn: Turn, context: Context) -> Reply | None:  # noqa: ARG002
        """Say what each picture is."""
        if not turn.message.images:
            return None
        from bot.pictures import open_picture  # noqa: PLC0415

        found = self.model.check(
            [open_picture(each, self.model.longest) for each in turn.message.images]
        )
        return Reply("\n".join(f"{each.target} ({each.confidence:.0%})" for each in found))
