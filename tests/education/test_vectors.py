"""The kept vectors of the library: read when the texts were seen before, and no heap of old files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from frontdoor.education import vectors
from frontdoor.encoder import Encoder
from frontdoor.settings import ROOT

STOPS_HALFWAY = """
import sys, time
from pathlib import Path
import numpy
from frontdoor.education import vectors

class Encoder:
    def embed_all(self, texts):
        return numpy.zeros((len(texts), 1), numpy.float32)

def save(file, rows, allow_pickle):
    file.write(b"half of it")
    file.flush()
    print("halfway", flush=True)
    time.sleep(600)

numpy.save = save
vectors.of_texts(["first"], Encoder(), Path(sys.argv[1]))
"""


def kept(directory: Path) -> set[str]:
    """Return the names of the files that are there."""
    return {path.name for path in directory.iterdir()}


def test_a_library_is_embedded_once(tmp_path: Path, encoder: Encoder) -> None:
    """The same texts make no second file, and the file holds what the encoder says."""
    rows = vectors.of_texts(["what is asthma"], encoder, tmp_path)
    (file,) = tmp_path.iterdir()
    written = file.read_bytes()
    assert np.array_equal(vectors.of_texts(["what is asthma"], encoder, tmp_path), rows)
    assert (kept(tmp_path), file.read_bytes()) == ({file.name}, written)


def test_two_versions_stay(tmp_path: Path, encoder: Encoder) -> None:
    """The present one and the one used last beside it, however old that is; other files are left alone."""
    (tmp_path / "made_from").write_text("a model")
    vectors.of_texts(["first"], encoder, tmp_path)
    (first,) = kept(tmp_path) - {"made_from"}
    vectors.of_texts(["second"], encoder, tmp_path)
    (second,) = kept(tmp_path) - {"made_from", first}
    for name, at in ((first, 1_000), (second, 2_000)):
        os.utime(tmp_path / name, (at, at))
    vectors.of_texts(["first"], encoder, tmp_path)  # used once more
    vectors.of_texts(["third"], encoder, tmp_path)
    assert {"made_from", first} < kept(tmp_path)
    assert second not in kept(tmp_path)
    assert len(kept(tmp_path)) == 3


def test_what_was_just_written_is_kept_whatever_the_clock_says(tmp_path: Path, encoder: Encoder) -> None:
    """Files from the future, after a clock was set back, do not push out the present one."""
    for number in range(3):
        ahead = tmp_path / f"library-{number}.npy"
        np.save(ahead, np.zeros((1, 1), np.float32))
        os.utime(ahead, (4e9 + number, 4e9 + number))
    rows = vectors.of_texts(["now"], encoder, tmp_path)
    assert len(kept(tmp_path)) == 2
    assert "library-2.npy" in kept(tmp_path)
    assert np.array_equal(vectors.of_texts(["now"], encoder, tmp_path), rows)


def test_what_a_killed_process_left_goes_with_the_next_write(tmp_path: Path, encoder: Encoder) -> None:
    """Neither its half file nor its lock stays, and nobody takes the half for the whole."""
    (tmp_path / ".library-0.npy.4242").write_bytes(b"of a version that named its process")
    command = [sys.executable, "-c", STOPS_HALFWAY, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"halfway\n"
        writer.kill()
    (half,) = kept(tmp_path)
    assert half.startswith(".library-")
    rows = vectors.of_texts(["first"], encoder, tmp_path)
    assert kept(tmp_path) == {half.removeprefix(".")}
    assert np.array_equal(vectors.of_texts(["first"], encoder, tmp_path), rows)
