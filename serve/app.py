"""The application: the same factory under Ray Serve, under uvicorn and in tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from actors.audit.trail import AuditTrail
from serve import problems
from serve.access import Gate
from serve.audit import Audited
from serve.hub import StreamHub
from serve.ports import AppSettings, Ports
from serve.routes import (
    contests,
    health,
    ingest,
    page,
    queries,
    slates,
    streams,
    swaps,
    websocket,
)


def create_app(ports: Ports, settings: AppSettings) -> FastAPI:
    """Make the application; its hub reads the log for as long as the application lives."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        hub = StreamHub(
            ports.log, feed_frames=settings.feed_frames, recent_frames=settings.recent_frames
        )
        app.state.gate = Gate(ports, settings, hub)
        app.state.keys = ingest.KeyMemory()
        hub.start()
        try:
            yield
        finally:
            await hub.stop()
            await ports.log.close()

    app = FastAPI(
        title="lateswap",
        summary="Live events in, legal and explained late swaps out.",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    for routes in (ingest, queries, slates, contests, swaps, streams, websocket, health, page):
        app.include_router(routes.router)
    problems.install(app)
    if settings.audit is not None:
        trail = AuditTrail(settings.audit, settings.secret)
        app.add_middleware(Audited, trail=trail)
    return app
