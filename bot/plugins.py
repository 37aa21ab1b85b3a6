"""Finds skill packages: folders of skills, and installed packages that declare one."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from bot.config import Settings
from bot.errors import SkillError
from bot.nlu_data import NluData, read_nlu
from bot.rasa.files import is_project
from bot.rasa.nlu import project_nlu
from bot.skill import AnySkill, Skill

GROUP = "nocturne.skills"
RESERVED = ("intent",)
"""Names of learners that are no skills."""


@dataclass(frozen=True, slots=True)
class SkillSpec:
    """A skill found but not loaded."""

    name: str
    module: str
    """Import name of its package."""
    folder: Path
    """Where its files lie."""
    origin: str
    """Who brought it, for people."""
    attribute: str | None = None
    """Its class in the module; the only skill defined there unless set."""

    @property
    def nlu_file(self) -> Path:
        """Its utterances, if it has any."""
        return self.folder / "nlu.yml"

    def nlu(self) -> NluData:
        """Read its utterances, without importing its code."""
        if is_project(self.folder):
            return project_nlu(self.folder)
        return read_nlu(self.nlu_file) if self.nlu_file.is_file() else NluData()

    def data(self, settings: Settings) -> Path:
        """The folder of its data: the operator's if there is one, else what the package ships."""
        own = settings.data / self.name
        return own if own.exists() else self.folder / "data"

    def load(self) -> type[AnySkill]:
        """Import its class; whatever goes wrong is a SkillError that says what and where."""
        module = self._imported(self.module)
        if self.attribute:
            return _checked(getattr(module, self.attribute, None), self)
        defined = [kind for _, kind in inspect.getmembers(module, inspect.isclass)]
        own = [kind for kind in defined if _is_skill(kind) and kind.__module__ == module.__name__]
        if len(own) != 1:
            raise SkillError(
                f"Skill '{self.name}' ({self.origin}) defines {len(own)} skill classes in "
                f"{self.folder / '__init__.py'}; it needs exactly one."
            )
        return _checked(own[0], self)

    def part(self, name: str) -> ModuleType:
        """Import a module of its package, such as `train`."""
        self._imported(self.module)
        return self._imported(f"{self.module}.{name}")

    def _imported(self, name: str) -> ModuleType:
        try:
            if name == self.module:
                _know(self)
            return importlib.import_module(name)
        except Exception as error:
            raise SkillError(
                f"Skill '{self.name}' ({self.origin}) cannot be imported: "
                f"{type(error).__name__}: {error}. Repair it, or leave it out with "
                f'disabled = ["{self.name}"] in nocturne.toml.'
            ) from error


def find_skills(settings: Settings) -> tuple[SkillSpec, ...]:
    """Find all skills by name, without importing any; two of one name are an error."""
    installed = entry_points(group=GROUP)
    found = [*_in_folders(settings.skills), *(_installed(point) for point in installed)]
    wanted = [spec for spec in found if spec.name not in settings.disabled]
    check_names(wanted)
    return tuple(sorted(wanted, key=lambda spec: spec.name))


def check_names(specs: Iterable[SkillSpec]) -> None:
    """Refuse a name that is taken or reserved, naming both claimants."""
    claimed: dict[str, str] = dict.fromkeys(RESERVED, "Nocturne itself")
    for spec in specs:
        if spec.name in claimed:
            raise SkillError(
                f"Two skills are named '{spec.name}': {claimed[spec.name]} and {spec.origin}. "
                "Rename or remove one of them."
            )
        claimed[spec.name] = spec.origin


def intent_owners(nlus: Iterable[tuple[SkillSpec, NluData]]) -> dict[str, str]:
    """Map each intent to the skill that declares it; two claimants are an error."""
    owners: dict[str, SkillSpec] = {}
    for spec, nlu in nlus:
        for intent in nlu.intents:
            if intent in owners:
                other = owners[intent]
                raise SkillError(
                    f"Intent '{intent}' is declared by skill '{other.name}' ({other.nlu_file}) and "
                    f"by skill '{spec.name}' ({spec.nlu_file}). Rename it in one of them."
                )
            owners[intent] = spec
    return {intent: spec.name for intent, spec in owners.items()}


def _in_folders(folders: Iterable[Path]) -> Iterator[SkillSpec]:
    for folder in folders:
        if not folder.is_dir():
            raise SkillError(f"The folder of skills {folder} does not exist. Correct `skills`.")
        for init in sorted(folder.glob("*/__init__.py")):
            name = init.parent.name
            if re.fullmatch(r"[a-z][a-z0-9_]*", name):
                yield SkillSpec(name, f"skills.{name}", init.parent, f"folder {init.parent}")


def _installed(point: EntryPoint) -> SkillSpec:
    package = f"package {point.dist.name} {point.dist.version}" if point.dist else point.value
    return SkillSpec(
        point.name, point.module, _folder_of(point.module), package, point.attr or None
    )


def _folder_of(module: str) -> Path:
    """Where a module's files lie, by the folder of its top package, which is not imported."""
    top, *rest = module.split(".")
    found = importlib.util.find_spec(top)
    if found is None or not found.submodule_search_locations:
        return Path(found.origin).parent if found and found.origin else Path("missing")
    return Path(found.submodule_search_locations[0]).joinpath(*rest)


def _know(spec: SkillSpec) -> None:
    """Make a folder importable as the spec's module, unless it is already."""
    if spec.origin.startswith("package ") or _is_known(spec):
        return
    init = spec.folder / "__init__.py"
    found = importlib.util.spec_from_file_location(
        spec.module, init, submodule_search_locations=[str(spec.folder)]
    )
    if found is None or found.loader is None:
        raise ImportError(f"{init} is not a Python package")
    module = importlib.util.module_from_spec(found)
    sys.modules[spec.module] = module
    try:
        found.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.module]
        raise


def _is_known(spec: SkillSpec) -> bool:
    file = getattr(sys.modules.get(spec.module), "__file__", None)
    return file is not None and Path(file).parent == spec.folder


def _is_skill(kind: type) -> bool:
    return issubclass(kind, Skill) and not inspect.isabstract(kind)


def _checked(kind: object, spec: SkillSpec) -> type[AnySkill]:
    if isinstance(kind, type) and _is_skill(kind):
        return kind
    raise SkillError(
        f"Skill '{spec.name}' ({spec.origin}): {spec.module}:{spec.attribute} is no class that "
        "derives from bot.Skill and implements run()."
    )
