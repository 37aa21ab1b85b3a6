"""The FAQ skill: answers questions from files of answers, and asks back where several are close."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot import Button, Context, Example, Reply, Skill, Turn
from bot.types import OUT_OF_SCOPE
from skills.faq.answers import Answer, read_answers
from skills.faq.model import FaqModel, Index
from skills.faq.scoring import OFFERS, Hit

INTENT = "faq"
OFFERED = "faq_offered"
"""The slot with the ids that were offered last."""
MISUNDERSTOOD = "misunderstood"
"""The slot in which the fallback keeps what it did not understand."""
OURS = 0.45
"""Probability, against its being nobody's, from which words are a question for the FAQ. Chosen on
validation data."""
KEPT = 64
"""Texts whose hits are kept."""
TITLE_LENGTH = 70
ASK = Reply("What would you like to know?", requested_slot="question")
GONE = Reply(
    "That answer is no longer there. What would you like to know?", requested_slot="question"
)
DID_YOU_MEAN = "Did you mean"
NONE_OF_THESE = Button("None of these", "/help")
ORDINALS = ({"1", "1st", "first"}, {"2", "2nd", "second"}, {"3", "3rd", "third"})
SHORTEST_PART = 3
"""Characters from which part of a title picks it."""
FILLERS = {"the", "one", "number", "option", "please", "pls"}


class Faq(Skill[FaqModel]):
    """Answers what is a sure hit, offers what is close, and declines the rest."""

    model_type = FaqModel

    def __init__(self, model: FaqModel, data: Path) -> None:
        super().__init__(model, data)
        answers = read_answers(data) if data.exists() else ()
        self.answers = {answer.id: answer for answer in answers}
        self.index = model.index(answers)
        index = self.index
        # kept a while, as a bid is followed by the answer
        self._hits = lru_cache(KEPT)(lambda text: hits_of(model, index, text))

    def bid(self, turn: Turn, context: Context) -> float:
        """How likely this is a question for the FAQ, by its intent and by what is found.

        What is found tells it from what is nobody's, not from what is another skill's.
        """
        if self._choice(turn.message.text.strip(), context):
            return 1.0
        share = turn.confidence(INTENT) + turn.confidence(OUT_OF_SCOPE)
        return share * self._claim(turn)

    def _claim(self, turn: Turn) -> float:
        hits, outside = self._hits(turn.message.text.strip()), turn.confidence(OUT_OF_SCOPE)
        return self.model.scoring.claim(hits, turn.confidence(INTENT), outside)

    def run(self, turn: Turn, context: Context) -> Reply | None:
        """Answer a pressed button, a choice typed after an offer, or a question."""
        text = turn.message.text.strip()
        pressed = turn.entity("answer") if turn.intent.name == INTENT else None
        if pressed:
            return self._chosen(pressed, context)
        if text == f"/{INTENT}":
            return self._searched(misunderstood(context), context) or ASK
        chosen = self._choice(text, context)
        if chosen:
            return self._chosen(chosen, context)
        return self._searched(text, context) if self._claim(turn) >= OURS else None

    @classmethod
    def utterances(cls, data: Path) -> Iterator[Example]:
        """Yield every known question, for the intents to learn that questions come here."""
        for answer in read_answers(data) if data.exists() else ():
            yield from (Example(question, INTENT) for question in answer.questions)

    def _chosen(self, id: str, context: Context) -> Reply:
        answer = self.answers.get(id)
        if answer is None:
            return GONE
        return Reply(shown(answer, context.profile), slots={OFFERED: None})

    def _choice(self, text: str, context: Context) -> str | None:
        """The offered answer that a message picks, if the bot has just offered some."""
        if not context.history or not context.history[-1][1].startswith(DID_YOU_MEAN):
            return None
        offered = [id for id in context.slots.get(OFFERED) or () if id in self.answers]
        place = place_in(text, [self.answers[id].question for id in offered])
        return None if place is None else offered[place]

    def _searched(self, text: str, context: Context) -> Reply | None:
        """Answer words that are a question; what is found is held to be near sooner than else."""
        hits = self._hits(text)
        verdict = self.model.scoring.lenient.verdict(hits)
        if verdict == "answer":
            answer = self.answers[hits[0].id]
            example = Example(text, answer.id)
            said = shown(answer, context.profile)
            return Reply(said, slots={OFFERED: None}, example=example)
        return self._offered(text, hits) if verdict == "offer" else None

    def _offered(self, text: str, hits: Sequence[Hit]) -> Reply:
        near = [self.answers[hit.id] for hit in self.model.scoring.near(hits)]
        buttons = [button(answer, text) for answer in near]
        these = "one of these" if len(near) > 1 else "this"
        return Reply(
            f"{DID_YOU_MEAN} {these}?",
            buttons=(*buttons, NONE_OF_THESE),
            slots={OFFERED: [answer.id for answer in near]},
        )


def hits_of(model: FaqModel, index: Index, text: str) -> list[Hit]:
    """The nearest answers to words."""
    return model.rank(index, [text], OFFERS)[0] if text else []


def misunderstood(context: Context) -> str:
    """What the fallback asked back about, if it did so just now; else nothing."""
    return str(context.slots[MISUNDERSTOOD]).strip() if context.is_latest(MISUNDERSTOOD) else ""


def shown(answer: Answer, profile: Mapping[str, Any]) -> str:
    """Write an answer as Markdown, as it suits a person, with its link in full."""
    said = answer.suiting(profile)
    return f"{said}\n\nMore: <{answer.link}>" if answer.link else said


def button(answer: Answer, text: str) -> Button:
    """Offer an answer to a question; pressing it teaches that the question meant this answer."""
    title = answer.question
    if len(title) > TITLE_LENGTH:
        title = f"{title[: TITLE_LENGTH - 1].rstrip()}…"
    payload = f"/{INTENT}{json.dumps({'answer': answer.id}, ensure_ascii=False)}"
    return Button(title, payload, Example(text, answer.id))


def place_in(text: str, titles: Sequence[str]) -> int | None:
    """Which title a message picks: by its place (`2`, `the first one`) or by a part of it."""
    words = set(re.findall(r"\w+", text.casefold())) - FILLERS
    for place, names in enumerate(ORDINALS[: len(titles)]):
        if words and words <= names:
            return place
    part = text.casefold().strip(" .,!?")
    found = [place for place, title in enumerate(titles) if part in title.casefold()]
    return found[0] if len(found) == 1 and len(part) >= SHORTEST_PART else None
