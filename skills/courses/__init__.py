"""The courses skill: recommends courses in conversation, to each learner their own."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from bot import Context, Reply, Skill, Turn
from bot.types import OUT_OF_SCOPE
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.imports import courses_of
from skills.courses.dialogue.history import read_histories
from skills.courses.dialogue.offer import Offer
from skills.courses.dialogue.replies.acts import ACTS
from skills.courses.dialogue.replies.lists import LEVEL, TOPIC
from skills.courses.dialogue.replies.pointing import subject_known
from skills.courses.dialogue.replies.wording import DETAILS, FIND, KNOW, MORE, REFINE, REFUSE
from skills.courses.dialogue.talk import Talk
from skills.courses.dialogue.understanding.meaning import near
from skills.courses.dialogue.understanding.requests import Wish
from skills.courses.ranking.model import CoursesModel

log = logging.getLogger(__name__)
PLAUSIBLE = 0.1
"""Confidence in an intent from which it may be what is meant, as for the policy."""
POSSIBLE = 0.2
"""Confidence in a wish from which a text that is near to a course is one, even if it is likelier
to be out of scope. Chosen on validation data."""
ELSEWHERE = 0.75
"""Confidence in being out of scope from which a text right after a list is not about it, whatever
it names: "who is the president of France". Chosen on validation data."""
GOES_ON = 0.5
"""Bid for a turn of no intent of this skill that goes on with what it has just shown."""
NAMED = 0.7
"""Bid at least for a turn that may be of this skill and points at a course."""
KEPT = 64
"""Texts of which it is kept which courses they are near to."""
YES = "affirm"
"""The intent of who agrees: to the only course that can be meant."""
MERE = (DETAILS, FIND, REFINE, KNOW)
"""Intents that an answer to a question may be taken for."""
NO_COURSES = Reply("There are no courses to recommend at the moment.")


class Courses(Skill[CoursesModel]):
    """Understands wishes, lists courses with reasons, and does with them what is asked."""

    model_type = CoursesModel

    def __init__(self, model: CoursesModel, data: Path) -> None:
        super().__init__(model, data)
        catalogue = courses_of(data, log.info) if data.exists() else Catalogue({}, {})
        histories = read_histories(data, catalogue.courses)
        offered = catalogue.offered
        index = model.index(offered)
        found = lru_cache(KEPT)(lambda text: near(text, model, index, offered))
        self.offer = Offer(catalogue, histories, model, index, offered, found)

    def bid(self, turn: Turn, context: Context) -> float:
        """As likely as the intent to follow, and likely where it is said of a course."""
        talk = self._talk(turn, context)
        if _act(talk) is None:
            return 0.0
        ours = _likeliest(talk)
        share = turn.confidence(ours) if ours else GOES_ON
        return max(share, NAMED) if talk.meant else share

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Do what the likeliest intent of this skill asks; else look at what was just said."""
        talk = self._talk(turn, context)
        act = _act(talk)
        if act is None:
            return None
        return ACTS[act](talk) if self.offer.courses else NO_COURSES

    def _talk(self, turn: Turn, context: Context) -> Talk:
        return Talk(self.offer, turn, context, datetime.now(UTC).date())


def _act(talk: Talk) -> str | None:
    """Name the intent to follow, if the turn is about courses."""
    asked = talk.context.requested_slot
    ours = _likeliest(talk)
    if asked in ACTS and talk.meant and ours in (None, asked, *MERE):
        return asked
    if asked in ACTS and talk.turn.intent.name == YES and len(talk.state.listed) == 1:
        return asked
    if ours == KNOW and "topics" in subject_known(talk).names:
        return KNOW
    if asked in (TOPIC, LEVEL) and ours in (None, *MERE) and (talk.wish != Wish() or talk.sense):
        return FIND
    if ours is None and talk.is_fresh:
        return _continued(talk)
    if ours is None and talk.turn.confidence(FIND) >= POSSIBLE and talk.sense:
        return FIND
    return None if ours == MORE and talk.is_asked_by_another else ours


def _continued(talk: Talk) -> str | None:
    """What goes on with a list that was just shown, though no intent was understood."""
    is_titled = bool(talk.meant) and talk.turn.entity("place") is None
    if _is_elsewhere(talk) and not is_titled:
        return None
    if talk.meant:
        return REFUSE if talk.refuses_title else DETAILS
    return REFINE if talk.wish.constraints.names else None


def _is_elsewhere(talk: Talk) -> bool:
    """Whether the message is surely about nothing that the bot is for."""
    return talk.turn.confidence(OUT_OF_SCOPE) >= ELSEWHERE


def _likeliest(talk: Talk) -> str | None:
    """The likeliest intent of this skill; what comes after out of scope only while it talks."""
    is_asked = talk.context.requested_slot is not None
    is_ours = is_asked or (talk.is_fresh and not _is_elsewhere(talk))
    for intent in talk.turn.ranking:
        if intent.confidence < PLAUSIBLE or (intent.name == OUT_OF_SCOPE and not is_ours):
            return None
        if intent.name in ACTS:
            return intent.name
    return None
