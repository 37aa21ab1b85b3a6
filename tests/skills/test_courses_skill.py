"""The courses skill: a talk that finds courses, remembers wishes, and gives true reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Button, Context, Example, Message, Reply, Turn
from bot.errors import BotError
from bot.testing import turn
from bot.types import Intent
from skills.courses import Courses
from skills.courses.dialogue.understanding.naming import names, respelt
from tests.skills.toy_recommender import ToyRecommender

PERSON = "p:0123456789abcdef"
COURSES = """
- {id: python_1, title: Python Basics, description: Loops.,
   topics: [programming], level: beginner, hours: 36, price: 149, language: English,
   starts: [2099-01-04]}
- {id: python_2, title: Larger Programs, description: Python in modules.,
   topics: [programming], level: intermediate, hours: 40, price: 179, language: English,
   prerequisites: [python_1]}
- {id: taster, title: What Is Programming?, description: Robots.,
   topics: [programming], level: beginner, hours: 5, price: 0, language: English}
- {id: git, title: Git Without Fear, description: Commits.,
   topics: [programming], level: beginner, hours: 8, price: 49, language: English}
- {id: java, title: Java for Beginners, description: Classes.,
   topics: [programming], level: beginner, hours: 40, price: 159, language: English}
- {id: guitar_1, title: Ten Songs for Guitar, description: Chords.,
   topics: [music], level: beginner, hours: 16, price: 79, language: English}
- {id: piano, title: Piano for Adults, description: Both hands.,
   topics: [music], level: beginner, hours: 32, price: 149, language: English}
- {id: jazz, title: A Century of Jazz, description: Listening.,
   topics: [music, history], level: beginner, hours: 10, price: 59, language: English}
- {id: choir, title: Finding Your Voice, description: Singing.,
   topics: [music, health], level: beginner, hours: 8, price: 59, language: English}
- {id: songs, title: Songwriting, description: Words and tunes.,
   topics: [music, writing], level: intermediate, hours: 26, price: 139, language: English}
- {id: flash, title: Animating with Flash, description: Gone.,
   topics: [programming], level: beginner, hours: 12, price: 59, language: English,
   retired: true}
"""
HISTORY = """user,item,kind,rating,timestamp
old,python_1,completed,,2024-01-01
nostalgic,flash,completed,,2012-01-01
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "courses.yml").write_text(COURSES, encoding="utf-8")
    (tmp_path / "enrolments.csv").write_text(HISTORY, encoding="utf-8")
    return tmp_path


class Talker:
    """Holds a conversation with the skill, and keeps its slots as the manager does."""

    def __init__(self, data: Path, sender: str = "new") -> None:
        self.skill = Courses(ToyRecommender(), data)  # type: ignore[arg-type] # scores as one does
        self.sender = sender
        self.context = Context(person=PERSON)

    def says(self, intent: str, text: str = "…", **entities: str | list[str]) -> Reply:
        many = {k: v if isinstance(v, list) else [v] for k, v in entities.items()}
        found = tuple(
            replace(turn(text, intent, {type: value}).entities[0], value=value)
            for type, values in many.items()
            for value in values
        )
        made = Turn(Message(self.sender, text), (Intent(intent, 1.0),), found)
        reply = self.skill.run(made, self.context)
        assert reply is not None
        slots = {**self.context.slots, **reply.slots}
        self.context = replace(
            self.context,
            slots={name: value for name, value in slots.items() if value is not None},
            requested_slot=reply.requested_slot,
            active_skill="courses" if reply.requested_slot else None,
            history=(*self.context.history, (text, reply.text)),
        )
        return reply

    def presses(self, pressed: Button) -> Reply:
        intent, _, values = pressed.payload.removeprefix("/").partition("{")
        return self.says(intent, pressed.payload, **json.loads("{" + values if values else "{}"))

    @property
    def listed(self) -> list[str]:
        return list(self.context.slots.get("courses_listed", ()))

    @property
    def wanted(self) -> Mapping[str, Any]:
        return dict(self.context.slots.get("courses_wanted", {}))


@pytest.fixture
def new(data: Path) -> Talker:
    return Talker(data)


@pytest.fixture
def music(new: Talker) -> Talker:
    """Somebody who has a list of music courses."""
    new.says("find_course", topic="music", level="beginner")
    return new


def test_a_newcomer_is_asked_for_topic_and_level_and_then_gets_a_list(new: Talker) -> None:
    assert new.says("find_course").requested_slot == "course_topic"
    assert new.says("find_course", topic="music").requested_slot == "course_level"
    reply = new.says("refine_course", level="beginner")

    assert reply.requested_slot is None
    assert 3 <= len(new.listed) <= 5
    assert {"guitar_1", "piano", "jazz", "choir"} >= set(new.listed)


def test_who_minds_neither_topic_nor_level_is_asked_no_third_time(new: Talker) -> None:
    new.says("find_course")
    new.says("find_course", "/find_course")
    new.says("find_course", "/find_course")

    assert len(new.listed) == 4


def test_whoever_says_everything_at_once_is_asked_nothing(music: Talker) -> None:
    assert len(music.listed) == 4
    assert len(music.context.history) == 1


def test_a_learner_of_the_file_is_asked_nothing_and_not_offered_what_was_taken(data: Path) -> None:
    old = Talker(data, "old")
    reply = old.says("find_course")

    assert old.listed[0] == "python_2"
    assert "python_1" not in old.listed
    assert "It builds on “Python Basics”, which you have done." in reply.text


def test_a_reason_has_the_real_numbers(data: Path) -> None:
    old = Talker(data, "old")
    old.says("find_course")
    reply = old.says("why_course", place="1")

    assert "12 of 40 learners who took “Python Basics” went on to it." in reply.text


def test_each_course_of_a_list_is_a_button_that_teaches_interest(music: Talker) -> None:
    reply = music.says("refine_course", language="English")
    lessons = [button.example for button in reply.buttons[: len(music.listed)]]

    assert lessons == [Example(PERSON, id, 0.25) for id in music.listed]


def test_why_shows_the_parts_of_the_scores(music: Talker) -> None:
    parts = music.context.slots["courses_parts"]

    assert set(parts) == set(music.listed)
    assert all(set(each) == {"text", "popularity"} for each in parts.values())


def test_cheaper_and_shorter_are_measured_by_what_was_shown(music: Talker) -> None:
    music.says("refine_course", change="cheaper")
    assert music.wanted["price"]["at_most"] == 65.0  # below 69, between 59 and 79, and round
    music.says("refine_course", change="shorter")

    assert set(music.listed) <= {"choir", "jazz"}


def test_short_is_what_few_courses_are_where_nothing_was_shown(new: Talker) -> None:
    new.says("find_course", change="shorter", topic="programming", level="beginner")

    assert new.wanted["hours"] == {"at_most": 7.0}
    assert new.listed == ["taster"]


def test_the_cheapest_and_the_shortest_are_those_of_all_that_fit(new: Talker) -> None:
    new.says("find_course", topic="music", level="beginner", change="cheapest")
    assert set(new.listed) == {"jazz", "choir"}
    new.says("refine_course", change="shortest")

    assert new.listed == ["choir"]


def test_what_is_not_set_can_be_forgotten_and_the_list_stays(music: Talker) -> None:
    before = music.listed
    music.says("refine_course", constraint="price")

    assert music.listed == before


def test_a_correction_replaces_and_a_withdrawal_removes(music: Talker) -> None:
    music.says("refine_course", level="intermediate", price="at most 150 dollars")
    assert music.listed == ["songs"]
    assert music.wanted["levels"] == ["intermediate"]
    music.says("refine_course", constraint="price")

    assert "price" not in music.wanted


def test_all_wishes_can_be_withdrawn(music: Talker) -> None:
    music.says("similar_course", place="1")
    music.says("refine_course", constraint="all")

    assert music.wanted == {}
    assert "courses_like" not in music.context.slots


@pytest.mark.parametrize(
    ("text", "entities", "left_out"),
    [
        ("nothing with singing", {"topic": "singing"}, set()),
        ("no jazz please", {"topic": "jazz"}, {"jazz"}),
        ("I don't want any guitar or piano", {"topic": ["guitar", "piano"]}, {"guitar_1", "piano"}),
        ("everything but history", {"topic": "history"}, {"jazz"}),
        ("without health", {"topic": "health"}, {"choir"}),
    ],
)
def test_what_is_not_wanted_is_left_out(
    music: Talker, text: str, entities: dict[str, str | list[str]], left_out: set[str]
) -> None:
    reply = music.says("refine_course", text, **entities)

    assert set(music.listed) == {"guitar_1", "piano", "jazz", "choir"} - left_out
    assert "without" in reply.text


def test_not_for_beginners_and_not_in_a_language_are_understood(new: Talker) -> None:
    said = "music, not for beginners and not in German"
    new.says("find_course", said, topic="music", level="beginner", language="German")
    new.says("find_course", "/find_course")

    assert new.wanted["avoided"] == ["in German", "beginner level"]
    assert new.listed == ["songs"]


def test_leaving_out_the_subject_gives_it_up(music: Talker) -> None:
    music.says("refine_course", "anything without music", topic="music")

    assert "topics" not in music.wanted
    assert music.listed


def test_not_longer_than_is_a_bound_and_leaves_nothing_out(music: Talker) -> None:
    music.says("refine_course", "not longer than 10 hours", hours="not longer than 10 hours")

    assert music.wanted["hours"] == {"at_most": 10.0}
    assert set(music.listed) == {"jazz", "choir"}


def test_what_was_left_out_is_taken_back_by_asking_for_it(music: Talker) -> None:
    music.says("refine_course", "no jazz", topic="jazz")
    music.says("refine_course", "well, jazz then", topic="jazz")

    assert music.listed == ["jazz"]


def test_a_subject_that_is_hated_is_left_out_and_no_course_refused(music: Talker) -> None:
    reply = music.says("refuse_course", "I hate history", topic="history")

    assert "jazz" not in music.listed
    assert reply.observed == ()


def test_a_title_with_a_negation_right_after_a_list_refuses_its_course(music: Talker) -> None:
    reply = music.says("out_of_scope", "I dont want Finding Your Voice")

    assert reply.observed == (Example(PERSON, "choir", 0.0),)


def test_a_change_that_is_not_understood_is_asked_for(music: Talker) -> None:
    before = music.listed
    reply = music.says("refine_course", "but different please")

    assert reply.text.startswith("What shall be different?")
    assert music.listed == before


def test_a_course_that_is_refused_never_comes_again_and_teaches(music: Talker) -> None:
    gone = music.listed[1]
    reply = music.says("refuse_course", place="2")

    assert reply.observed == (Example(PERSON, gone, 0.0),)
    for _ in range(3):
        assert gone not in music.listed
        music.says("more_courses")


def test_that_one_is_asked_back_where_several_may_be_meant(music: Talker) -> None:
    assert music.says("refuse_course").requested_slot == "refuse_course"
    third = music.listed[2]
    music.says("course_details", "the third", place="3")

    assert music.context.slots["courses_refused"] == [third]


def test_yes_means_the_only_course_that_was_asked_about(music: Talker) -> None:
    music.says("refine_course", topic="jazz")
    reply = music.says("enrol_course", place="2")
    assert reply.text == "My latest list has one course. Do you mean this one?"

    assert music.says("affirm", "yes").text.startswith("You are enrolled in “A Century of Jazz”")


def test_a_question_back_does_not_swallow_another_wish(music: Talker) -> None:
    music.says("refuse_course")
    music.says("compare_courses", place="1-2")

    assert "courses_refused" not in music.context.slots


def test_what_is_known_counts_as_done_at_the_next_turn(new: Talker) -> None:
    new.says("find_course", topic="programming", level="intermediate")
    reply = new.says("know_course", "I already know Python", topic="Python")

    assert Example(PERSON, "python_1", 1.5) in reply.observed
    assert "It builds on “Python Basics”" in reply.text


def test_knowing_a_subject_raises_the_level_and_says_so(new: Talker) -> None:
    reply = new.says("know_course", "I already know Python", topic="Python")

    assert new.wanted["levels"] == ["intermediate", "advanced"]
    assert new.listed == ["python_2"]
    assert "“Python Basics” as done and look for intermediate or advanced level." in reply.text


def test_knowing_all_of_a_subject_leads_on_in_its_topic(new: Talker) -> None:
    new.says("know_course", "I already know Git", topic="Git")

    assert new.wanted["topics"] == ["programming"]
    assert new.listed == ["python_2"]


def test_a_price_does_not_hide_that_a_subject_goes_on(new: Talker) -> None:
    new.says("find_course", topic="Python", level="beginner", price="under 50 dollars")
    new.says("know_course", "I already know Python", topic="Python")
    new.says("refine_course", constraint="price")

    assert new.listed == ["python_2"]


def test_a_word_beside_a_topic_counts_only_in_titles(new: Talker) -> None:
    new.says("find_course", topic=["music", "robots"], level="beginner")

    assert "taster" not in new.listed


def test_knowing_something_else_leaves_the_level(music: Talker) -> None:
    music.says("know_course", "I know Python", topic="Python")

    assert music.wanted["levels"] == ["beginner"]


def test_knowing_a_subject_also_answers_the_question_for_the_level(new: Talker) -> None:
    new.says("find_course", topic="Python")
    new.says("know_course", "I already know Python", topic="Python")

    assert new.context.slots["courses_known"] == ["python_1"]


def test_to_know_the_basics_is_an_answer_to_the_question_for_the_level(new: Talker) -> None:
    new.says("find_course", topic="Python")
    reply = new.says("know_course", "I already know the basics")

    assert reply.text.startswith("Good, I count “Python Basics” as done and look for intermediate")
    assert new.listed == ["python_2"]


def test_more_loosens_what_was_offered_though_another_skill_spoke_in_between(
    music: Talker,
) -> None:
    music.says("refine_course", price="at most 10 dollars")
    history = (*music.context.history, ("refund?", "Within 14 days."))
    music.context = replace(music.context, history=history)

    assert music.says("more_courses").text.startswith("Since nothing fits it all, I loosened")


def test_what_was_taken_is_named_before_what_was_looked_at(data: Path) -> None:
    old = Talker(data, "old")
    old.says("course_details", course="java")
    reply = old.says("why_course", course="git")

    assert reply.text.index("Python Basics") < reply.text.index("Java for Beginners")


def test_a_course_without_its_prerequisites_is_never_listed_silently(new: Talker) -> None:
    reply = new.says("find_course", topic="programming", level="intermediate")

    assert new.listed == ["python_2"]
    assert "You should know “Python Basics” first." in reply.text


def test_one_course_alone_is_not_compared(music: Talker) -> None:
    music.says("refine_course", topic="jazz")
    reply = music.says("compare_courses", "compare them")

    assert reply.text.startswith("My latest list has one course.")


def test_two_words_are_compared_by_the_first_courses_on_them(new: Talker) -> None:
    reply = new.says("compare_courses", "Java or Python?", topic=["Java", "Python"])

    assert "| Java for Beginners | Python Basics |" in reply.text


def test_more_like_one_of_the_list(music: Talker) -> None:
    first = music.skill.offer.catalogue.courses[music.listed[0]]
    reply = music.says("similar_course", place="1")

    assert first.id not in music.listed
    assert f"Like “{first.title}”, it is about music" in reply.text


def test_more_shows_no_course_twice_and_then_says_so(music: Talker) -> None:
    music.says("refine_course", constraint="levels")
    seen = set(music.listed)
    music.says("more_courses")
    assert seen.isdisjoint(music.listed)
    reply = music.says("more_courses")

    assert reply.text.startswith("That was all I have for you, about music.")


def test_details_say_everything_and_teach_interest_where_typed(music: Talker) -> None:
    third = music.listed[2]
    reply = music.says("course_details", place="3")

    assert music.skill.offer.catalogue.courses[third].description in reply.text
    assert reply.observed == (Example(PERSON, third, 0.25),)
    assert music.says("course_details", "/course_details", course=third).observed == ()


def test_two_courses_are_compared_in_a_table(music: Talker) -> None:
    reply = music.says("compare_courses", place="1-2")
    titles = [music.skill.offer.catalogue.courses[id].title for id in music.listed[:2]]

    assert f"| {titles[0]} | {titles[1]} |" in reply.text
    assert "takes less time and costs less." in reply.text


def test_enrolling_asks_which_course_if_that_is_unclear(music: Talker) -> None:
    assert music.says("enrol_course").requested_slot == "enrol_course"
    chosen = music.listed[0]
    reply = music.says("enrol_course", place="1")

    assert reply.observed == (Example(PERSON, chosen, 1.0),)
    assert chosen not in music.says("refine_course").text


def test_the_course_spoken_of_last_is_the_one_to_enrol_in(music: Talker) -> None:
    second = music.listed[1]
    music.says("course_details", place="2")
    music.says("enrol_course")

    assert music.context.slots["courses_enrolled"] == [second]


def test_enrolling_without_prerequisites_is_asked_about_first(new: Talker) -> None:
    new.says("find_course", topic="programming", level="intermediate")
    reply = new.says("enrol_course", place="1")
    assert reply.observed == ()
    assert "Before “Larger Programs” you should take “Python Basics”" in reply.text
    new.says("enrol_course", course="python_2", anyway="yes")

    assert new.context.slots["courses_enrolled"] == ["python_2"]


def test_where_nothing_fits_it_says_what_to_give_up_and_a_button_does_it(music: Talker) -> None:
    reply = music.says("refine_course", hours="under 4 hours")
    assert "I have nothing that is all of this" in reply.text
    assert "at most 4 hours" in reply.text
    _, _, sent = reply.buttons[0].payload.partition("wanted")
    assert "hours" in sent
    wanted = json.loads(reply.buttons[0].payload.removeprefix("/refine_course"))["wanted"]
    music.says("refine_course", reply.buttons[0].payload, wanted=wanted)

    assert music.listed


def test_where_nothing_fits_twice_the_nearest_wish_is_loosened_aloud(music: Talker) -> None:
    music.says("refine_course", hours="under 4 hours")
    reply = music.says("more_courses")

    assert reply.text.startswith("Since nothing fits it all, I loosened what I could: at most")
    assert music.listed


def test_a_second_wish_that_cannot_be_met_is_not_answered_in_the_same_words(music: Talker) -> None:
    first = music.says("refine_course", hours="under 4 hours")
    again = music.says("refine_course", hours="under 4 hours")

    assert again.text != first.text
    assert again.text.startswith("Still nothing.")


def test_what_a_reply_without_a_list_names_can_be_pointed_at(music: Talker) -> None:
    music.says("refine_course", hours="under 4 hours")
    reply = music.says("course_details", place="1")

    assert reply.text.startswith("**Finding Your Voice**")


def test_what_to_give_up_is_said_of_courses_in_the_languages_of_the_learner(data: Path) -> None:
    german = "hours: 8, price: 59, language: German"
    foreign = COURSES.replace("hours: 8, price: 59, language: English", german)
    (data / "courses.yml").write_text(foreign, encoding="utf-8")
    new = Talker(data)
    reply = new.says("find_course", topic="music", level="beginner", hours="under 4 hours")

    assert "Finding Your Voice" not in reply.text
    assert "A Century of Jazz" in reply.text


def test_what_a_course_does_not_meet_is_no_reason_for_it(music: Talker) -> None:
    music.says("refine_course", hours="under 4 hours", price="under 100 dollars")
    reply = music.says("why_course", place="1")

    assert "costs $59, as you wished" in reply.text
    assert "8 hours" not in reply.text


def test_a_wish_for_a_title_is_not_met_by_what_only_mentions_it(new: Talker) -> None:
    reply = new.says("find_course", topic="Python", level="intermediate", price="under 50 dollars")

    assert reply.text.startswith("I have nothing that is all of this")


def test_a_contradiction_is_asked_about_and_not_remembered(music: Talker) -> None:
    before = music.wanted
    reply = music.says("refine_course", hours=["at least 30 hours", "less than 10 hours"])

    assert "No course can be both: at least 30 hours and at most 10 hours." in reply.text
    assert music.wanted == before
    assert len(reply.buttons) == 2


def test_a_word_in_a_title_is_found_in_another_form(new: Talker) -> None:
    new.says("find_course", topic="guitars", level="beginner")

    assert new.listed[0] == "guitar_1"


@pytest.mark.parametrize(
    ("sought", "text", "is_named"),
    [
        ("guitars", "Ten Songs for Guitar", True),
        ("photograph", "Photography at Night", True),
        ("machine learning", "Learning by Machines", True),
        ("机器学习", "机器学习入门", True),
        ("creative", "Caring for an Older Relative", False),
        ("java", "JavaScript from Scratch", False),
        ("art", "Starting a Cart", False),
    ],
)
def test_a_text_names_what_is_sought_word_by_word(sought: str, text: str, is_named: bool) -> None:
    assert names(text, sought) is is_named


def test_what_no_course_is_about_is_said(music: Talker) -> None:
    reply = music.says("find_course", "something about falconry", topic="falconry")
    assert reply.text.startswith("I found nothing about “falconry”. What else")
    assert reply.requested_slot == "course_topic"


def test_a_wish_that_no_course_names_is_met_by_its_meaning(new: Talker) -> None:
    new.says("find_course", "something with strings")
    reply = new.says("refine_course", level="beginner")

    assert new.listed == ["guitar_1"]
    assert "close to “something with strings”" in reply.text
    assert "Its text comes closest of all to what you said." in reply.text


def test_a_subject_that_is_only_mentioned_is_said_to_be(new: Talker) -> None:
    reply = new.says("find_course", topic="robots", level="beginner")

    assert reply.text.startswith("No course is about “robots” itself;")
    assert new.listed == ["taster"]


def test_a_word_that_no_course_has_is_met_by_its_meaning(new: Talker) -> None:
    new.says("find_course", "a course on versions", topic="versions", level="beginner")

    assert new.listed == ["git"]


def test_where_titles_name_a_word_what_only_mentions_it_is_no_match(new: Talker) -> None:
    new.says("find_course", topic="python")
    new.says("find_course")
    assert new.listed == ["python_1"]

    reply = new.says("know_course", "I know Python Basics")
    assert new.listed == ["python_2"]
    assert "It builds on “Python Basics”" in reply.text


def test_of_two_subjects_the_one_that_no_course_is_about_is_said(new: Talker) -> None:
    new.says("find_course", "guitar or robots", topic=["guitar", "robots"])
    reply = new.says("find_course", level="beginner")
    assert new.listed == ["guitar_1"]

    reply = new.says("find_course", "guitar or robots", topic=["guitar", "robots"])
    assert reply.text.startswith("No course is about “robots”.")


def test_an_answer_to_the_question_for_a_topic_is_met_by_its_meaning(new: Talker) -> None:
    new.says("find_course")
    new.says("out_of_scope", "being in a choir")
    new.says("refine_course", level="beginner")

    assert new.listed == ["choir"]


@pytest.mark.parametrize(("confidence", "is_taken"), [(0.3, True), (0.1, False)])
def test_what_may_be_a_wish_is_taken_if_a_course_is_near(
    new: Talker, confidence: float, is_taken: bool
) -> None:
    ranking = (Intent("out_of_scope", 1 - confidence), Intent("find_course", confidence))
    near = Turn(Message("new", "I want to sing"), ranking)
    far = Turn(Message("new", "I want a sandwich"), ranking)

    assert (new.skill.run(near, new.context) is not None) is is_taken
    assert new.skill.run(far, new.context) is None


def test_another_subject_replaces_a_meaning(new: Talker) -> None:
    new.says("find_course", "something with strings", level="beginner")
    new.says("refine_course", topic="programming")

    assert set(new.listed) <= {"python_1", "taster", "git", "java"}


def test_a_history_of_retired_courses_only_is_answered(data: Path) -> None:
    nostalgic = Talker(data, "nostalgic")
    nostalgic.says("find_course")

    assert nostalgic.listed


def test_who_took_ten_thousand_courses_is_offered_the_one_that_is_left(data: Path) -> None:
    ids = [f"c{number}" for number in range(10_000)]
    table = "".join(f"{id},Course {id},music\n" for id in [*ids, "left"])
    (data / "courses.yml").unlink()
    (data / "courses.csv").write_text(f"id,title,topics\n{table}", encoding="utf-8")
    rows = "".join(f"busy,{id},enrolled,,2024-01-01\n" for id in ids)
    (data / "enrolments.csv").write_text(
        f"user,item,kind,rating,timestamp\n{rows}", encoding="utf-8"
    )
    busy = Talker(data, "busy")
    busy.says("find_course")

    assert busy.listed == ["left"]
    assert busy.says("enrol_course").text.startswith("You are enrolled in “Course left”")
    assert busy.says("more_courses").text.startswith("You have taken or turned down every course")


def test_a_course_of_which_only_the_title_is_known_is_talked_about(data: Path) -> None:
    (data / "courses.yml").unlink()
    (data / "enrolments.csv").unlink()
    (data / "courses.csv").write_text("id,title\nharp,Harp\nlute,Lute\n", encoding="utf-8")
    new = Talker(data)
    for _ in ("the topic", "the level"):
        new.says("find_course")

    assert "**Harp** (length unknown, price unknown)" in new.says("find_course").text
    assert "- Price: price unknown" in new.says("course_details", place="1").text
    assert "| Harp | Lute |" in new.says("compare_courses", place=["1", "2"]).text
    assert new.says("why_course", place="1").text.startswith("I suggest **Harp** because")
    assert new.says("refine_course", change="cheaper").text


def test_a_file_of_enrolments_without_header_says_what_is_missing(data: Path) -> None:
    (data / "enrolments.csv").write_text("who,what\n1,2\n", encoding="utf-8")

    with pytest.raises(BotError, match="user"):
        Talker(data)


def test_slots_that_hold_nonsense_are_left_out(new: Talker) -> None:
    new.context = Context(
        {"courses_wanted": 7, "courses_listed": {"a": 1}, "courses_turn": "x", "courses_shown": [3]}
    )

    assert new.says("find_course").requested_slot == "course_topic"


def test_a_course_that_left_the_catalogue_is_forgotten(music: Talker) -> None:
    music.context = replace(
        music.context, slots={**music.context.slots, "courses_listed": ["gone", "choir"]}
    )
    reply = music.says("compare_courses")

    assert reply.text


def test_a_new_course_is_listed_as_soon_as_it_is_in_the_file(data: Path) -> None:
    new = """
- {id: new, title: Rust, description: D., topics: [programming], level: beginner, hours: 9,
   price: 9, prerequisites: [python_1]}
"""
    (data / "a_new_one.yml").write_text(new, encoding="utf-8")
    old = Talker(data, "old")
    old.says("find_course")

    assert "new" in old.listed


def test_a_table_beside_the_files_is_served_too_unless_a_course_stands_twice(data: Path) -> None:
    table = data / "courses.csv"
    table.write_text("id,title,topics\nharp,Harp at Home,music\n", encoding="utf-8")
    assert "harp" in Talker(data).skill.offer.catalogue.courses

    table.write_text("id,title,topics\npiano,Piano Again,music\n", encoding="utf-8")
    with pytest.raises(BotError, match="'piano' stands in two files"):
        Talker(data)


def test_a_fresh_course_takes_one_place_at_times_with_its_probability(data: Path) -> None:
    explored = []
    for turn_number in range(40):
        talker = Talker(data, "old")
        talker.context = replace(talker.context, slots={"courses_turn": turn_number})
        talker.says("find_course")
        explored.append(talker.context.slots.get("courses_explored"))
        again = Talker(data, "old")
        again.context = replace(again.context, slots={"courses_turn": turn_number})
        again.says("find_course")
        assert again.context.slots.get("courses_explored") == explored[-1]
    shown = [each for each in explored if each]

    assert 2 <= len(shown) <= 20
    assert all(0 < each["probability"] <= 0.25 for each in shown)


def test_what_is_not_about_courses_is_declined(music: Talker) -> None:
    made = turn("what is the capital of France", "out_of_scope")

    assert music.skill.run(made, music.context) is None


@pytest.mark.parametrize(
    ("confidence", "entities", "is_taken"),
    [
        pytest.param(0.95, {"topic": "France"}, False, id="surely about something else"),
        pytest.param(0.95, {"place": "2"}, False, id="the second world war"),
        pytest.param(0.6, {"topic": "jazz"}, True, id="perhaps a wish"),
        pytest.param(0.6, {"place": "2"}, True, id="perhaps the second of the list"),
    ],
)
def test_after_a_list_what_is_surely_out_of_scope_is_not_about_it(
    music: Talker, confidence: float, entities: dict[str, str], is_taken: bool
) -> None:
    made = replace(
        turn("…", "out_of_scope", entities), ranking=(Intent("out_of_scope", confidence),)
    )

    assert (music.skill.run(made, music.context) is not None) is is_taken


def test_all_titles_of_a_message_are_meant_and_of_overlapping_ones_the_longest(new: Talker) -> None:
    new.says("know_course", "I took Python Basics and Git without fear")

    assert new.context.slots["courses_known"] == ["python_1", "git"]


def test_a_title_right_after_a_list_opens_its_course(music: Talker) -> None:
    reply = music.says("out_of_scope", "Finding Your Voice")

    assert reply.text.startswith("**Finding Your Voice**")


def test_without_courses_it_says_so(tmp_path: Path) -> None:
    skill = Courses(ToyRecommender(), tmp_path / "none")  # type: ignore[arg-type]

    reply = skill.run(turn("hi", "find_course"), Context())
    assert reply is not None
    assert reply.text == "There are no courses to recommend at the moment."


def test_a_course_in_another_language_is_listed_only_where_it_is_asked_for(data: Path) -> None:
    german = "hours: 32, price: 149, language: German"
    foreign = COURSES.replace("hours: 32, price: 149, language: English", german)
    (data / "courses.yml").write_text(foreign, encoding="utf-8")
    new = Talker(data)
    new.says("find_course", topic="music", level="beginner")
    assert "piano" not in new.listed
    new.says("refine_course", language="German")

    assert new.listed == ["piano"]


def test_it_offers_another_language_where_all_in_ones_own_was_shown(data: Path) -> None:
    german = "hours: 32, price: 149, language: German"
    foreign = COURSES.replace("hours: 32, price: 149, language: English", german)
    (data / "courses.yml").write_text(foreign, encoding="utf-8")
    new = Talker(data)
    new.says("find_course", topic="music", level="beginner")
    reply = new.says("more_courses")
    assert "piano" not in new.listed
    assert reply.text.startswith("That was all I have for you, about music and at beginner level.")
    (in_german,) = (each for each in reply.buttons if each.title == "In German")
    new.presses(in_german)
    assert new.listed == ["piano"]

    new.says("refine_course", constraint="languages")
    reply = new.says("refine_course", hours="more than 30 hours")
    assert "- At least 8 hours: 3 courses, such as “Ten Songs for Guitar”" in reply.text
    assert "- In German: “Piano for Adults”" in reply.text


def test_a_list_begins_with_first_steps_where_all_need_something_before(data: Path) -> None:
    chain = """
- {id: chess_1, title: Chess Openings, description: D., topics: [chess], level: intermediate,
   hours: 9, price: 9, language: English, prerequisites: [git]}
- {id: chess_2, title: Chess Endings, description: D., topics: [chess], level: intermediate,
   hours: 9, price: 9, language: English, prerequisites: [chess_1]}
"""
    (data / "chess.yml").write_text(chain, encoding="utf-8")
    new = Talker(data)
    new.says("find_course", topic="chess", level="intermediate")
    assert new.listed == ["chess_1"]

    new.says("find_course", topic="endings")
    assert new.listed == ["chess_2"]


def test_what_somebody_only_knows_is_not_said_to_be_taken(data: Path) -> None:
    new = Talker(data)
    new.says("find_course", topic="programming", level="beginner")
    reply = new.says("know_course", "I know Git Without Fear")

    assert "You know “Git Without Fear”, which is about programming too." in reply.text
    assert "You took" not in reply.text


def test_a_wish_that_nobody_had_is_not_said_to_be_withdrawn(music: Talker) -> None:
    reply = music.says("refine_course", constraint="price")
    assert reply.text.startswith("I was not going by the price anyway.")
    assert len(music.listed) == 4

    assert "anyway" not in music.says("refine_course", constraint="levels").text


@pytest.mark.parametrize("said", ["shortr", "shoter", "Shorter"])
def test_a_misspelt_change_is_understood(music: Talker, said: str) -> None:
    music.says("refine_course", change=said)

    assert "at_most" in music.wanted["hours"]


def test_a_change_that_nobody_knows_is_asked_about(music: Talker) -> None:
    assert music.says("refine_course", change="bluer").text.startswith("What shall be different?")


def test_a_misspelt_subject_and_level_are_understood(new: Talker) -> None:
    new.says("find_course", topic="pyhton", level="beginer")

    assert new.listed[0] == "python_1"
    assert new.wanted["words"] == ["python"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("pyhton", "python", id="two letters swapped"),
        pytest.param("pyton", "python", id="one missing"),
        pytest.param("guittar", "guitar", id="one doubled"),
        pytest.param("baking", None, id="another word"),
        pytest.param("paino", "piano", id="swapped"),
        pytest.param("jaz", None, id="too short to tell"),
    ],
)
def test_a_word_is_taken_for_another_only_if_it_keeps_its_letters(
    word: str, meant: str | None
) -> None:
    assert respelt(word, ["making", "jazz", "guitar", "piano", "python"]) == meant


def test_none_of_these_after_a_question_of_another_skill_is_not_about_courses(
    music: Talker,
) -> None:
    none = turn("none of these", "more_courses")
    asked = replace(music.context, history=(("refnd", "Did you mean one of these?"),))
    told = replace(music.context, history=(("refund?", "Within 14 days."),))

    assert music.skill.run(none, asked) is None
    assert music.skill.run(none, told) is not None
    assert music.skill.run(none, music.context) is not None


def test_what_was_enrolled_in_or_refused_is_in_no_list_of_a_talk(music: Talker) -> None:
    enrolled, refused, *_ = music.listed
    music.says("enrol_course", place="1")
    music.says("refuse_course", place="1")
    seen: set[str] = set()
    for intent, wish in (
        ("find_course", {}),
        ("more_courses", {}),
        ("refine_course", {"constraint": "all"}),
        ("more_courses", {}),
        ("more_courses", {}),
        ("find_course", {"topic": "music"}),
        ("similar_course", {"course": enrolled}),
        ("refine_course", {"change": "cheapest"}),
    ):
        music.says(intent, **wish)
        seen |= {*music.listed}

    assert len(seen) > 6
    assert seen.isdisjoint({enrolled, refused})


def test_a_level_is_kept_to_until_it_is_withdrawn(new: Talker) -> None:
    new.says("find_course", topic="programming", level="beginner")
    courses = new.skill.offer.catalogue.courses
    for intent in ("more_courses", "find_course", "refine_course"):
        new.says(intent, change="cheaper")
        assert {courses[id].level for id in new.listed} == {"beginner"}

    new.says("refine_course", constraint="all")
    new.says("refine_course", topic="music", level="intermediate")
    assert new.listed == ["songs"]


@pytest.mark.parametrize(
    ("text", "ranking", "bid"),
    [
        ("how much is it", (("faq", 0.6), ("course_details", 0.3)), 0.3),
        ("how much is Songwriting", (("faq", 0.6), ("course_details", 0.3)), 0.7),
        ("i like Songwriting", (("faq", 0.6),), 0.0),
    ],
    ids=["its intent", "and a course's name", "none of its intents"],
)
def test_a_bid_is_as_high_as_the_intent_and_higher_where_a_course_is_named(
    data: Path, text: str, ranking: tuple[tuple[str, float], ...], bid: float
) -> None:
    made = Turn(Message("new", text), tuple(Intent(*each) for each in ranking))

    assert Talker(data).skill.bid(made, Context()) == bid


def test_a_wish_is_in_slots_of_plain_texts_too(new: Talker) -> None:
    new.says("find_course", topic="music", level="intermediate")
    assert new.context.slots["topic"] == "music"
    assert new.context.slots["level"] == "intermediate"

    new.says("refine_course", level="beginner")
    assert new.context.slots["level"] == "beginner"

    new.says("refine_course", constraint="all")
    assert not new.context.slots.get("level")
