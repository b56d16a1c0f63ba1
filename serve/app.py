"""The application: the same factory under Ray Serve, under uvicorn and in tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from actors.audit.trail import AuditTrail
from serve import problems
from serve.access import Gate
from serve.audit import Audited
from serve.edge import Edge
from serve.hub import StreamHub
from serve.metrics import Metrics
from serve.openapi import described
from serve.ports import AppSettings, Ports
from serve.routes import (
    alerts,
    assistants,
    backtests,
    contests,
    decisions,
    exports,
    health,
    ingest,
    odds,
    operators,
    ownership,
    page,
    policies,
    queries,
    results,
    review,
    search,
    sessions,
    slates,
    standings,
    streams,
    subscriptions,
    swaps,
    uploads,
    websocket,
)
from serve.routes import (
    metrics as metrics_route,
)

BEGIN_S = 120.0
"""Given to the hub to read what the log holds before the first request: a replica that knows
nothing yet is asked nothing, others answer meanwhile."""

ROUTES = (
    *(ingest, queries, ownership, review, slates, contests, standings, uploads),
    *(swaps, decisions, policies, exports),
    *(assistants, alerts, subscriptions, results, search, backtests, operators),
    *(streams, websocket, sessions, odds, metrics_route, health, page),
)


def create_app(ports: Ports, settings: AppSettings) -> FastAPI:
    """Make the application; its hub reads the log for as long as the application lives."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        hub = StreamHub(
            ports.log,
            feed_frames=settings.feed_frames,
            recent_frames=settings.recent_frames,
            ping_s=settings.ping_s,
            shared=ports.shared,
        )
        app.state.gate = Gate.made(ports, settings, hub, metrics)
        app.state.keys = ingest.KeyMemory()
        metrics.watch(hub)
        hub.start()
        try:
            await hub.begun(BEGIN_S)
            yield
        finally:
            await hub.stop()
            await ports.log.close()
            if ports.shared is not None:
                await ports.shared.close()

    metrics = Metrics()
    app = FastAPI(
        title="lateswap",
        summary="Live events in, legal and explained late swaps out.",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.metrics = metrics
    for routes in ROUTES:
        app.include_router(routes.router)
    problems.install(app)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    app.add_middleware(Edge, metrics=metrics)
    if settings.audit is not None:
        trail = AuditTrail(settings.audit, settings.secret)
        app.add_middleware(Audited, trail=trail)
    return app
