"""Who asks, what he may do, and what the application hands to every request."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple, Self, TypeVar

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from actors.log.offsets import offset_key
from models.messages import AnyAnswer, AskProposals, Question, Refusal, decode_answer, encode
from serve.directory import Directory
from serve.feed import SIGNED_OUT
from serve.hub import StreamHub
from serve.keys import Keyring
from serve.limits import Windows
from serve.metrics import Metrics
from serve.ports import AppSettings, NoSuchActor, Ports
from serve.problems import Problem
from serve.repeats import SEEN, Repeats
from serve.tokens import Identity, Role, TokenError, TokenInvalid, verify_ticket
from serve.trail import Trail

Kind = TypeVar("Kind")

PATIENCE_S = 0.5
"""Given to a contest to tell its proposals, before the replica tells what it read in the log."""

PEOPLE = frozenset({"user", "viewer"})


class Gate(NamedTuple):
    """Everything a request may use."""

    ports: Ports
    settings: AppSettings
    hub: StreamHub
    keys: Keyring
    trail: Trail
    failures: Windows
    """Failed authentications, by address."""
    requests: Windows
    """Requests, by user or viewer."""
    service_requests: Windows
    """... by operator or source."""
    repeats: Repeats

    @classmethod
    def made(cls, ports: Ports, settings: AppSettings, hub: StreamHub, metrics: Metrics) -> Self:
        """A gate with its keys, its trail and its limits."""
        secrets = (settings.secret, *settings.old_secrets)
        requests = Windows(settings.requests_a_minute)
        service_requests = Windows(settings.service_requests_a_minute)
        return cls(
            ports,
            settings,
            hub,
            keys=Keyring(secrets, settings.published_keys, settings.issuer),
            trail=Trail(ports),
            failures=Windows(settings.refusals_a_minute),
            requests=requests,
            service_requests=service_requests,
            repeats=Repeats(
                hub, metrics, lambda who: requests if who.role in PEOPLE else service_requests
            ),
        )

    async def identified(self, token: str) -> Identity:
        """Whose token it is; raises TokenError, also where its bearer has signed out."""
        return self._still_in(await self.keys.verify(token))

    async def redeemed(self, connection: HTTPConnection, ticket: str) -> Identity:
        """Whose ticket it is, used up by that; raises TokenError, also at its second use."""
        ticket_id, identity = verify_ticket(ticket, self.settings.secret)
        if not await self.trail.redeemed(connection, ticket_id, identity.user):
            raise TokenInvalid("the ticket was used before")
        return self._still_in(identity)

    def _still_in(self, identity: Identity) -> Identity:
        if self.directory.is_signed_out(identity):
            raise TokenInvalid(SIGNED_OUT)
        return identity

    def requests_of(self, role: Role) -> Windows:
        """The limit that a role is held to."""
        return self.requests if role in PEOPLE else self.service_requests

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

    async def proposals(self, contest_id: str, question: AskProposals) -> AnyAnswer:
        """The contest's own word; while it is being started anew, what this replica has read."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.of_contest(contest_id, question)
        except (NoSuchActor, TimeoutError):
            return self.directory.standing(contest_id, question)

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


def of_kind(kind: type[Kind], answer: AnyAnswer, who: str) -> Kind:
    """The answer as what was asked for; another is a fault of ``who``, not of the request."""
    if not isinstance(answer, kind):
        raise Problem(502, f"{who} answered {type(answer).__name__}")
    return answer


def gate_of(connection: HTTPConnection) -> Gate:
    """What the application was made with."""
    found: Gate = connection.app.state.gate
    return found


async def gate(connection: HTTPConnection) -> Gate:
    """As a dependency: asynchronous ones are called in place, others cross a thread pool."""
    return gate_of(connection)


async def bearer(request: Request) -> Identity:
    """Whose token comes with the request; 401 without a good one, 429 where there are too many."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(
            401,
            "this needs a bearer token",
            remedy="send `Authorization: Bearer TOKEN`; `lateswap token` makes one",
        )
    context = gate_of(request)
    try:
        identity = await context.identified(token.strip())
    except TokenError as error:
        raise Problem(
            401, error.reason, remedy="get a new token: `lateswap token --user U --role R`"
        ) from error
    request.state.bearer = identity
    context.repeats.let_in(token.strip(), identity)
    seen = request.headers.get(SEEN)
    if seen and offset_key(seen) > offset_key(context.hub.offset):
        await context.hub.until(seen)
    if wait := context.requests_of(identity.role).take(identity.user):
        raise too_many("requests", wait)
    return identity


def too_many(what: str, wait_s: float) -> Problem:
    """Whoever asks too often is told when to ask again."""
    seconds = math.ceil(wait_s)
    return Problem(
        429, f"too many {what} in a minute", remedy=f"ask again in {seconds} s", retry_after=seconds
    )


async def streamer(request: Request) -> Identity:
    """Whose stream it is: by a one-time ``ticket`` in the address, else by the bearer's token."""
    ticket = request.query_params.get("ticket", "")
    if not ticket:
        return await bearer(request)
    try:
        identity = await gate_of(request).redeemed(request, ticket)
    except TokenError as error:
        raise Problem(
            401, error.reason, remedy="get a new ticket: POST /api/v1/realtime/tickets"
        ) from error
    request.state.bearer = identity
    return identity


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
Streamer = Annotated[Identity, Depends(streamer)]
Anyone = Annotated[Identity, Depends(bearer)]
Feeder = Annotated[Identity, Depends(one_of("operator", "source"))]
Entrant = Annotated[Identity, Depends(one_of("operator", "user"))]
Operator = Annotated[Identity, Depends(one_of("operator"))]
