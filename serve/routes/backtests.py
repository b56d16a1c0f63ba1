"""Backtests: started, followed, and read."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from actors.naming import BACKTESTS
from models.messages import (
    AskBacktests,
    AskReport,
    Backtests,
    BacktestState,
    Question,
    ReportFile,
    StartBacktest,
)
from serve.access import AGate, Anyone, Gate, Operator, of_kind
from serve.bodies import body_of, json_response, read_struct
from serve.ports import NoSuchActor
from serve.problems import Problem
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1/backtests", tags=["backtests"])

TYPES = {
    "report.html": "text/html; charset=utf-8",
    "summary.json": "application/json",
    "entries.parquet": "application/vnd.apache.parquet",
    "decisions.parquet": "application/vnd.apache.parquet",
    "moments.parquet": "application/vnd.apache.parquet",
    "players.parquet": "application/vnd.apache.parquet",
}
NIGHTS_HERE = "the setting backtest_dir names a folder of folders of them"
Policy = Literal["hold", "only_out", "points", "money"]
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
)
"""The report is shown as a page, and can do nothing as one."""


class BacktestAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which nights, and what is compared on them."""

    data: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """A folder below the operator's ``backtest_dir``: ``nba-2024-25``."""
    policies: tuple[Policy, ...] = ()
    entries: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Of each contest, drawn by the seed; none: all."""
    samples: Annotated[int, msgspec.Meta(ge=200, le=60_000)] = 2_000
    seed: int = 1
    workers: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    as_claimed: bool = False


@router.post("", status_code=202, summary="Start a backtest", openapi_extra=body_of(BacktestAsked))
async def start(request: Request, context: AGate, _: Operator) -> Response:
    """Runs on the cluster after those that were asked before; nights that are there are kept."""
    asked = await read_struct(request, BacktestAsked)
    question = StartBacktest(
        backtest_id=f"backtest-{context.ports.new_id()[:12]}",
        **{name: getattr(asked, name) for name in asked.__struct_fields__},
    )
    return json_response(_shown(await _one(context, question)), 202)


@router.get("", summary="Backtests, newest first, and what one can be run over")
async def backtests(context: AGate, viewer: Anyone) -> Response:
    """With how far they are; without their summaries.

    ``folders`` and ``policies`` are what one may be asked with, ``refused`` says why the bearer
    can begin none; empty where he can.
    """
    try:
        found = of_kind(
            Backtests, await context.of_actor(BACKTESTS, AskBacktests()), "the backtests"
        )
    except NoSuchActor:
        found = None
    known = found or Backtests(backtests=())
    shown = [{k: v for k, v in _shown(one).items() if k != "summary"} for one in known.backtests]
    return json_response(
        {
            "backtests": shown,
            "folders": known.folders,
            "policies": get_args(Policy),
            "refused": _refused(viewer, found),
        }
    )


def _refused(viewer: Identity, found: Backtests | None) -> str:
    if found is None or not found.folders:
        return f"There are no recorded nights here: {NIGHTS_HERE}."
    if viewer.role != "operator":
        return f"Operators begin backtests: your role is {viewer.role}."
    return ""


@router.get("/{backtest_id}", summary="How far a backtest is, and what came of it")
async def backtest(backtest_id: str, context: AGate, _: Anyone) -> Response:
    """``summary`` once it is finished: what ``summary.json`` holds."""
    return json_response(_shown(await _one(context, AskBacktests(backtest_id=backtest_id))))


@router.get(
    "/{backtest_id}/files/{name}",
    summary="The report, or a table of a backtest",
    response_class=Response,
    responses={
        200: {
            "content": {
                kind: {"schema": {"type": "string"}}
                for kind in ("text/html", "application/vnd.apache.parquet")
            }
            | {"application/json": {"schema": {"type": "object"}}}
        }
    },
)
async def file(backtest_id: str, name: str, context: AGate, _: Anyone) -> Response:
    """``report.html``, ``summary.json`` and the Parquet files that ``files`` names."""
    try:
        found = await context.of_actor(BACKTESTS, AskReport(backtest_id=backtest_id, name=name))
    except NoSuchActor as error:
        raise _no_nights() from error
    found = of_kind(ReportFile, found, "the backtests")
    headers = {"Content-Security-Policy": SANDBOX} if name.endswith(".html") else {}
    return Response(found.content, headers=headers, media_type=TYPES[found.name])


async def _one(context: Gate, question: Question) -> BacktestState:
    try:
        found = await context.of_actor(BACKTESTS, question)
    except NoSuchActor as error:
        raise _no_nights() from error
    (state,) = of_kind(Backtests, found, "the backtests").backtests
    return state


def _no_nights() -> Problem:
    return Problem(
        404,
        "there are no recorded nights here",
        remedy=NIGHTS_HERE,
    )


def _shown(state: BacktestState) -> dict[str, Any]:
    plain = {name: getattr(state, name) for name in state.__struct_fields__ if name != "asked"}
    base = f"/api/v1/backtests/{state.asked.backtest_id}"
    links = {name: f"{base}/files/{name}" for name in state.files}
    asked = msgspec.to_builtins(state.asked)
    asked = {k: v for k, v in asked.items() if k not in {"type", "backtest_id"}}
    return {"backtest_id": state.asked.backtest_id, "asked": asked, **plain, "links": links}
