"""What to give up where no course meets all constraints."""

from datetime import date

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.constraints import Constraints, Range, meets
from skills.courses.dialogue.relaxation import relaxations

PHOTO = ("photography",)


def course(
    id: str,
    price: float = 79.0,
    hours: float = 10.0,
    level: str = "beginner",
    starts: tuple[date, ...] = (),
    topics: tuple[str, ...] = PHOTO,
) -> Course:
    return Course(id, id, "", topics, level, hours, price, "English", starts=starts)


def ids(courses: tuple[Course, ...]) -> list[str]:
    return [each.id for each in courses]


def test_nothing_is_given_up_where_a_course_meets_all() -> None:
    assert relaxations([course("a")], Constraints(topics=PHOTO)) == []


def test_there_is_nothing_to_give_up_without_courses() -> None:
    assert relaxations([], Constraints(topics=PHOTO)) == []


def test_a_price_is_raised_no_further_than_need_be() -> None:
    courses = [course("dear", 299), course("near", 59), course("next", 79), course("far", 139)]
    (found,) = relaxations(courses, Constraints(topics=PHOTO, price=Range(at_most=50.0)))

    assert found.names == ("price",)
    assert found.offer.price == Range(at_most=79.0)
    assert ids(found.courses) == ["near", "next"]


def test_a_course_may_be_longer_or_shorter() -> None:
    (more,) = relaxations([course("a", hours=12)], Constraints(hours=Range(at_most=10.0)))
    (less,) = relaxations([course("a", hours=12)], Constraints(hours=Range(at_least=14.0)))

    assert more.offer.hours == Range(at_most=12.0)
    assert less.offer.hours == Range(at_least=12.0)


def test_the_nearest_level_is_offered() -> None:
    courses = [course("easy"), course("middle", level="intermediate")]
    (found,) = relaxations(courses, Constraints(levels=("advanced",)))

    assert found.offer.levels == ("intermediate", "advanced")
    assert ids(found.courses) == ["middle"]


def test_the_nearest_start_is_offered() -> None:
    days = (date(2027, 2, 1), date(2027, 6, 7))
    wanted = Constraints(starts=Range(date(2027, 3, 1), date(2027, 5, 3)))
    (found,) = relaxations([course("a", starts=days)], wanted)

    assert found.offer.starts == Range(date(2027, 2, 1), date(2027, 5, 3))


def test_a_topic_or_a_language_is_dropped() -> None:
    wanted = Constraints(topics=("music",), languages=("German",))
    courses = [course("a", topics=("music",)), course("b")]
    (found,) = relaxations(courses, wanted)

    assert found.names == ("languages",)
    assert found.offer == Constraints(topics=("music",))


def test_what_is_nearest_is_said_first() -> None:
    courses = [course("dear", 199), course("long", hours=12), course("other", topics=("art",))]
    wanted = Constraints(topics=PHOTO, price=Range(at_most=99.0), hours=Range(at_most=10.0))
    found = relaxations(courses, wanted)

    assert [each.names for each in found] == [("hours",), ("price",), ("topics",)]
    for each in found:
        assert each.courses
        assert all(meets(one, each.offer) for one in each.courses)


def test_two_are_given_up_where_one_is_not_enough() -> None:
    wanted = Constraints(topics=PHOTO, price=Range(at_most=0.0), levels=("advanced",))
    (found,) = relaxations([course("a")], wanted)

    assert found.names == ("levels", "price")
    assert ids(found.courses) == ["a"]


def test_a_course_whose_price_is_not_known_is_not_promised() -> None:
    wanted = Constraints(price=Range(at_most=50.0))

    assert relaxations([Course("a", "A")], wanted) == []


def test_a_contradiction_is_loosened_to_what_there_is() -> None:
    wanted = Constraints(hours=Range(20.0, 5.0))
    (found,) = relaxations([course("a", hours=12)], wanted)

    assert found.offer.hours == Range(12.0, 12.0)
