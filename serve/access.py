"""Who asks, what he may do, and what the application hands to every request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from models.messages import AnyAnswer, Question, Refusal, decode_answer, encode
from serve.directory import Directory
from serve.hub import StreamHub
from serve.ports import AppSettings, Ports
from serve.problems import Problem
from serve.tokens import Identity, Role, TokenError, verify


class Gate(NamedTuple):
    """Everything a request may use."""

    ports: Ports
    settings: AppSettings
    hub: StreamHub

    @property
    def directory(self) -> Directory:
        """What is known of slates, contests and sources."""
        return self.hub.directory

    async def of_slate(self, slate_id: str, question: Question) -> AnyAnswer:
        """Ask a slate's actor; a refusal ends the request."""
        return _accepted(await self.ports.actors.ask_slate(slate_id, encode(question)))

    async def of_contest(self, contest_id: str, question: Question) -> AnyAnswer:
        """Ask a contest's actor; a refusal ends the request."""
        return _accepted(await self.ports.actors.ask_contest(contest_id, encode(question)))

    async def of_actor(self, name: str, question: Question) -> AnyAnswer:
        """Ask an actor that there is once; a refusal ends the request."""
        return _accepted(await self.ports.actors.ask_actor(name, encode(question)))

    async def known_contest(self, contest_id: str) -> str:
        """The contest's id if it is open, looked up once more in the log before it is denied."""
        known = contest_id in self.directory.contests
        if not known and contest_id not in (await self.hub.refreshed()).contests:
            raise Problem(
                404,
                f"contest {contest_id} has not been opened",
                remedy="open it with POST /api/v1/contests; GET /api/v1/contests lists them",
            )
        return contest_id


def _accepted(body: bytes) -> AnyAnswer:
    answer = decode_answer(body)
    if isinstance(answer, Refusal):
        raise Problem(answer.status, answer.detail, remedy=answer.remedy, title=answer.title)
    return answer


def gate_of(connection: HTTPConnection) -> Gate:
    """What the application was made with."""
    found: Gate = connection.app.state.gate
    return found


async def gate(connection: HTTPConnection) -> Gate:
    """As a dependency: asynchronous ones are called in place, others cross a thread pool."""
    return gate_of(connection)


async def bearer(request: Request) -> Identity:
    """Whose token comes with the request; 401 without a good one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(
            401,
            "this needs a bearer token",
            remedy="send `Authorization: Bearer TOKEN`; `lateswap token` makes one",
        )
    try:
        identity = verify(token.strip(), gate_of(request).settings.secret)
        request.state.user = identity.user
        return identity  # noqa: TRY300  # reads in the order in which it happens
    except TokenError as error:
        raise Problem(
            401, error.reason, remedy="get a new token: `lateswap token --user U --role R`"
        ) from error


def one_of(*roles: Role) -> Callable[[Identity], Awaitable[Identity]]:
    """A dependency that lets only these roles through."""

    async def check(identity: Annotated[Identity, Depends(bearer)]) -> Identity:
        if identity.role not in roles:
            raise Problem(
                403,
                f"role {identity.role} may not do this",
                remedy=f"use a token of role {' or '.join(roles)}",
            )
        return identity

    return check


def acting_for(identity: Identity, user_id: str) -> str:
    """The user a request is about: oneself, or for operators anybody; 403 for others."""
    if user_id in {"", identity.user}:
        return identity.user
    if identity.role != "operator":
        raise Problem(403, f"{identity.user} may not act for {user_id}")
    return user_id


AGate = Annotated[Gate, Depends(gate)]
Anyone = Annotated[Identity, Depends(bearer)]
Feeder = Annotated[Identity, Depends(one_of("operator", "source"))]
Entrant = Annotated[Identity, Depends(one_of("operator", "user"))]
Operator = Annotated[Identity, Depends(one_of("operator"))]
