"""Scores the whole bot, as a user meets it, on the held-out messages of every learner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.annotation import parse_annotation
from bot.app import App
from bot.config import Settings
from bot.database import Store
from bot.manager import DialogueManager
from bot.types import INTENT, OUT_OF_SCOPE, Example, Message, Outcome
from training.data import held_out
from training.learners import learners, trainer_of
from training.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the bot met one held-out message."""

    skill: bool
    """The right skill took it; nobody but the fallback, if it was out of scope."""
    answer: bool | None = None
    """The right answer was given; None where the message has no one answer."""
    offered: bool | None = None
    """It was given, or was among the buttons."""


def score_assistant(settings: Settings, progress: Progress = silent) -> dict[str, float]:
    """Send every held-out message to the bot in service, each as a conversation of its own.

    What a recommender holds out are people, not messages.
    """
    app = App(settings)
    bot = app.manager_on(Store.in_memory())
    questions = list(_held_out(settings, app))
    verdicts = []
    for number, (learner, example) in enumerate(questions, 1):
        outcome = bot.handle(Message(f"held-out-{number}", parse_annotation(example.input)[0]))
        verdicts.append(_verdict(learner, example, outcome, bot))
        progress("Held-out messages", number, len(questions))
    return _shares(verdicts)


def _held_out(settings: Settings, app: App) -> Iterator[tuple[str, Example]]:
    for learner in (INTENT, *app.skills.skills()):
        if learner in learners(settings) and not trainer_of(learner, settings).many_targets:
            yield from ((learner, example) for example in held_out(settings.data / learner))


def _verdict(learner: str, example: Example, outcome: Outcome, bot: DialogueManager) -> Verdict:
    policy = bot.policy
    if learner == INTENT:
        own = example.target == OUT_OF_SCOPE
        wanted = policy.fallback if own else policy.owners.get(example.target)
        return Verdict(outcome.skill == wanted)
    reply = outcome.replies[0]
    answered = reply.example is not None and reply.example.target == example.target
    lessons = [button.example for button in reply.buttons]
    offered = any(lesson and lesson.target == example.target for lesson in lessons)
    own = outcome.skill == learner
    return Verdict(own, own and answered, own and (answered or offered))


def _shares(verdicts: list[Verdict]) -> dict[str, float]:
    answers = [verdict for verdict in verdicts if verdict.answer is not None]
    parts: Mapping[str, list[bool]] = {
        "right": [v.skill if v.offered is None else v.offered for v in verdicts],
        "right_skill": [v.skill for v in verdicts],
        "right_answer": [bool(v.answer) for v in answers],
        "right_answer_or_offered": [bool(v.offered) for v in answers],
    }
    shares = {name: sum(found) / max(1, len(found)) for name, found in parts.items()}
    return {**shares, "n": len(verdicts), "n_answers": len(answers)}
