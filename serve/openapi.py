"""What the application says of itself: its routes, and the problems that all of them share."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from serve.problems import MEANINGS, MEDIA_TYPE

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457: what happened, where, and what to do about it",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "field": {"type": "string"},
    },
}
_SHARED = {
    str(status): {
        "description": meaning,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, meaning in MEANINGS.items()
}
_OPEN = ("/health",)
"""Paths that need no token."""


def described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of every route; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    for path, operations in found["paths"].items():
        for operation in operations.values():
            for status in _SHARED:
                operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}
            if not path.startswith(_OPEN):
                operation["security"] = [{"bearer": []}]
    found["components"] = {
        "schemas": {"Problem": _PROBLEM},
        "responses": _SHARED,
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    }
    return found
