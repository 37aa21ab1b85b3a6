"""A log of conversations with a scripted bot, and what is reviewed of it."""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from bot import Button, Context, Example, Intent, Message, Reply, Skill, SkillModel, Turn
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.policy import Policy
from bot.review.labels import Labels
from bot.review.ranking import Evidence, Item, ranked
from bot.review.session import Review
from bot.review.store import ReviewStore
from bot.review.turns import newest_turns
from bot.skill import AnySkill
from bot.tracker import TrackerStore
from bot.types import INTENT

OWNERS = {"faq": "faq", "book": "booking", "help": "fallback"}
TITLES = {"faq": "Ask the academy", "book": "Book a course"}
REFUND = Reply("**Money** comes back.\n\nSoon.", example=Example("", "refund"))


class Model:
    """Nothing; but whoever has one learns."""

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> "Model":
        return cls()

    def save(self, path: Path) -> None:
        pass


class Faq(Skill[None]):
    """Knows refunds, offers two answers to what is about money, declines the rest."""

    model_type: type[SkillModel] | None = Model  # type: ignore[misc] # a variable of the class

    def bid(self, turn: Turn, context: Context) -> float:
        return max(0.2, turn.confidence("faq"))

    def run(self, turn: Turn, context: Context) -> Reply | None:
        text = turn.message.text
        if text.startswith("/faq"):
            return Reply("Within a week.")
        if "refund" in text:
            return Reply(REFUND.text, example=Example(text, "refund"))
        if "money" not in text:
            return None
        offered = {"refund": "How do I get a refund?", "price": "What does it cost?"}
        return Reply("Did you mean?", tuple(_button(*pair, text) for pair in offered.items()))


class Booking(Skill[None]):
    """Asks for the day."""

    def run(self, turn: Turn, context: Context) -> Reply | None:
        if context.requested_slot:
            return None if "?" in turn.message.text else Reply("Booked.")
        return Reply("Which day?", requested_slot="day") if "day" not in turn.message.text else None


class Fallback(Skill[None]):
    """Understands nothing, and offers what it can."""

    learner = INTENT

    def run(self, turn: Turn, context: Context) -> Reply:
        example = Example(turn.message.text, "book")
        return Reply("Pardon?", (Button("Book a course", "/book", example),))


def _button(target: str, title: str, text: str) -> Button:
    return Button(title, f'/faq{{"answer": "{target}"}}', Example(text, target))


class Log:
    """A bot that understands as a test says, with a clock that ticks at each look."""

    def __init__(self) -> None:
        ticks = count(1)
        clock: Callable[[], float] = lambda: float(next(ticks))  # noqa: E731 - a clock
        self.store = Store.in_memory()
        self.feedback = FeedbackStore(self.store, clock)
        self.skills: dict[str, AnySkill] = {
            "faq": Faq(None, Path()),
            "booking": Booking(None, Path()),
            "fallback": Fallback(None, Path()),
        }
        self.policy = Policy(OWNERS)
        self.reviews = ReviewStore(self.feedback)
        self.ranking: tuple[Intent, ...] = ()
        self.bot = DialogueManager(
            lambda message: Turn(message, self.ranking),
            lambda: self.skills,
            self.policy,
            TrackerStore(self.store, clock),
            self.feedback,
            versions=lambda: {INTENT: "v0001", "faq": "v0007"},
        )

    def say(self, text: str, sender: str = "ana", /, **ranking: float) -> str:
        """Say something that is taken for the intents of the ranking; give the first reply."""
        intents = ranking or {text.split("{", maxsplit=1)[0].lstrip("/"): 1.0}
        self.ranking = tuple(Intent(name, share) for name, share in intents.items())
        return self.bot.handle(Message(sender, text)).replies[0].text

    def show(self, *pictures: str, text: str = "") -> str:
        """Send pictures; give the first reply."""
        self.ranking = (Intent("image", 1.0),)
        message = Message("ana", text, tuple(Path(each) for each in pictures))
        return self.bot.handle(message).replies[0].text

    def items(self, now: Mapping[str, Intent] | None = None) -> list[Item]:
        lessons = [each for name in (INTENT, *self.skills) for each in self.feedback.aside(name)]
        ratings, settled = self.reviews.ratings(0), self.reviews.settled()
        evidence = Evidence(self.policy, ratings, settled, now or {})
        return ranked(newest_turns(self.store), lessons, evidence)

    def labels(self) -> Labels:
        return Labels(self.policy, TITLES, self.skills, newest_turns(self.store))

    def review(self) -> Review:
        return Review(self.reviews, self.labels(), self.items())

    def taught(self) -> list[tuple[str, str, str]]:
        """What waits for the night: learner, input, target."""
        return [
            (learner, lesson.example.input, lesson.example.target)
            for learner in (INTENT, "faq", "photos")
            for lesson in self.feedback.waiting(learner)
        ]
