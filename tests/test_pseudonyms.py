"""Pseudonyms: the same for the same person, and nobody's name."""

import re

from bot.config import Settings
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.pseudonyms import Pseudonyms, pseudonyms_in, pseudonyms_of


def test_a_person_has_one_pseudonym_and_a_pseudonym_stays_as_it_is() -> None:
    pseudonyms = Pseudonyms(b"key")
    ana = pseudonyms.of("ana")

    assert re.fullmatch("p:[0-9a-f]{16}", ana)
    assert pseudonyms.of("ana") == pseudonyms.of(ana) == ana != pseudonyms.of("ben")
    assert pseudonyms.of("p:ana") != "p:ana"


def test_without_the_key_nobody_can_tell_who_it_is() -> None:
    assert Pseudonyms(b"key").of("ana") != Pseudonyms(b"other").of("ana")
    assert "key" not in repr(Pseudonyms(b"key"))


def test_any_id_has_one_even_half_a_character() -> None:
    assert Pseudonyms(b"key").of("\ud800") != Pseudonyms(b"key").of("")


def test_a_home_without_a_database_gets_one_and_keeps_its_key(settings: Settings) -> None:
    assert pseudonyms_of(settings).of("ana") == pseudonyms_of(settings).of("ana")


def test_who_gave_a_lesson_is_known_by_the_same_pseudonym() -> None:
    store = Store.in_memory()

    assert f"p:{FeedbackStore(store).giver('ana')}" == pseudonyms_in(store).of("ana")
