"""The versions of models on disk: added, promoted, rolled back, pruned, and what may go wrong."""

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from bot.errors import ModelError
from bot.models import ModelRegistry

NOW = 1_700_000_000.0


@pytest.fixture
def models(tmp_path: Path) -> ModelRegistry:
    return ModelRegistry(tmp_path / "models", clock=lambda: NOW)


def saving(text: str = "weights") -> Callable[[Path], None]:
    def save(path: Path) -> None:
        (path / "adapter").mkdir()
        (path / "adapter" / "config.json").write_text("{}")
        (path / "head.safetensors").write_text(text)

    return save


def served(models: ModelRegistry, count: int) -> ModelRegistry:
    for _ in range(count):
        models.promote("intent", models.add("intent", saving(), {}).name)
    return models


def current(models: ModelRegistry) -> str | None:
    version = models.current("intent")
    return version.name if version else None


def test_a_version_is_whole_described_and_not_yet_in_service(models: ModelRegistry) -> None:
    made = models.add("intent", saving(), {"seed": 3, "metrics": {"accuracy": 0.9}})
    assert made.name == "v0001"
    assert made.parent is None
    assert made.created == "2023-11-14T22:13:20+00:00"
    assert made.info == {"seed": 3, "metrics": {"accuracy": 0.9}}
    assert set(made.checksums) == {"adapter/config.json", "head.safetensors"}
    models.check(made)
    assert models.versions("intent") == [made]
    assert models.learners() == ["intent"]
    assert models.current("intent") is None


def test_whoever_may_read_the_description_may_read_the_weights(models: ModelRegistry) -> None:
    def save(path: Path) -> None:
        saving()(path)
        (path / "head.safetensors").chmod(0o600)

    path = models.add("intent", save, {}).path
    files = [file for file in path.rglob("*") if file.is_file()]
    assert len({file.stat().st_mode for file in files}) == 1


def test_a_promoted_version_is_current_and_parent_of_the_next(models: ModelRegistry) -> None:
    served(models, 1)
    assert current(models) == "v0001"
    assert models.add("intent", saving(), {}).parent == "v0001"
    assert current(models) == "v0001"


def test_a_registry_without_a_folder_is_empty(models: ModelRegistry) -> None:
    assert models.learners() == []
    assert models.versions("intent") == []
    assert models.current("intent") is None


def test_versions_are_listed_by_number(models: ModelRegistry) -> None:
    made = models.add("intent", saving(), {})
    shutil.copytree(made.path, made.path.with_name("v9999"))
    assert models.add("intent", saving(), {}).name == "v10000"
    assert [version.name for version in models.versions("intent")] == ["v0001", "v9999", "v10000"]


def test_two_threads_adding_at_once_get_two_names(models: ModelRegistry) -> None:
    barrier = Barrier(2)

    def save(path: Path) -> None:
        saving()(path)
        barrier.wait(timeout=10)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: models.add("intent", save, {}), range(2)))
    assert sorted(version.name for version in made) == ["v0001", "v0002"]
    for version in made:
        models.check(version)


@pytest.mark.parametrize("problem", [RuntimeError("no"), KeyboardInterrupt()], ids=repr)
def test_a_save_that_raises_leaves_nothing(models: ModelRegistry, problem: BaseException) -> None:
    def save(path: Path) -> None:
        saving()(path)
        raise problem

    with pytest.raises(type(problem)):
        models.add("intent", save, {})
    assert list((models.root / "intent").iterdir()) == []


def test_a_full_disk_is_said(models: ModelRegistry) -> None:
    def save(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match=r"'intent' cannot be saved: .*No space left"):
        models.add("intent", save, {})


def test_a_draft_left_by_a_killed_process_is_ignored_and_swept_up_by_the_next_save(
    models: ModelRegistry,
) -> None:
    served(models, 1)
    folder = models.root / "intent"
    for name, age in (("old", 90_000), ("new", 60)):
        (folder / f".draft-{name}").mkdir()
        os.utime(folder / f".draft-{name}", (NOW - age, NOW - age))
    assert [version.name for version in models.versions("intent")] == ["v0001"]
    models.add("intent", saving(), {})
    assert [path.name for path in folder.glob(".draft-*")] == [".draft-new"]


@pytest.mark.parametrize(
    ("keep", "left"),
    [(1, [2, 3, 6]), (0, [2, 3, 6]), (3, [2, 3, 4, 5, 6]), (9, [1, 2, 3, 4, 5, 6])],
)
def test_pruning_keeps_the_newest_the_current_and_the_one_before(
    models: ModelRegistry, keep: int, left: list[int]
) -> None:
    served(models, 3)
    for _ in range(3):
        models.add("intent", saving(), {})
    removed = models.prune("intent", keep)
    assert [version.name for version in models.versions("intent")] == [f"v000{n}" for n in left]
    assert len(removed) == 6 - len(left)
    assert current(models) == "v0003"
    assert models.roll_back("intent").name == "v0002"


def cut(path: Path) -> None:
    file = path / "head.safetensors"
    file.write_bytes(file.read_bytes()[:-1])


def newer(path: Path) -> None:
    file = path / "version.json"
    text = json.loads(file.read_text())
    file.write_text(json.dumps({**text, "format": 99, "nocturne": "9.0"}))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(cut, r"damaged \(head.safetensors is not as it was saved\)", id="cut"),
        pytest.param(
            lambda path: (path / "adapter" / "config.json").unlink(),
            r"damaged \(adapter/config.json is missing\)",
            id="file missing",
        ),
        pytest.param(
            lambda path: (path / "version.json").unlink(), "version.json", id="no description"
        ),
        pytest.param(
            lambda path: (path / "version.json").write_text("{"), "version.json", id="garbled"
        ),
        pytest.param(
            lambda path: (path / "version.json").write_text('{"format": 1, "info": 3}'),
            "version.json",
            id="incomplete",
        ),
        pytest.param(newer, r"newer Nocturne \(9.0\): upgrade", id="newer"),
    ],
)
def test_a_damaged_version_is_told_and_not_promoted(
    models: ModelRegistry, damage: Callable[[Path], None], reason: str
) -> None:
    served(models, 2)
    damage(models.root / "intent" / "v0001")
    with pytest.raises(
        ModelError, match=f"Version v0001 of 'intent' .*{reason}.*nocturne rollback"
    ):
        models.check(models.versions("intent")[0])
    with pytest.raises(ModelError, match="Version v0001"):
        models.promote("intent", "v0001")
    assert current(models) == "v0002"


def test_where_there_is_no_other_version_to_roll_back_to_fitting_anew_is_advised(
    models: ModelRegistry,
) -> None:
    served(models, 1)
    cut(models.root / "intent" / "v0001")
    with pytest.raises(ModelError, match=r"as it was saved\)\. Run `nocturne fit intent`\.$"):
        models.check(models.versions("intent")[0])


@pytest.mark.parametrize("learner", ["", "..", "a/b", "/etc", ".hidden", "a\\b", "a\n"])
def test_a_learners_name_cannot_leave_the_root(models: ModelRegistry, learner: str) -> None:
    with pytest.raises(ModelError, match="cannot be a learner's name"):
        models.current(learner)


@pytest.mark.parametrize("name", ["v0009", "../intent/v0001", "current", ""])
def test_promoting_what_is_not_there_lists_what_is(models: ModelRegistry, name: str) -> None:
    served(models, 1)
    with pytest.raises(ModelError, match=r"'intent' has no version .* it has v0001\."):
        models.promote("intent", name)
