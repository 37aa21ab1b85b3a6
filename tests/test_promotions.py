"""Which version is in service: rolled back, garbled, or with the process killed half-way."""

import shutil
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.models import ModelRegistry


@pytest.fixture
def models(tmp_path: Path) -> ModelRegistry:
    return ModelRegistry(tmp_path / "models", clock=lambda: 1_700_000_000.0)


def save(path: Path) -> None:
    (path / "head.safetensors").write_text("weights")


def served(models: ModelRegistry, count: int) -> ModelRegistry:
    for _ in range(count):
        models.promote("intent", models.add("intent", save, {}).name)
    return models


def current(models: ModelRegistry) -> str | None:
    version = models.current("intent")
    return version.name if version else None


def test_another_process_sees_the_promotion(models: ModelRegistry) -> None:
    other = ModelRegistry(models.root)
    assert current(other) is None
    served(models, 2)
    assert current(other) == "v0002"


def test_rolling_back_goes_further_each_time(models: ModelRegistry) -> None:
    served(models, 3)
    assert models.roll_back("intent").name == "v0002"
    assert current(models) == "v0002"
    assert models.roll_back("intent").name == "v0001"
    with pytest.raises(ModelError, match=r"no version of 'intent' .* Run `nocturne promote intent"):
        models.roll_back("intent")
    assert current(models) == "v0001"


def test_rolling_back_undoes_the_promotion_of_an_older_version(models: ModelRegistry) -> None:
    served(models, 3)
    models.promote("intent", "v0001")
    assert models.roll_back("intent").name == "v0003"
    assert models.roll_back("intent").name == "v0002"


def test_promoting_twice_is_promoting_once(models: ModelRegistry) -> None:
    served(models, 2)
    models.promote("intent", "v0002")
    assert models.roll_back("intent").name == "v0001"


def test_rolling_back_passes_over_what_is_damaged_or_gone(models: ModelRegistry) -> None:
    served(models, 4)
    (models.root / "intent" / "v0003" / "head.safetensors").write_text("")
    shutil.rmtree(models.root / "intent" / "v0002")
    assert models.roll_back("intent").name == "v0001"


def test_rolling_back_before_any_promotion_says_what_to_do(models: ModelRegistry) -> None:
    with pytest.raises(ModelError, match="Run `nocturne fit intent`"):
        models.roll_back("intent")


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [("v0002", "v0001"), ("v0003", "v0002"), ("v0001", "v0003")],
    ids=["before the pointer of v3", "after it", "before a rollback's pointer"],
)
def test_killed_between_history_and_pointer_rolling_back_still_works(
    models: ModelRegistry, pointer: str, expected: str
) -> None:
    served(models, 3)
    if pointer == "v0001":
        models.promote("intent", "v0001")
        with (models.root / "intent" / "history").open("a") as history:
            history.write("rollback v0003 2023\nhalf a li")
    (models.root / "intent" / "current").write_text(pointer)
    assert current(models) == pointer
    assert models.roll_back("intent").name == expected


def test_without_its_history_the_current_version_still_serves(models: ModelRegistry) -> None:
    served(models, 2)
    (models.root / "intent" / "history").write_bytes(b"\xff\x00nonsense\n")
    assert current(models) == "v0002"
    served(models, 1)
    assert current(models) == "v0003"


@pytest.mark.parametrize("content", ["", "v0007", "../../etc", "\x00"], ids=repr)
def test_a_garbled_pointer_says_what_to_promote(models: ModelRegistry, content: str) -> None:
    served(models, 2)
    (models.root / "intent" / "current").write_text(content)
    with pytest.raises(
        ModelError, match=r"current should name .* Run `nocturne promote intent v0002`"
    ):
        models.current("intent")
    models.promote("intent", "v0002")
    assert current(models) == "v0002"


def test_a_pointer_that_was_deleted_is_an_error_and_no_untrained_learner(
    models: ModelRegistry,
) -> None:
    served(models, 2)
    (models.root / "intent" / "current").unlink()
    with pytest.raises(ModelError, match="Run `nocturne promote intent v0002`"):
        models.current("intent")


def test_killed_in_the_first_promotion_a_learner_is_still_untrained(models: ModelRegistry) -> None:
    served(models, 1)
    (models.root / "intent" / "current").unlink()
    assert models.current("intent") is None
    assert current(served(models, 1)) == "v0002"
