"""One learner's night: what is learnt, what is promoted, and what becomes of the lessons."""

import pytest

from bot.errors import ModelError
from tests.training.colours import EXAMPLES, Colours
from training.aftermath import CONTRADICTED
from training.record import REPEATED
from training.retraining import ANEW, KEPT


def test_the_first_night_makes_a_version_and_puts_it_into_service(colours: Colours) -> None:
    record = colours.night()

    assert (record.outcome, record.version, record.parent) == ("promoted", "v0001", None)
    assert colours.current == "v0001"
    assert record.after == {"accuracy": 1.0}
    assert colours.says("red fox") == "warm"


def test_new_lines_of_a_file_are_learnt(trained: Colours) -> None:
    trained.write({**EXAMPLES, "pink dawn": "warm"})
    record = trained.night()

    assert (record.outcome, record.version, record.parent) == ("promoted", "v0002", "v0001")
    assert record.counts["new"] == 1
    assert trained.says("pink cloud") == "warm"


def test_lessons_are_learnt_and_say_in_which_version(trained: Colours) -> None:
    trained.teach("teal vase", "cold")

    assert trained.night().outcome == "promoted"
    assert trained.says("teal sea") == "cold"
    assert trained.lessons() == {"teal vase": "v0002"}


def test_where_nothing_is_new_no_version_is_made(trained: Colours) -> None:
    record = trained.night()

    assert (record.outcome, record.version) == ("nothing new", "v0001")
    assert len(trained.models.versions("colours")) == 1


def test_a_lesson_that_is_known_already_makes_no_version_and_waits_no_more(
    trained: Colours,
) -> None:
    trained.teach("Red apple!", "warm")

    assert trained.night().outcome == "nothing new"
    assert trained.lessons() == {"Red apple!": "v0001"}
    assert trained.night().outcome == "nothing new"


def test_a_lesson_that_two_people_gave_is_learnt_once(trained: Colours) -> None:
    trained.teach("teal vase", "cold")
    trained.teach("Teal vase?", "cold", sender="bob")

    assert trained.night().counts["new"] == 1
    assert trained.night().outcome == "nothing new"


def test_a_learner_without_any_example_is_left_untrained(colours: Colours) -> None:
    colours.write({})
    record = colours.night()

    assert (record.outcome, record.version) == ("nothing new", None)
    assert colours.current is None


def test_removed_examples_are_forgotten(trained: Colours) -> None:
    trained.write({name: target for name, target in EXAMPLES.items() if "green" not in name})
    record = trained.night()

    assert (record.outcome, record.counts["removed"]) == ("promoted", 1)
    assert trained.says("green leaf") is None


def test_that_most_of_the_data_are_gone_is_told_and_done_only_on_a_persons_word(
    trained: Colours,
) -> None:
    trained.write({"red apple": "warm"})
    record = trained.night()

    assert (record.outcome, trained.current) == ("failed", "v0001")
    assert "3 of the 4 examples that v0001 has learnt are gone." in record.reasons[0]
    assert "nocturne nightly colours --full" in record.reasons[0]
    assert trained.night(full=True).counts["removed"] == 3


def test_all_is_learnt_anew_if_wanted_though_nothing_is_new(trained: Colours) -> None:
    record = trained.night(full=True)

    assert (record.outcome, record.counts["new"], record.version) == ("rejected", 0, "v0002")
    assert record.reasons[0] == "Nothing was gained."


def test_a_worse_version_is_kept_with_its_reasons_and_serves_nobody(trained: Colours) -> None:
    trained.write({**EXAMPLES, "red car": "cold"})
    record = trained.night()
    kept = trained.models.version("colours", "v0002")

    assert (record.outcome, record.version) == ("rejected", "v0002")
    assert any("'warm' fell" in reason for reason in record.reasons)
    assert tuple(kept.info["record"]["reasons"]) == record.reasons
    assert trained.current == "v0001"
    assert trained.says("red fox") == "warm"


def test_suspicious_lessons_of_a_rejected_night_are_set_aside_and_the_rest_waits(
    trained: Colours,
) -> None:
    trained.teach("red car", "cold")
    trained.teach("teal vase", "cold")

    assert trained.night().outcome == "rejected"
    assert trained.lessons() == {
        "red car": CONTRADICTED.format("v0001", "warm"),
        "teal vase": "waits",
    }
    assert trained.night().outcome == "promoted"
    assert (trained.says("teal sea"), trained.says("red fox")) == ("cold", "warm")


def test_the_same_suspicious_lesson_by_another_sender_is_set_aside_too(trained: Colours) -> None:
    trained.teach("red car", "cold")
    trained.teach("Red car!", "cold", sender="bob")

    assert trained.night().outcome == "rejected"
    assert "rejected" in trained.lessons()["Red car!"]
    assert trained.night().outcome == "nothing new"


def test_a_known_lesson_of_a_rejected_night_is_not_taken_for_one_that_was_rolled_back(
    trained: Colours,
) -> None:
    trained.teach("blue sky", "cold")
    trained.teach("red car", "cold")

    assert trained.night().outcome == "rejected"
    trained.night()
    assert trained.lessons()["blue sky"] == "v0001"


def test_what_a_version_had_learnt_is_set_aside_once_it_is_rolled_back(trained: Colours) -> None:
    trained.teach("teal vase", "cold")
    trained.night()
    trained.models.roll_back("colours")

    assert trained.night().outcome == "nothing new"
    assert trained.lessons() == {"teal vase": "v0002 had learnt it, and was rolled back."}
    assert trained.says("teal vase") is None


def test_lessons_that_a_version_still_in_service_has_learnt_stay_learnt(trained: Colours) -> None:
    for text in ("teal vase", "mauve silk"):
        trained.teach(text, "cold")
        trained.night()
    trained.models.roll_back("colours")
    trained.night()

    assert trained.lessons()["teal vase"] == "v0002"
    assert trained.says("teal sea") == "cold"


def test_a_damaged_version_in_service_is_told_and_nothing_is_made_of_it(trained: Colours) -> None:
    (trained.models.root / "colours" / "v0001" / "words.json").write_text("{}")
    trained.write({**EXAMPLES, "pink dawn": "warm"})
    record = trained.night()

    assert record.outcome == "failed"
    assert "words.json is not as it was saved" in record.reasons[0]
    with pytest.raises(ModelError):
        trained.says("red fox")


def test_many_nights_leave_a_bounded_number_of_versions_and_no_drafts(trained: Colours) -> None:
    for number in range(KEPT + 3):
        trained.teach(f"shade{number} of grey", "cold")
        trained.night()
    home = trained.settings.home

    assert len(trained.models.versions("colours")) == KEPT
    assert [path for path in home.rglob("*") if "draft" in path.name] == []
    assert list((home / "nights").glob("*/colours")) == []
    assert all(trained.says(f"shade{number}") == "cold" for number in range(KEPT + 3))


def test_what_has_doubled_is_learnt_anew_and_after_that_only_what_is_new(trained: Colours) -> None:
    trained.write({**EXAMPLES, "pink dawn": "warm"})
    assert not any("learnt anew" in reason for reason in trained.night().reasons)

    more = {f"{name} thing": "cold" for name in ("teal", "navy", "mint")}
    trained.write({**EXAMPLES, "pink dawn": "warm", **more})
    record = trained.night()
    assert record.outcome == "promoted"
    assert record.reasons[-1] == ANEW.format(8, 4)

    trained.write({**EXAMPLES, "pink dawn": "warm", **more, "ruby ring": "warm"})
    assert not any("learnt anew" in reason for reason in trained.night().reasons)


def test_what_is_right_already_is_tried_once_and_waits_no_more(trained: Colours) -> None:
    trained.teach("red kite", "warm")
    record = trained.night()

    assert (record.outcome, record.reasons[0]) == ("rejected", "Nothing was gained.")
    assert trained.lessons() == {"red kite": "v0001"}
    again = trained.night()
    assert (again.outcome, again.reasons) == ("nothing new", (REPEATED.format("v0002"),))
    assert len(trained.models.versions("colours")) == 2


def test_lines_of_a_file_that_are_right_already_are_tried_once(trained: Colours) -> None:
    trained.write({**EXAMPLES, "red kite": "warm"})

    assert trained.night().outcome == "rejected"
    assert trained.night().outcome == "nothing new"
    assert trained.night(full=True).outcome == "rejected"


def test_after_a_full_night_in_vain_lessons_that_are_known_wait_no_more(trained: Colours) -> None:
    trained.night(full=True)
    trained.teach("Red apple!", "warm")

    assert trained.night().outcome == "nothing new"
    assert trained.lessons() == {"Red apple!": "v0001"}


def test_what_was_tried_in_vain_is_learnt_with_what_comes_later(trained: Colours) -> None:
    trained.teach("red kite", "warm")
    trained.night()
    trained.teach("teal vase", "cold")
    record = trained.night()

    assert (record.outcome, record.counts["new"]) == ("promoted", 2)
    assert trained.night().outcome == "nothing new"
    assert trained.night().reasons == ()
