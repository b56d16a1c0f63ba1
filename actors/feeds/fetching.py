"""Single questions to providers: cache, one request for all who ask, budget, breaker, fallbacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import ClientSession, ClientTimeout

from actors.feeds.breaker import Breaker, BreakerOpen
from actors.feeds.budget import Unlimited
from actors.feeds.caching import Cache
from actors.feeds.flights import Flights
from actors.feeds.timing import Clock
from actors.feeds.transports.http import MAX_BODY, check_answer, lower, read_whole, telling_faults
from actors.feeds.transports.polling import Budget
from actors.feeds.transports.port import LinkFault

_ANSWERS = frozenset({200, 203})
_THE_QUESTION = frozenset({400, 404, 410, 422})
"""Statuses that speak of the question, not of the one who answers."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, of whomever."""

    kind: str
    """Kind of data: says how long an answer stays true (``caching.TTL_S``)."""
    key: str
    """The same for the same question, whoever answers."""
    path: str
    """Appended to a provider's address."""
    params: Mapping[str, str] = {}


class Provider:
    """Somebody who answers questions, with his own breaker, budget and priority."""

    def __init__(
        self,
        name: str,
        base_url: str,
        breaker: Breaker,
        *,
        priority: int = 5,
        budget: Budget | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 5.0,
        attempts: int = 3,
    ) -> None:
        if not 1 <= priority <= 10:
            raise ValueError(f"provider {name}: priority {priority} is not from 1 (first) to 10")
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.breaker = breaker
        self.priority = priority
        self.budget = budget or Unlimited()
        self.params = dict(params or {})
        self.headers = dict(headers or {})
        self.timeout_s = timeout_s
        self.attempts = attempts
        """Tries of one question before it counts as a failure; time-outs are not tried again."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer and where it is from."""

    body: bytes
    headers: dict[str, str]
    provider: str
    """Empty: from the cache."""
    stale: bool = False
    """Older than its kind allows: no provider could be asked."""


class Unanswered(Exception):  # noqa: N818  # a state, as its reader reads it
    """Nobody could answer; says what each of them met."""

    def __init__(
        self, question: Question, reasons: Sequence[str], *, unknown: bool = False
    ) -> None:
        super().__init__(question.key, reasons)
        self.question = question
        self.reasons = tuple(reasons)
        self.unknown = unknown
        """Everybody answered, and nobody knows of what was asked for."""

    def __str__(self) -> str:
        return f"{self.question.kind} {self.question.key}: {'; '.join(self.reasons)}"


class Fetcher:
    """Asks providers in the order of their priorities."""

    def __init__(
        self, providers: Sequence[Provider], session: ClientSession, cache: Cache, clock: Clock
    ) -> None:
        self._providers = sorted(providers, key=lambda provider: provider.priority)
        self._session = session
        self._cache = cache
        self._clock = clock
        self._flights: Flights[Answered] = Flights()

    async def ask(self, question: Question) -> Answered:
        """A kept answer that still counts, else a new one, else an old one. Raises Unanswered."""
        found = await self._cache.get(question.kind, question.key)
        if found is not None and found.fresh:
            return Answered(body=found.cached.body, headers=found.cached.headers, provider="")
        try:
            key = f"{question.kind}:{question.key}"
            return await self._flights.once(key, lambda: self._ask_all(question))
        except Unanswered:
            if found is None:
                raise
            cached = found.cached
            return Answered(body=cached.body, headers=cached.headers, provider="", stale=True)

    async def _ask_all(self, question: Question) -> Answered:
        reasons, unknown = [], True
        for provider in self._providers:
            try:
                answer = await self._ask_one(provider, question)
            except (LinkFault, BreakerOpen) as fault:
                reasons.append(f"{provider.name}: {fault}")
                unknown &= isinstance(fault, LinkFault) and fault.status in _THE_QUESTION
                continue
            await self._cache.put(question.kind, question.key, answer.body, answer.headers)
            return answer
        raise Unanswered(question, reasons, unknown=unknown and bool(reasons))

    async def _ask_one(self, provider: Provider, question: Question) -> Answered:
        provider.breaker.enter()
        try:
            answer = await self._try(provider, question)
        except _NotTheirs as refusal:
            provider.breaker.withdrew()
            raise refusal.fault from refusal
        except LinkFault as fault:
            if fault.status in _THE_QUESTION:
                provider.breaker.succeeded()
            else:
                provider.breaker.failed()
            raise
        except BaseException:  # a caller who goes away waited too long: that counts, too
            provider.breaker.failed()
            raise
        provider.breaker.succeeded()
        return answer

    async def _try(self, provider: Provider, question: Question) -> Answered:
        """Ask up to ``attempts`` times while the connection breaks."""
        for attempt in range(1, provider.attempts + 1):
            try:
                grant = await provider.budget.acquire()
            except LinkFault as fault:
                raise _NotTheirs(fault) from fault
            if grant.wait_s > 0:
                reason = f"budget spent for another {grant.wait_s:.0f} s"
                raise _NotTheirs(LinkFault("limited", reason, wait_s=grant.wait_s))
            try:
                return await self._get(provider, question)
            except LinkFault as fault:
                if fault.kind != "lost" or fault.wait_s > 0 or attempt == provider.attempts:
                    raise
        raise AssertionError("attempts are at least one")

    async def _get(self, provider: Provider, question: Question) -> Answered:
        url = f"{provider.base_url}/{question.path.lstrip('/')}"
        async with (
            telling_faults(url),
            self._session.get(
                url,
                params={**provider.params, **question.params},
                headers=provider.headers,
                timeout=ClientTimeout(total=provider.timeout_s),
            ) as response,
        ):
            await provider.budget.observe(response.headers)
            check_answer(response, self._clock.utc(), _ANSWERS)
            body = await read_whole(response, MAX_BODY)
            return Answered(body=body, headers=lower(response.headers), provider=provider.name)


class Askers:
    """What the sources of a process ask single questions with: one fetcher for each service."""

    def __init__(self, session: ClientSession, cache: Cache, clock: Clock) -> None:
        self._session = session
        self._cache = cache
        self._clock = clock
        self._fetchers: dict[str, Fetcher] = {}

    @property
    def cache(self) -> Cache:
        """Where their answers are kept."""
        return self._cache

    def of(self, base_url: str) -> Fetcher:
        """The fetcher of a service: its breaker, and requests under way, are everybody's."""
        if base_url not in self._fetchers:
            provider = Provider(base_url, base_url, Breaker(base_url, self._clock))
            self._fetchers[base_url] = Fetcher([provider], self._session, self._cache, self._clock)
        return self._fetchers[base_url]


class _NotTheirs(Exception):  # noqa: N818
    """Not asked for a reason of our own: says nothing about the provider."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault)
        self.fault = fault
