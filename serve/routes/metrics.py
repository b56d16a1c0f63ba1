"""Metrics for Prometheus, which sends a token as everybody does."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from serve.access import Anyone
from serve.metrics import Metrics

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="In Prometheus' format", response_class=PlainTextResponse)
async def metrics(request: Request, _: Anyone) -> Response:
    """Of this replica: requests, streams, how far the log is read, sources."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE_LATEST)
