"""The first page: a few files of our own, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from fastapi import APIRouter
from starlette.responses import Response

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
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@cache
def _contents() -> dict[str, bytes]:
    folder = files("serve").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if _kind(file.name)}


def _kind(name: str) -> str:
    return _TYPES.get(PurePosixPath(name).suffix, "")


@router.get("/")
async def index() -> Response:
    """The page's shell; it asks for its data with the token in the address."""
    return _file("index.html")


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """One of the page's files."""
    return _file(name)


def _file(name: str) -> Response:
    content = _contents().get(name)
    if content is None:
        raise Problem(404, f"the page has no file {name}")
    return Response(content, headers=_HEADERS, media_type=_kind(name))
