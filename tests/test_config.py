"""Settings: where they come from and what is wrong with them."""

from pathlib import Path

import pytest

from bot.config import BUNDLED, PROJECT, read_settings
from bot.errors import SettingsError


def test_without_a_file_the_home_is_in_the_folder(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {})

    assert settings.home == tmp_path / ".nocturne"
    assert settings.data == PROJECT / "data"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "nocturne.toml").write_text('device = "cpu"\nencoder = "mine"\nhome = "there"\n')
    settings = read_settings(tmp_path, {"NOCTURNE_DEVICE": "cuda"})

    assert (settings.device, settings.encoder) == ("cuda", "mine")
    assert settings.home == tmp_path / "there"


def test_lists_can_be_given_in_file_and_environment(tmp_path: Path) -> None:
    (tmp_path / "nocturne.toml").write_text('disabled = ["faq"]\nskills = ["more"]\n')

    assert read_settings(tmp_path, {}).skills == (BUNDLED, tmp_path / "more")
    assert read_settings(tmp_path, {"NOCTURNE_DISABLED": "a:b"}).disabled == ("a", "b")


def test_variables_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {"NOCTURNE_PORT": "1"}) == read_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "homes = 'x'",
            r"Unknown setting 'homes' in .*nocturne\.toml\. Known settings: conversation_days,",
        ),
        ("device = 'tpu'", r"Setting 'device' in .* is 'tpu'; it can be auto, cpu, cuda, mps\."),
        ("encoder = 3", r"Setting 'encoder' in .* should be a text, not 3\."),
        ("skills = [1]", r"Setting 'skills' in .* should be a list of texts"),
        ("device =", r"nocturne\.toml is not valid TOML"),
    ],
    ids=["unknown", "choice", "type", "list", "syntax"],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "nocturne.toml").write_text(text)

    with pytest.raises(SettingsError, match=message):
        read_settings(tmp_path, {})
