import numpy as np
import pytest
import torch
from PIL import Image

from bot.errors import ModelError
from bot.networks import LITE, load_network, tuned
from bot.vision import Vision, normalised, squeezed
from tests.tiny_vision import SIZE, write_tiny_vision


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_vision(tmp_path_factory.mktemp("vision")))


def noise(seed: int, width: int = 40, height: int = 30) -> Image.Image:
    draw = np.random.default_rng(seed)
    return Image.fromarray(draw.integers(0, 256, (height, width, 3), dtype=np.uint8))


def test_a_folder_of_transformers_gives_one_row_of_features_for_each_picture(folder: str) -> None:
    vision = Vision.load(folder)
    features = vision.features([noise(seed) for seed in range(5)], size=2)
    assert features.shape == (5, 16)
    assert features.dtype == torch.float32
    alone = vision.features([noise(4)])
    assert torch.allclose(features[4], alone[0], atol=1e-5)


def test_no_pictures_have_no_features(folder: str) -> None:
    assert len(Vision.load(folder).features([])) == 0


def test_what_was_learnt_changes_features_and_fingerprint_but_not_the_base(folder: str) -> None:
    plain = Vision.load(folder)
    before = plain.features([noise(1)])
    name, value = next(
        each for each in load_network(folder).parts.named_parameters() if each[0].endswith("weight")
    )
    changed = Vision.load(folder, {name: value.detach() * 2})
    assert changed.fingerprint != plain.fingerprint
    assert not torch.allclose(changed.features([noise(1)]), before)
    assert torch.equal(Vision.load(folder).features([noise(1)]), before)


def test_weights_of_another_network_are_refused_by_name(folder: str) -> None:
    with pytest.raises(ModelError, match=r"no\.such\.weight.*set `vision` back"):
        tuned(load_network(folder).parts, {"no.such.weight": torch.ones(1)})


def test_a_name_that_leads_nowhere_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/nothing.*Correct the setting `vision`"):
        Vision.load("nobody/nothing")


def test_a_picture_that_fits_is_taken_as_it_is() -> None:
    picture = noise(0, SIZE, SIZE)
    assert squeezed(picture, SIZE) is picture


def test_pixels_are_normalised_by_the_networks_own_colours(folder: str) -> None:
    white = Image.new("RGB", (SIZE, SIZE), "white")
    pixels = normalised(load_network(folder), [white])
    assert pixels.shape == (1, 3, SIZE, SIZE)
    assert torch.allclose(pixels, torch.ones_like(pixels))


def test_the_packaged_network_finds_the_same_with_its_batch_norms_folded() -> None:
    vision = Vision.load(LITE)
    pixels = vision.pixels([noise(2, 224, 224)])
    with torch.no_grad():
        expected = vision.network.parts(pixels)
    found = vision.maps(pixels)
    assert found.shape == (1, 1280, 7, 7)
    assert torch.allclose(found, expected, atol=1e-3)
    features = vision.features([noise(2, 224, 224)])
    assert features.shape == (1, sum(vision.widths)) == (1, 1280 + 2 * 112)
    assert torch.allclose(features[:, :1280], found.mean((2, 3)), atol=1e-4)
    assert not any(isinstance(each, torch.nn.BatchNorm2d) for each in vision.parts.modules())
