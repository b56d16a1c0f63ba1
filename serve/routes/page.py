"""The dashboard's built files: our own, nothing from elsewhere; `web/` holds their source."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from serve.bodies import digest
from serve.problems import Problem

router = APIRouter(include_in_schema=False)

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
}


class _File(NamedTuple):
    """A file as it is sent: compressed once, named by its content."""

    content: bytes
    compressed: bytes
    tag: str
    media_type: str


@cache
def _files() -> dict[str, _File]:
    folder = files("serve").joinpath("static")
    return {file.name: _made(file.name, file.read_bytes()) for file in folder.iterdir()}


def _made(name: str, content: bytes) -> _File:
    kind = _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
    return _File(content, gzip.compress(content, mtime=0), f'"{digest(content)}"', kind)


@router.get("/")
async def index(request: Request) -> Response:
    """The page's shell; it asks for its data with the token in the address."""
    return _answer(request, "index.html")


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """One of the page's files."""
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    file = _files().get(name)
    if file is None:
        raise Problem(404, f"the page has no file {name}")
    headers = _HEADERS | {"ETag": file.tag}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = headers | {"Content-Encoding": "gzip"}
        return Response(file.compressed, headers=packed, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)
