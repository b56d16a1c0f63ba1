"""Errors as RFC 9457 problem documents: what happened, where, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from actors.log.errors import LogFull, LogUnavailable, OffsetUnusable
from models.codec import to_json
from models.files import UnreadableFileError
from models.ingest import Refused
from serve.ports import NoSuchActor
from serve.trail import address_of

log = structlog.get_logger("serve")

MEDIA_TYPE = "application/problem+json"


MEANINGS = {
    400: "the request cannot be read",
    401: "no token, or none that is good here",
    403: "not yours, or not for this role",
    404: "there is nothing of this name",
    405: "not with this method",
    409: "no longer possible; `detail` says what has changed",
    410: "the offset is not retained any more",
    413: "the body is too large",
    422: "refused; `detail` and `field` say where and why",
    429: "too many requests; `Retry-After` says when",
    502: "an owner of state gave an answer that nobody expected",
    503: "the log or an owner of state does not answer just now",
}
"""Every status that a request may end with, beside its success."""


SHOWN_PROBLEMS = 200
"""Oddities of a file that one answer lists."""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Ends a request with a problem document; ``more`` are further members of it."""

    def __init__(
        self, status: int, detail: str, *, remedy: str = "", title: str = "", **more: Any
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.remedy = remedy
        self.title = title or HTTPStatus(status).phrase
        self.more = more

    def document(self) -> dict[str, Any]:
        """What stands in the answer."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **({"remedy": self.remedy} if self.remedy else {}),
            **self.more,
        }


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The document as an answer."""
    return Response(to_json(problem.document()), problem.status, headers, MEDIA_TYPE)


def _problem(_: Request, error: Exception) -> Problem:
    assert isinstance(error, Problem)  # noqa: S101 - the table below
    return error


def _refused(_: Request, error: Exception) -> Problem:
    assert isinstance(error, Refused)  # noqa: S101
    return Problem(
        422,
        str(error),
        title="Event refused",
        remedy="correct the field and send it again",
        field=error.field,
    )


def _unreadable(_: Request, error: Exception) -> Problem:
    assert isinstance(error, UnreadableFileError)  # noqa: S101
    found = error.problem
    return Problem(
        422,
        found.message,
        title="File refused",
        remedy="download the file from the site again and upload it unchanged",
        field=found.file,
        problems=[found],
    )


def _log_down(_: Request, error: Exception) -> Problem:
    assert isinstance(error, LogUnavailable)  # noqa: S101
    return Problem(
        503,
        f"the event log does not answer: {error.reason}",
        remedy="send it again; a repetition with the same event ids or Idempotency-Key is safe",
    )


def _no_actor(_: Request, error: Exception) -> Problem:
    assert isinstance(error, NoSuchActor)  # noqa: S101
    return Problem(
        503,
        f"{error.name} does not answer: it is being started",
        remedy="ask again in a second; /health shows what is up",
    )


def _bad_offset(_: Request, error: Exception) -> Problem:
    assert isinstance(error, OffsetUnusable)  # noqa: S101
    return Problem(410, str(error), remedy="begin without cursor", title="Offset not retained")


def _http(_: Request, error: Exception) -> Problem:
    assert isinstance(error, HTTPException)  # noqa: S101
    return Problem(error.status_code, str(error.detail))


def _log_full(_: Request, error: Exception) -> Problem:
    return Problem(503, str(error), remedy="send the newest values later", retry_after=5)


def _invalid(_: Request, error: Exception) -> Problem:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    return Problem(422, f"{field}: {first['msg']}", field=field)


def _unexpected(request: Request, error: Exception) -> Problem:
    log.error("request failed", path=request.url.path, exc_info=error)
    return Problem(500, "the service failed to answer this; it has been logged")


_TABLE: dict[type[Exception], Callable[[Request, Exception], Problem]] = {
    Problem: _problem,
    Refused: _refused,
    UnreadableFileError: _unreadable,
    LogUnavailable: _log_down,
    LogFull: _log_full,
    OffsetUnusable: _bad_offset,
    NoSuchActor: _no_actor,
    HTTPException: _http,
    RequestValidationError: _invalid,
    Exception: _unexpected,
}


async def _noted(request: Request, problem: Problem) -> Problem:
    """A refusal goes into the trail; an address that fails again and again is told to wait."""
    gate = request.app.state.gate
    bearer = getattr(request.state, "bearer", None)
    await gate.trail.refused(request, problem.detail, bearer.user if bearer else "")
    wait = gate.failures.take(address_of(request)) if problem.status == 401 else 0.0
    if not wait:
        return problem
    seconds = math.ceil(wait)
    return Problem(
        429,
        "too many failed authentications from this address",
        remedy=f"ask again in {seconds} s, with a good token",
        retry_after=seconds,
    )


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    for kind, describe in _TABLE.items():
        app.add_exception_handler(kind, _handler(describe))


def _handler(
    describe: Callable[[Request, Exception], Problem],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        problem = describe(request, error)
        if problem.status in {401, 403}:
            problem = await _noted(request, problem)
        headers = dict(getattr(error, "headers", None) or {})
        if problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if problem.status in {429, 503}:
            headers["Retry-After"] = str(problem.more.get("retry_after", 1))
        return problem_response(problem, headers)

    return answer
