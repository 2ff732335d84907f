"""Static files: read once, compressed once, answered from memory under an address that carries their content's hash."""

import functools
import gzip
import mimetypes
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from onedoor.ui.edge import AnyRequest, may
from onedoor.ui.render import STATIC, asset

TYPES = {
    ".js": "text/javascript", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".css": "text/css",
    ".svg": "image/svg+xml",
}  # fmt: skip
FOR_EVER = "public, max-age=31536000, immutable"


@functools.cache
def _known() -> dict[str, Path]:
    """Every file there is, by its name; of two of one name the first folder's."""
    folders = [folder for folder in reversed(STATIC) if folder.is_dir()]
    return {path.relative_to(folder).as_posix(): path for folder in folders for path in folder.rglob("*") if path.is_file()}


def load(name: str) -> tuple[bytes, bytes, str] | None:
    """(plain, gzipped, media type) of one file in a static folder; no path of the caller's is ever joined, and no name of
    theirs that is none is kept."""
    return _read(path) if (path := _known().get(name)) else None


@functools.cache
def _read(path: Path) -> tuple[bytes, bytes, str]:
    plain = path.read_bytes()
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return plain, gzip.compress(plain, 9), kind


def answer(request: AnyRequest, name: str, cache: str) -> Response[bytes]:
    found = load(name)
    if found is None:
        raise NotFoundException
    plain, packed, kind = found
    headers = {"cache-control": cache}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=kind, headers={**headers, "content-encoding": "gzip"})
    return Response(plain, media_type=kind, headers=headers)


@get("/static/{digest:str}/{name:path}", **may(public=True), include_in_schema=False, sync_to_thread=False)
def static(request: AnyRequest, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A file by its hash; an outdated hash gives the present file, uncached."""
    clean = str(name).lstrip("/")
    return answer(request, clean, FOR_EVER if load(clean) and asset(clean) == f"/static/{digest}/{clean}" else "no-cache")


@get("/sw.js", **may(public=True), include_in_schema=False, sync_to_thread=False)
def service_worker(request: AnyRequest) -> Response[bytes]:
    """At the root, so that it may serve every page; always asked for anew."""
    return answer(request, "sw.js", "no-cache")


@get("/manifest.webmanifest", **may(public=True), include_in_schema=False, sync_to_thread=False)
def manifest(request: AnyRequest) -> Response[bytes]:
    """What a phone needs to install the city as an app."""
    return answer(request, "manifest.webmanifest", "public, max-age=3600")


handlers = [static, service_worker, manifest]
