"""What may be used for what is stated, and stating it costs nothing."""

import re
import subprocess
import sys

import pytest

from photoscribe.core.errors import UsageError
from photoscribe.vision.manifest import ALL_WEIGHTS
from photoscribe.vision.models import DEFAULT, PACKS, Pack, pack_named
from photoscribe.vision.weights import Download, Weights, WheelFile


@pytest.mark.parametrize("weights", ALL_WEIGHTS, ids=lambda weights: weights.name)
def test_weights_come_from_pinned_places(weights: Weights) -> None:
    assert isinstance(weights.origins[0], WheelFile)
    for origin in weights.origins:
        match origin:
            case WheelFile():
                assert re.fullmatch(r"[0-9a-f]{64}", origin.sha256)
                assert origin.member.endswith(weights.file)
            case Download():
                assert re.fullmatch(r"https://\S+/[0-9a-f]{40}/\S+", origin.url), "pinned to a commit"
    assert re.fullmatch(r"[0-9a-f]{64}", weights.sha256)


def test_no_two_weights_share_a_file() -> None:
    assert len({weights.file for weights in ALL_WEIGHTS}) == len(ALL_WEIGHTS)


def test_the_default_is_free_for_any_use() -> None:
    assert {weights.use for weights in DEFAULT.weights} == {"any use"}
    assert DEFAULT.licence == "MIT AND Apache-2.0"
    assert not DEFAULT.needs_consent


@pytest.mark.parametrize("name", ["edgeface", "insightface-mbf"])
def test_a_pack_for_some_uses_only_asks_first_and_says_so(name: str) -> None:
    pack = pack_named(name)
    assert pack.needs_consent
    assert "non-commercial" in pack.notes
    assert "NC" in pack.licence or "non-commercial" in pack.licence


def test_an_unknown_pack_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no such model: nosuch\. Choose one of sface, edgeface, insightface-mbf"):
        pack_named("nosuch")


def test_packs_differ_in_name_model_and_version() -> None:
    names = {(pack.name, pack.model, pack.version) for pack in PACKS}
    assert [len(set(column)) for column in zip(*names, strict=True)] == [len(PACKS)] * 3
    assert DEFAULT.version == "yunet-2023mar+sface-2021dec/1"


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_rarer_error_asks_for_more_likeness(pack: Pack) -> None:
    cosines = pack.cosines
    assert 0 < cosines.far_1e_3 < cosines.far_1e_4 < cosines.far_1e_5 < 1
    assert 1 > cosines.found_1e_3 > cosines.found_1e_4 > cosines.found_1e_5 > 0.9


def test_listing_the_models_loads_no_model_library() -> None:
    heavy = "{'cv2', 'onnx', 'onnxruntime'}"
    program = f"import sys, photoscribe.vision.models; assert not {heavy} & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
