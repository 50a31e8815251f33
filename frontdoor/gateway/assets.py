"""Scripts, styles and pictures, read once and served from memory under an address that names their content."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import NotFound

from frontdoor.settings import ROOT

OWN = Path(__file__).parent / "static"
DEEP_CHAT = ROOT / "node_modules" / "deep-chat" / "dist" / "deepChat.bundle.js"  # by `npm ci`
HTML = "text/html; charset=utf-8"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"  # the address changes with the content
GZIP_FROM_BYTES = 1_000


@dataclass(frozen=True)
class File:
    """One file. *packed* is its gzip, where that is smaller."""

    body: bytes
    packed: bytes | None
    content_type: str


@dataclass(frozen=True)
class Files:
    """All files by name. *prefix* is where they are served."""

    content: dict[str, File]
    prefix: str
    complete: bool  # the npm packages are there too


def load() -> Files:
    """Read the files."""
    paths = sorted(path for path in OWN.iterdir() if path.suffix in TYPES)
    complete = DEEP_CHAT.is_file()
    content = {path.name: _read(path) for path in [*paths, *([DEEP_CHAT] if complete else [])]}
    digest = hashlib.sha256()
    for name, file in content.items():
        digest.update(name.encode() + b"\0" + file.body)
    return Files(content, f"/static/{digest.hexdigest()[:16]}", complete)


def add_to(app: Sanic, files: Files) -> None:
    """Serve *files*."""

    @app.get("/static/<release:str>/<name:str>")
    async def static(request: Request, release: str, name: str) -> HTTPResponse:
        file = files.content.get(name)
        if file is None or not files.prefix.endswith(release):
            raise NotFound
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return HTTPResponse(
                file.packed, content_type=file.content_type, headers=headers | {"Content-Encoding": "gzip"}
            )
        return HTTPResponse(file.body, content_type=file.content_type, headers=headers)


def _read(path: Path) -> File:
    body = path.read_bytes()
    packed = gzip.compress(body, mtime=0) if len(body) >= GZIP_FROM_BYTES else None
    return File(body, packed, TYPES[path.suffix])
