"""The application on Ray Serve: one Gateway deployment, a hub per replica."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import ray
from fastapi import FastAPI
from ray import serve as ray_serve
from ray.exceptions import RayActorError, RayError

from actors.backtesting import BacktestActor
from actors.log.connection import LogOptions
from actors.log.redis import RedisLog
from actors.naming import BACKTESTS, NAMESPACE, contest_name, slate_name
from actors.remote import started
from actors.tuning import favour_latency
from config.secret import token_secret
from config.settings import Settings, audit_file
from serve.answer_cache import SharedAnswers
from serve.app import create_app
from serve.lines import takeover
from serve.ports import AppSettings, NoSuchActor, Ports

APP_NAME = "lateswap"
MOST_REQUESTS = 10_000
"""Requests under way per replica, every open stream among them."""

DRAIN_S = 10.0
"""Until a replica that is replaced is killed. It serves on for 5 s of these
(``environment.py``), so that the proxy forgets it, then sends its clients away."""
RESTART_S = 10.0
PAUSE_S = 0.1


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a replica needs to find the log and to know who asks; how many of them there are."""

    redis_url: str
    log_options: LogOptions
    app: AppSettings
    backtests: Path | None = None
    """Folder of folders of recorded nights."""
    backtest_results: Path = Path("backtests")
    ray_address: str | None = None
    replicas: int = 1


def app_settings(settings: Settings) -> AppSettings:
    """What of an operator's settings the application needs; raises SettingsError."""
    old = settings.old_secret
    return AppSettings(
        secret=token_secret(settings).get_secret_value(),
        old_secrets=(old.get_secret_value(),) if old is not None else (),
        published_keys=settings.published_keys,
        issuer=settings.issuer,
        allowed_origins=settings.allowed_origins,
        audit=audit_file(settings).resolve(),
    )


class RayActors:
    """The owners of state on this cluster, found by name.

    Some that are seldom needed are started when they are first asked: ``(class, arguments)``.
    """

    def __init__(self, seldom: Mapping[str, tuple[type, tuple[object, ...]]]) -> None:
        self._handles: dict[str, Any] = {}
        self._seldom = seldom

    async def ask_slate(self, slate_id: str, question: bytes) -> bytes:
        """The slate's answer; raises NoSuchActor."""
        return await self._ask(slate_name(slate_id), question)

    async def ask_contest(self, contest_id: str, question: bytes) -> bytes:
        """The contest's answer; raises NoSuchActor."""
        return await self._ask(contest_name(contest_id), question)

    async def ask_actor(self, name: str, question: bytes) -> bytes:
        """The answer of one that there is once; raises NoSuchActor."""
        return await self._ask(name, question)

    async def _ask(self, name: str, question: bytes) -> bytes:
        """Ask; an actor that died meanwhile is given ten seconds to be back."""
        deadline = asyncio.get_running_loop().time() + RESTART_S
        while True:
            try:
                answer: bytes = await self._handle(name).ask.remote(question)
            except RayActorError:
                self._handles.pop(name, None)
                if asyncio.get_running_loop().time() > deadline:
                    raise NoSuchActor(name) from None
                await asyncio.sleep(PAUSE_S)
            except RayError as error:  # its fold has failed: it will be started anew
                raise NoSuchActor(name) from error
            else:
                return answer

    def _handle(self, name: str) -> Any:
        if name not in self._handles and name in self._seldom:
            kind, arguments = self._seldom[name]
            self._handles[name] = started(kind, name, *arguments)
        if name not in self._handles:
            try:
                self._handles[name] = ray.get_actor(name, NAMESPACE)
            except ValueError:
                raise NoSuchActor(name) from None
        return self._handles[name]


class Gateway:
    """One replica: the application over the shared log and this cluster's actors."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings

    def __serve_build_asgi_app__(self) -> FastAPI:
        favour_latency()
        settings = self._settings
        seldom: dict[str, tuple[type, tuple[object, ...]]] = {}
        if settings.backtests is not None:
            from serve.backtesting import Recorded  # noqa: PLC0415 - imports half the models

            run = Recorded(settings.backtests, settings.ray_address)
            folder = settings.backtest_results
            seldom[BACKTESTS] = (BacktestActor, (folder, run, run.folders))
        actors = RayActors(seldom)
        shared = SharedAnswers.at(settings.redis_url, settings.log_options.prefix)
        ports = Ports(RedisLog(settings.redis_url, settings.log_options), actors, shared)
        self._app = create_app(ports, settings.app)
        takeover.install(self._app)
        return self._app

    def check_health(self) -> None:
        """Asked by Serve: a replica whose hub has failed for good is replaced by a new one."""
        gate = getattr(self._app.state, "gate", None)
        failure = gate.hub.failure() if gate is not None else None
        if failure is not None:
            raise failure


def gateway(settings: GatewaySettings) -> ray_serve.Application:
    """The deployment graph; every replica reads the log once, however many clients it has."""
    served: Any = ray_serve.ingress()(Gateway)
    deployment = ray_serve.deployment(
        name="Gateway",
        num_replicas=settings.replicas,
        max_ongoing_requests=MOST_REQUESTS,
        ray_actor_options={"num_cpus": 0},
        graceful_shutdown_timeout_s=DRAIN_S,
        graceful_shutdown_wait_loop_s=0.2,
        health_check_period_s=2,
        logging_config={"enable_access_log": False},  # /metrics counts by route, the trail names
    )(served)
    return deployment.bind(settings)


def start_gateway(settings: GatewaySettings, host: str, port: int) -> None:
    """Start HTTP on this cluster and wait until the application answers."""
    ray_serve.start(http_options={"host": host, "port": port})
    ray_serve.run(gateway(settings), name=APP_NAME, route_prefix="/")


def stop_gateway() -> None:
    """End HTTP on this cluster."""
    ray_serve.shutdown()  # type: ignore[no-untyped-call]
