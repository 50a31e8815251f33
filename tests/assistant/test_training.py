"""A model is made when something that it is made of has changed, and then once."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from frontdoor.assistant import training
from frontdoor.settings import ROOT, Settings
from tests.product import lend_screen


def checkout(place: Path) -> Path:
    """Return a copy of everything that a model is made of."""
    for pattern in training.MADE_OF:
        for path in ROOT.glob(pattern):
            copy = place / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return place


def test_the_fingerprint_is_of_the_content(settings: Settings, tmp_path: Path) -> None:
    """The same files anywhere have the same name; a change in any of them, or one more, another."""
    one, two = checkout(tmp_path / "one"), checkout(tmp_path / "two")
    before = training.fingerprint(one, settings)
    assert before == training.fingerprint(two, settings)
    (two / "data/nlu/en/smalltalk.yml").open("a").write("      - oi\n")
    (one / "data/rules/new.yml").write_text('version: "3.1"\n')
    assert len({before, training.fingerprint(one, settings), training.fingerprint(two, settings)}) == 3


def test_an_encoder_makes_another_model(settings: Settings) -> None:
    """With other features the classifier is another one."""
    before = training.fingerprint(ROOT, settings)
    encoder = settings.data_dir / "encoder" / "model.onnx"
    encoder.parent.mkdir(parents=True)
    encoder.write_bytes(b"weights")
    assert training.fingerprint(ROOT, settings) != before


def test_a_model_that_is_there_is_used(settings: Settings) -> None:
    """Nothing is trained, and nothing is said."""
    lend_screen(settings.data_dir)
    settings.model_dir.mkdir(parents=True)
    there = settings.model_dir / f"frontdoor-{training.fingerprint(ROOT, settings)}.tar.gz"
    there.write_bytes(b"a model")
    said: list[str] = []
    assert training.ensure_model(settings, say=said.append) == there
    assert said == []


def test_old_models_go(settings: Settings) -> None:
    """The newest two stay: the one before may still be in use. What a killed training left goes as well."""
    (settings.model_dir / ".making-4242" / "half").mkdir(parents=True)
    for age in range(5):
        path = settings.model_dir / f"frontdoor-{age}.tar.gz"
        path.touch()
        os.utime(path, (1000 - age, 1000 - age))
    training._prune(settings.model_dir)
    assert sorted(path.name for path in settings.model_dir.glob("*.gz")) == ["frontdoor-0.tar.gz", "frontdoor-1.tar.gz"]
    assert not (settings.model_dir / ".making-4242").exists()
    assert training.newest_model(settings) == settings.model_dir / "frontdoor-0.tar.gz"


def test_there_is_no_newest_model_before_the_first(settings: Settings, tmp_path: Path) -> None:
    """`frontdoor understand` then says what to do."""
    assert training.newest_model(replace(settings, data_dir=tmp_path / "nothing")) is None
