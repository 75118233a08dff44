"""Style sheets, scripts and the icon, served by every process and cached by browsers."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

FOLDER = Path(__file__).parent / "static"
_SUFFIXES = {".css", ".js", ".svg"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory. The version is a digest of its bytes."""

    version: str
    media_type: str
    body: bytes
    compressed: bytes


class Assets:
    """All asset files of a folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets = {
            path.relative_to(folder).as_posix(): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _SUFFIXES
        }

    def address(self, name: str) -> str:
        """The URL path of a file. It changes with the bytes. Raises KeyError for unknown files."""
        return f"/static/{self._assets[name].version}/{name}"

    def find(self, name: str) -> Asset | None:
        """The file of this name, or None."""
        return self._assets.get(name)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(
        version=sha256(body).hexdigest()[:12],
        media_type=guess_type(path.name)[0] or "text/plain",
        body=body,
        compressed=gzip.compress(body, mtime=0),
    )


@get("/static/{version:str}/{name:path}", sync_to_thread=False, include_in_schema=False)
def show_asset(
    request: Request[Any, Any, Any],
    assets: SkipValidation[NamedDependency[Assets]],
    version: FromPath[str],
    name: FromPath[Path],
) -> Response[bytes]:
    """Send a file. Browsers cache it only under its present version."""
    asset = assets.find(name.as_posix().lstrip("/"))
    if asset is None:
        raise NotFoundException
    headers = {
        "Cache-Control": _FOR_EVER if version == asset.version else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    body = asset.compressed if "Content-Encoding" in headers else asset.body
    return Response(body, media_type=asset.media_type, headers=headers)
