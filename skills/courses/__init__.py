"""The courses skill: recommends courses in conversation, to each learner their own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot import Context, Reply, Skill, Turn
from skills.courses.acts import ACTS
from skills.courses.catalogue import Catalogue, read_catalogue
from skills.courses.history import read_histories
from skills.courses.lists import LEVEL, TOPIC
from skills.courses.model import CoursesModel
from skills.courses.requests import Wish
from skills.courses.talk import Offer, Talk
from skills.courses.wording import DETAILS, FIND

PLAUSIBLE = 0.1
"""Confidence in an intent from which it may be what is meant, as for the policy."""
NO_COURSES = Reply("There are no courses to recommend at the moment.")


class Courses(Skill[CoursesModel]):
    """Understands wishes, lists courses with reasons, and does with them what is asked."""

    model_type = CoursesModel
    open_ended = True

    def __init__(self, model: CoursesModel, data: Path) -> None:
        super().__init__(model, data)
        catalogue = read_catalogue(data) if data.exists() else Catalogue({}, {})
        histories = read_histories(data, catalogue.courses)
        offered = catalogue.offered
        self.offer = Offer(catalogue, histories, model, model.index(offered), offered)

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Do what the likeliest intent of this skill asks; else look at what was just said."""
        talk = Talk(self.offer, turn, context, datetime.now(UTC).date())
        act = _act(talk)
        if act is None:
            return None
        return ACTS[act](talk) if self.offer.courses else NO_COURSES


def _act(talk: Talk) -> str | None:
    """Name the intent to follow, if the turn is about courses."""
    asked = talk.context.requested_slot
    if asked in ACTS and talk.meant:
        return asked
    if asked in (TOPIC, LEVEL) and talk.wish != Wish():
        return FIND
    said = [each.name for each in talk.turn.ranking if each.confidence >= PLAUSIBLE]
    ours = next((name for name in said if name in ACTS), None)
    if ours or not talk.is_fresh:
        return ours
    return _followed(talk)


def _followed(talk: Talk) -> str | None:
    """What a few words after a list mean, whatever they were taken for."""
    if talk.meant:
        return DETAILS
    return None
