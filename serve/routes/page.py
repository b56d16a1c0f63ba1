"""The first page: three files, nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

router = APIRouter(include_in_schema=False)

_TYPES = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
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
def _content(name: str) -> bytes:
    return files("serve").joinpath("static", name).read_bytes()


@router.get("/")
async def index() -> Response:
    """The page's shell; it asks for its data with the token in the address."""
    return _file("index.html")


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """One of the page's files."""
    return _file(name) if name in _TYPES else Response(status_code=404)


def _file(name: str) -> Response:
    return Response(_content(name), headers=_HEADERS, media_type=_TYPES[name])
