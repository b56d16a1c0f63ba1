"""Everything that runs on one machine, started in order and ended in reverse, whatever happens."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from actors.log.connection import LogOptions
from actors.log.embedded import EmbeddedRedis
from actors.log.ports import free_port
from config.settings import Settings
from serve.environment import RAY_ENVIRONMENT

if TYPE_CHECKING:  # brings Ray, which costs a second
    from serve.deployment import GatewaySettings

SERVE_PORTS = (
    *("RAY_SERVE_HAPROXY_METRICS_PORT", "RAY_SERVE_HAPROXY_STATS_PORT"),
    *("RAY_SERVE_FALLBACK_PROXY_HTTP_PORT", "RAY_SERVE_FALLBACK_PROXY_GRPC_PORT"),
)
"""Fixed otherwise: a second lateswap on the machine would not start, or, as the last two are opened
with SO_REUSEPORT, get some of the first one's requests."""
READY_S = 60.0
ARCHIVE_S = 30.0
"""Given to the archive to move the night to Parquet; what it does not manage waits in the log."""

Say = Callable[[str], None]


class Stack:
    """Redis, Ray, the actors and the HTTP server of one machine or of one driver in a cluster."""

    def __init__(self, settings: Settings, run_dir: Path, say: Say) -> None:
        self.settings = settings
        self.run_dir = run_dir
        self.source: Any = None
        self._sources: Any = None
        self._sources_asked: Any = None
        self._redis: EmbeddedRedis | None = None
        self._kept: list[Any] = []
        self._say = say
        self._undo = ExitStack()
        self._redis_url = ""

    def __enter__(self) -> Self:
        try:
            self._start_log()
            self._start_ray()
            self._start_actors()
            self._start_archive()
            self._start_http()
        except BaseException:
            self._undo.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End everything that was started, the log last."""
        self._undo.close()

    @property
    def redis_url(self) -> str:
        """Where the log is; it may carry a password."""
        return self._redis_url

    @property
    def port(self) -> int:
        """Where the HTTP server listens."""
        return self.settings.port

    @property
    def log_options(self) -> LogOptions:
        """How the log is kept."""
        settings = self.settings
        return LogOptions(
            prefix=settings.key_prefix,
            remember_ids_s=settings.remember_ids_s,
            retained_batches=settings.retained_batches,
            most_memory_mb=settings.log_memory_mb,
            most_lag=settings.log_lag,
        )

    def _start_log(self) -> None:
        if self.settings.redis_url is not None:
            self._redis_url = self.settings.redis_url.get_secret_value()
            return
        self._say("starting the embedded Redis")
        most = {"maxmemory": f"{self.settings.log_memory_mb}mb"}
        redis = EmbeddedRedis(
            self.run_dir / "redis",
            port=self.settings.redis_port,
            fsync=self.settings.redis_fsync,
            more=most if self.settings.log_memory_mb else None,
        )
        redis.start()
        self._undo.callback(redis.stop)
        self._redis = redis
        self._redis_url = redis.url

    def _start_ray(self) -> None:
        self._say("starting Ray")
        os.environ.update(RAY_ENVIRONMENT)
        for name in SERVE_PORTS:
            os.environ.setdefault(name, str(free_port()))
        import ray  # noqa: PLC0415 - a second of import, only where Ray is used

        ray.init(
            # Without an address Ray would join whatever cluster it finds on this machine.
            address=self.settings.ray_address or "local",
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            configure_logging=True,
        )
        self._undo.callback(ray.shutdown)

    def _start_actors(self) -> None:

        from actors.naming import SHARDS, SUPERVISOR, redis_log  # noqa: PLC0415
        from actors.outbox import Outbox  # noqa: PLC0415
        from actors.ray_pool import start_workers  # noqa: PLC0415
        from actors.remote import end_children, started  # noqa: PLC0415
        from actors.supervisor import Supervisor  # noqa: PLC0415
        from models.messages import AskHealth, encode  # noqa: PLC0415
        from models.proposals import ProposalPolicy  # noqa: PLC0415
        from serve.alerting import channel_settings  # noqa: PLC0415

        self._say("starting the actors")
        workers = self.settings.pool_size or os.cpu_count() or 1
        self._workers = start_workers(workers)
        policy = ProposalPolicy(
            self.settings.max_swaps,
            min_gain=self.settings.min_gain_points,
            min_dollars=self.settings.min_gain_dollars,
            risk=self.settings.risk,
            objective=self.settings.objective,
        )
        if self.settings.ray_address is not None:  # a Ray of our own ends with all that runs on it
            self._undo.callback(end_children)
        self._supervisor = started(
            Supervisor,
            SUPERVISOR,
            redis_log(self._redis_url, self.log_options),
            workers,
            SHARDS,
            policy,
            Outbox(self._redis_url, self.settings.key_prefix, channel_settings(self.settings)),
        )
        self._asked = self._supervisor.ask.remote(encode(AskHealth()))

    def _start_archive(self) -> None:
        """Last of the actors, so that it is the first to stop: it takes in what the log holds."""
        from actors.archive import ArchiveActor, Retention  # noqa: PLC0415
        from actors.naming import ARCHIVE, redis_log  # noqa: PLC0415
        from actors.remote import started  # noqa: PLC0415
        from models.messages import AskHealth, encode  # noqa: PLC0415

        settings = self.settings
        retention = Retention(
            hot_s=settings.hot_hours * 3600,
            warm_s=settings.compact_minutes * 60,
            keep_days=settings.keep_days,
        )
        folder = (settings.lake_dir or self.run_dir / "lake").resolve()
        open_log = redis_log(self._redis_url, self.log_options)
        archive = started(ArchiveActor, ARCHIVE, folder, open_log, retention)
        self._undo.callback(_stop_source, archive, ARCHIVE_S)
        self._kept = [self._supervisor, archive]
        archive.ask.remote(encode(AskHealth()))

    def _start_http(self) -> None:
        import ray  # noqa: PLC0415

        from serve.deployment import start_gateway, stop_gateway  # noqa: PLC0415

        self._say("starting the HTTP server")
        ray.get(self._asked, timeout=READY_S)
        if self.settings.ray_address is not None:  # a Ray of our own ends with all that runs on it
            self._undo.callback(stop_gateway)
        start_gateway(self.gateway_settings(), self.settings.host, self.settings.port)

    def gateway_settings(self) -> GatewaySettings:
        """What its HTTP server is deployed with."""
        from serve.deployment import GatewaySettings, app_settings  # noqa: PLC0415

        return GatewaySettings(
            redis_url=self._redis_url,
            log_options=self.log_options,
            app=app_settings(self.settings),
            backtests=self.settings.backtest_dir and self.settings.backtest_dir.resolve(),
            backtest_results=(self.settings.state_dir / "backtests").resolve(),
            ray_address=self.settings.ray_address,
            replicas=self.settings.replicas,
        )

    def play(self, spec: Any, speed: float) -> Any:
        """Start the source that plays a night; answers its progress once it has begun."""
        import msgspec  # noqa: PLC0415
        import ray  # noqa: PLC0415

        from actors.naming import redis_log  # noqa: PLC0415
        from actors.remote import started  # noqa: PLC0415
        from actors.settling import settle_on_ray  # noqa: PLC0415
        from actors.source import SourceActor, SourceProgress  # noqa: PLC0415

        self.source = started(
            SourceActor,
            spec.source_id,
            spec,
            speed,
            redis_log(self._redis_url, self.log_options),
            settle_on_ray,
        )
        self._undo.callback(_stop_source, self.source)
        begun = ray.get(self.source.begin.remote())
        return msgspec.msgpack.decode(begun, type=SourceProgress)

    def connect(self, plan: Any) -> None:
        """Start the actor that owns the sources of a plan; returns when they are being opened."""
        import ray  # noqa: PLC0415

        from actors.live_source import LiveSourceActor  # noqa: PLC0415
        from actors.naming import SOURCES, redis_log  # noqa: PLC0415
        from actors.remote import started  # noqa: PLC0415

        open_log = redis_log(self._redis_url, self.log_options)
        self._sources = started(LiveSourceActor, SOURCES, plan, open_log)
        self._undo.callback(_stop_source, self._sources)
        ray.get(self._ask_sources(), timeout=READY_S)

    def keep(self) -> None:
        """See that everything is at work: called now and then for as long as the stack runs.

        A Redis that was killed is started again on its file and its port; supervisor and archive,
        which Ray starts anew, follow the log again once they are asked something.
        """
        from models.messages import AskHealth, encode  # noqa: PLC0415

        if self._redis is not None and not self._redis.running:
            self._say("the embedded Redis has ended: starting it again")
            self._redis.start()
        for actor in self._kept:
            actor.ask.remote(encode(AskHealth()))
        self.keep_sources()

    def keep_sources(self) -> None:
        """See that the sources' actor is at work: one that was started anew begins when asked.

        One that has failed is started anew: it resumes from the log.
        """
        import ray  # noqa: PLC0415
        from ray.exceptions import RayActorError, RayTaskError  # noqa: PLC0415

        if self._sources is None or not ray.wait([self._sources_asked], timeout=0)[0]:
            return
        try:
            ray.get(self._sources_asked)
        except RayActorError:
            pass  # Ray starts it again
        except RayTaskError:
            ray.kill(self._sources, no_restart=False)
        self._ask_sources()

    def _ask_sources(self) -> Any:
        from models.messages import AskHealth, encode  # noqa: PLC0415

        self._sources_asked = self._sources.ask.remote(encode(AskHealth()))
        return self._sources_asked

    def night_is_over(self) -> bool:
        """Whether the source has played its last event; raises what ended it before."""
        import msgspec  # noqa: PLC0415
        import ray  # noqa: PLC0415

        from actors.source import SourceProgress  # noqa: PLC0415

        body = ray.get(self.source.begin.remote())  # a restarted source goes on where it was
        return msgspec.msgpack.decode(body, type=SourceProgress).state == "finished"


def _stop_source(source: Any, patience_s: float = 5.0) -> None:
    """Let an actor end what it is at; one that is gone has nothing more to hand over."""
    import ray  # noqa: PLC0415
    from ray.exceptions import RayError  # noqa: PLC0415

    with suppress(RayError):
        ray.get(source.stop.remote(), timeout=patience_s)
