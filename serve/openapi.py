"""What the application says of itself: its routes, and the problems that all of them share."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from serve.answers import ANSWERS, schemas
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
        for method, operation in operations.items():
            _describe(operation, f"{method.upper()} {path}")
            for status in _SHARED:
                operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}
            if not path.startswith(_OPEN):
                operation["security"] = [{"bearer": []}]
    found["components"] = {
        "schemas": {"Problem": _PROBLEM, **schemas()},
        "responses": _SHARED,
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    }
    return found


def _describe(operation: dict[str, Any], named: str) -> None:
    """Say what stands in its JSON answer; a KeyError here is one that nobody described."""
    for status, response in operation["responses"].items():
        json_content = response.get("content", {}).get("application/json")
        if status.startswith("2") and json_content is not None:
            json_content["schema"] = json_content.get("schema") or ANSWERS[named]
