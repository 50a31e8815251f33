"""The library's texts as sentence vectors, computed once and kept beside the encoder."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from frontdoor.encoder import Encoder
from frontdoor.encoder.runtime import Vector

KEPT = 2  # files: before and after a change of the library, for an older process may start again


def of_texts(texts: Sequence[str], encoder: Encoder, keep_in: Path) -> Vector:
    """Return one row a text, from the file in *keep_in* when these very texts were seen before."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    kept = keep_in / f"library-{digest}.npy"
    with contextlib.suppress(FileNotFoundError):  # not there, or pruned by another process at this moment
        found: Vector = np.load(kept, allow_pickle=False)
        with contextlib.suppress(OSError):
            os.utime(kept)  # used now: pruned last
        return found
    rows = encoder.embed_all(list(texts))
    with _only_writer(keep_in):
        for left in keep_in.glob(".library-*"):  # by a process that died while it wrote
            left.unlink()
        fresh = keep_in / f".{kept.name}"
        with fresh.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
        os.replace(fresh, kept)
        _prune(kept)
    return rows


@contextlib.contextmanager
def _only_writer(directory: Path) -> Iterator[None]:
    """Let no other process write here meanwhile; the kernel frees the lock of one that dies."""
    held = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _prune(current: Path) -> None:
    """Keep *current* and what was used last beside it; who reads an older file at this moment has it open still."""
    others = set(current.parent.glob("library-*.npy")) - {current}
    for old in sorted(others, key=lambda path: path.stat().st_mtime_ns)[: 1 - KEPT]:
        old.unlink()
