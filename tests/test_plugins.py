"""Finding skills: folders, installed packages, and what goes wrong with them."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bot import plugins
from bot.config import Settings
from bot.errors import SkillError
from bot.plugins import find_skills, intent_owners

Make = Callable[..., Path]
Code = Callable[[str, str], str]


def test_a_folder_is_a_skill_with_no_other_change(
    settings: Settings, make_skill: Make, echo_code: Code
) -> None:
    make_skill("tea", echo_code("Tea", "Tea!"), order_tea=["a cup of tea", "tea please"])
    (spec,) = find_skills(settings)

    assert spec.name == "tea"
    assert spec.nlu().intents == ("order_tea",)
    assert spec.load().__name__ == "Tea"


def test_finding_imports_nothing(settings: Settings, make_skill: Make) -> None:
    make_skill("bomb", "raise RuntimeError('imported')")

    assert [spec.name for spec in find_skills(settings)] == ["bomb"]


def test_a_skill_that_cannot_be_imported_says_why_and_how_to_leave_it_out(
    settings: Settings, make_skill: Make
) -> None:
    make_skill("broken", "import no_such_module")
    (spec,) = find_skills(settings)

    message = r"Skill 'broken' .* No module named 'no_such_module'.*disabled = \[\"broken\"\]"
    with pytest.raises(SkillError, match=message):
        spec.load()


def test_a_disabled_skill_is_left_out(settings: Settings, make_skill: Make) -> None:
    make_skill("bomb", "raise RuntimeError")

    assert find_skills(replace(settings, disabled=("bomb",))) == ()


def test_two_skills_of_one_name_are_named_both(
    settings: Settings, make_skill: Make, tmp_path: Path
) -> None:
    make_skill("tea", "")
    make_skill("tea", "", folder="more")
    both = replace(settings, skills=(tmp_path / "skills", tmp_path / "more"))

    with pytest.raises(SkillError, match=r"named 'tea': folder .*skills/tea and folder .*more/tea"):
        find_skills(both)


def test_the_name_of_the_intents_learner_is_taken(settings: Settings, make_skill: Make) -> None:
    make_skill("intent", "")

    with pytest.raises(SkillError, match=r"named 'intent': Nocturne itself and folder"):
        find_skills(settings)


def test_two_claimants_of_an_intent_are_named_both(
    settings: Settings, make_skill: Make, echo_code: Code
) -> None:
    make_skill("coffee", echo_code("Coffee", "!"), order=["coffee please"])
    make_skill("tea", echo_code("Tea", "!"), order=["tea please"])

    with pytest.raises(SkillError, match=r"'order' is declared by skill 'coffee' .* skill 'tea'"):
        intent_owners((spec, spec.nlu()) for spec in find_skills(settings))


@pytest.mark.parametrize(
    ("code", "count"),
    [("", 0), ("{one}\n{two}", 2)],
    ids=["none", "two"],
)
def test_a_folder_needs_exactly_one_skill_class(
    settings: Settings, make_skill: Make, echo_code: Code, code: str, count: int
) -> None:
    filled = code.format(one=echo_code("One", "1"), two=echo_code("Two", "2"))
    make_skill(f"has_{count}", filled)
    (spec,) = find_skills(settings)

    with pytest.raises(SkillError, match=f"defines {count} skill classes"):
        spec.load()


def test_a_missing_folder_of_skills_is_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SkillError, match="nowhere does not exist"):
        find_skills(replace(settings, skills=(tmp_path / "nowhere",)))


def test_an_installed_package_is_found_by_its_entry_point(
    settings: Settings,
    make_skill: Make,
    echo_code: Code,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_skill(
        "weather_skill", echo_code("Weather", "Sunny."), folder="site", ask_weather=["rain?"]
    )
    monkeypatch.syspath_prepend(tmp_path / "site")
    point = EntryPoint("weather", "weather_skill:Weather", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])
    (spec,) = find_skills(settings)

    assert spec.name == "weather"
    assert spec.nlu().intents == ("ask_weather",)
    assert spec.load().__name__ == "Weather"


def test_an_entry_point_that_names_no_skill_is_an_error(
    settings: Settings, make_skill: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_skill("odd_skill", "Odd = 3", folder="site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    point = EntryPoint("odd", "odd_skill:Odd", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])

    with pytest.raises(SkillError, match="odd_skill:Odd is no class that derives from"):
        find_skills(settings)[0].load()


PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "nocturne-skill-{name}"
version = "1.0"

[project.entry-points."nocturne.skills"]
{name} = "{module}:{kind}"

[tool.setuptools.package-data]
{module} = ["nlu.yml"]
"""


def test_a_skill_installed_as_a_wheel_is_picked_up(
    settings: Settings, make_skill: Make, echo_code: Code, tmp_path: Path
) -> None:
    make_skill("moon_skill", echo_code("Moon", "Full."), folder="project", ask_moon=["moon?"])
    text = PYPROJECT.format(name="moon", module="moon_skill", kind="Moon")
    (tmp_path / "project" / "pyproject.toml").write_text(text)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    built = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*pip, *built, str(tmp_path / "project")], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    install = ["install", "--no-deps", "--no-index", "--target", str(tmp_path / "site")]
    subprocess.run([*pip, *install, str(wheel)], check=True)
    code = (
        "from bot.config import Settings; from bot.plugins import find_skills\n"
        "[spec] = [spec for spec in find_skills(Settings()) if spec.name == 'moon']\n"
        "print(spec.origin, spec.nlu().intents, spec.load().__name__)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path / "site")},
        cwd=Path(__file__).parent.parent,
        check=True,
        capture_output=True,
        text=True,
    )

    assert shown.stdout == "package nocturne-skill-moon 1.0 ('ask_moon',) Moon\n"
