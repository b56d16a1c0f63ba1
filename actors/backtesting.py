"""BacktestActor: runs backtests one after another, and keeps what came of them in folders.

A backtest's folder holds its question, so an actor that was started anew goes on with what was not
finished; nights that were computed are kept there and not computed again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog

from models.messages import (
    AnyAnswer,
    AskBacktests,
    AskReport,
    Backtests,
    BacktestState,
    Refusal,
    ReportFile,
    StartBacktest,
    decode_question,
    encode,
)

Run = Callable[[StartBacktest, Path, Callable[[str], None]], dict[str, Any]]
"""Runs what was asked into a folder, telling how far it is; answers the summary."""

Folders = Callable[[], tuple[str, ...]]
"""Names of the folders of nights that there are."""

STATE = "state.json"
FILES = (
    *("report.html", "summary.json", "entries.parquet", "decisions.parquet"),
    *("moments.parquet", "players.parquet"),
)

log = structlog.get_logger("backtests")


class BacktestActor:
    """Owns a folder of backtests, and one thread that runs them in the order they were asked."""

    def __init__(self, folder: Path, run: Run, folders: Folders) -> None:
        self._folder = folder
        self._run = run
        self._folders = folders
        self._known: dict[str, BacktestState] = {}
        self._lock = threading.Lock()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def ask(self, body: bytes) -> bytes:
        """Answer one encoded question."""
        if self._task is None:
            self._recall()
            self._task = asyncio.get_running_loop().create_task(self._run_for_ever())
        return encode(await self._answer(decode_question(body)))

    async def _answer(self, question: object) -> AnyAnswer:
        match question:
            case StartBacktest():
                known = self._known.get(question.backtest_id)
                if known is None:
                    known = BacktestState(
                        asked=question, state="queued", asked_at=datetime.now(UTC)
                    )
                    await asyncio.to_thread(self._note, known)
                    self._wanted.set()
                return Backtests(backtests=(known,))
            case AskBacktests():
                named = [question.backtest_id] if question.backtest_id else list(self._known)[::-1]
                found = tuple(self._known[name] for name in named if name in self._known)
                if question.backtest_id:
                    return Backtests(backtests=found) if found else _none()
                folders = await asyncio.to_thread(self._folders)
                return Backtests(backtests=found, folders=folders)
            case AskReport():
                return await asyncio.to_thread(self._file, question)
            case _:
                return Refusal(
                    status=404,
                    title="not asked of this actor",
                    detail=f"{type(question).__name__} is not a question for backtests",
                )

    def _recall(self) -> None:
        """Know what was asked before; what was under way is begun again."""
        found = []
        for file in self._folder.glob(f"*/{STATE}"):
            try:
                found.append(msgspec.json.decode(file.read_bytes(), type=BacktestState))
            except msgspec.DecodeError as error:
                log.warning("unreadable", file=str(file), reason=str(error))
        for one in sorted(found, key=lambda state: state.asked_at):
            again = one.state == "running"
            self._known[one.asked.backtest_id] = (
                msgspec.structs.replace(one, state="queued") if again else one
            )
        self._wanted.set()

    def _note(self, state: BacktestState) -> None:
        """Keep a state, in memory and in its folder."""
        with self._lock:
            self._known[state.asked.backtest_id] = state
            folder = self._folder / state.asked.backtest_id
            folder.mkdir(parents=True, exist_ok=True)
            half = folder / f"{STATE}.half"
            half.write_bytes(msgspec.json.encode(state))
            half.replace(folder / STATE)

    async def _run_for_ever(self) -> None:
        while True:
            await self._wanted.wait()
            queued = [one for one in self._known.values() if one.state == "queued"]
            if queued:
                await asyncio.to_thread(self._run_one, queued[0])
            else:
                self._wanted.clear()

    def _run_one(self, state: BacktestState) -> None:
        """Run one to its end; whatever ends it is its own problem."""
        folder = self._folder / state.asked.backtest_id
        state = msgspec.structs.replace(state, state="running")
        self._note(state)

        def say(line: str) -> None:
            nonlocal state
            state = msgspec.structs.replace(state, progress=line, lines=state.lines + 1)
            self._note(state)

        try:
            summary = self._run(state.asked, folder, say)
        except Exception as error:  # noqa: BLE001 - the next one is run all the same
            log.warning("failed", backtest=state.asked.backtest_id, reason=str(error))
            state = msgspec.structs.replace(state, state="failed", problem=str(error))
        else:
            files = tuple(name for name in FILES if (folder / name).is_file())
            plain = msgspec.json.decode(msgspec.json.encode(summary))
            state = msgspec.structs.replace(state, state="finished", files=files, summary=plain)
        self._note(msgspec.structs.replace(state, ended_at=datetime.now(UTC)))

    def _file(self, asked: AskReport) -> ReportFile | Refusal:
        state = self._known.get(asked.backtest_id)
        if state is None or asked.name not in state.files:
            return _none()
        content = (self._folder / asked.backtest_id / asked.name).read_bytes()
        return ReportFile(name=asked.name, content=content)


def _none() -> Refusal:
    return Refusal(
        status=404,
        title="no such backtest",
        detail="there is no backtest of this name, or it has no such file (yet)",
        remedy="GET /api/v1/backtests lists them",
    )
