"""A house to break: two Ray nodes on this machine, a real Redis, the whole stack, and its parts.

Everything is killed as a crash would: SIGKILL, without a word.
"""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from actors.log.embedded import EmbeddedRedis
from actors.log.ports import free_port
from actors.naming import (
    ARCHIVE,
    NAMESPACE,
    SUPERVISOR,
    contest_name,
    slate_name,
    subscriber_name,
    worker_name,
)
from config.settings import load
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskHealth,
    Health,
    decode_answer,
    encode,
)
from serve.environment import RAY_ENVIRONMENT
from serve.stack import Stack

NOTICED_FAST = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "1500",
    "RAY_health_check_failure_threshold": "4",
}
"""A node that is gone counts as dead after about three seconds; by default it takes fifteen."""

RECOVERY_S = 60.0
NODE_STARTS = 5


class House:
    """The stack, its log's server and the second node."""

    def __init__(self, stack: Stack, redis: EmbeddedRedis, cluster: Any) -> None:
        self.stack = stack
        self.slate_id = ""
        self.contest_id = ""
        self._redis = redis
        self._cluster = cluster
        self._node = cluster.add_node(num_cpus=1)

    def parts(self) -> dict[str, Callable[[], None]]:
        """How each kind of part is killed."""
        names = {
            "slate": slate_name(self.slate_id),
            "contest": contest_name(self.contest_id),
            "subscriber": subscriber_name(0),
            "worker": worker_name(0),
            "archive": ARCHIVE,
            "supervisor": SUPERVISOR,
        }
        actors = {part: self._killer(name) for part, name in names.items()}
        rest = {"redis": self._kill_redis, "replica": self._kill_replica, "node": self._kill_node}
        return {**actors, **rest}

    def health(self, name: str, *, state: bool = False) -> Health | None:
        """An actor's health; None while it does not answer."""
        answer = self.ask(name, AskHealth(state=state), 2.0)
        return answer if isinstance(answer, Health) else None

    def ask(self, name: str, question: AnyQuestion, patience_s: float) -> AnyAnswer | None:
        """An actor's answer; None where there is none in time."""
        import ray
        from ray.exceptions import RayError

        with suppress(RayError, ValueError):
            handle: Any = ray.get_actor(name, NAMESPACE)
            asked = handle.ask.remote(encode(question))
            return decode_answer(ray.get(asked, timeout=patience_s))
        return None

    def _killer(self, name: str) -> Callable[[], None]:
        def killed() -> bool:
            import ray
            from ray.exceptions import RayError

            with suppress(RayError, ValueError, ProcessLookupError):  # it may be starting anew
                handle: Any = ray.get_actor(name, NAMESPACE)
                pid = ray.get(handle.__ray_call__.remote(lambda _: os.getpid()), timeout=30)
                os.kill(pid, signal.SIGKILL)
                return True
            return False

        def kill() -> None:
            if wait_for(killed) == float("inf"):
                raise RuntimeError(f"no process of {name} to be killed within {RECOVERY_S:.0f} s")

        return kill

    def _kill_redis(self) -> None:
        os.kill(self._redis.pid, signal.SIGKILL)
        self._redis.ended(10)
        self._redis.start()

    def _kill_replica(self) -> None:
        """The eldest of those that answer HTTP: another turn, another one."""
        replicas = [p for p in psutil.Process().children(recursive=True) if _is_replica(p)]
        min(replicas, key=psutil.Process.create_time).kill()

    def _kill_node(self) -> None:
        """Kill the second node with every process on it, and let another take its place."""
        self._cluster.remove_node(self._node, allow_graceful=False)
        for _ in range(NODE_STARTS):
            with suppress(Exception):  # Ray gives a node on a busy machine a short while to start
                self._node = self._cluster.add_node(num_cpus=1)
                return
        raise RuntimeError(f"no second node after {NODE_STARTS} attempts")


def _is_replica(process: psutil.Process) -> bool:
    """Whether a process is a Serve replica: Ray writes its name over the command line."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline()).startswith("ray::ServeReplica:lateswap:Gateway")
    return False


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Start everything, keep it as ``lateswap run`` does, and end it with the block."""
    os.environ.update(RAY_ENVIRONMENT | NOTICED_FAST)
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    os.environ["RAY_TMPDIR"] = str(folder)  # where others look for a cluster to join: not this one
    from ray.cluster_utils import Cluster  # it reads the environment when it is imported

    with EmbeddedRedis(folder / "redis", fsync="always") as redis:
        cluster = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False}
        )
        try:
            settings = load(
                {
                    "state_dir": folder,
                    "port": free_port(),
                    "redis_url": redis.url,
                    "ray_address": cluster.address,
                    "pool_size": 2,
                    "replicas": 2,
                    "objective": "points",
                }
            ).settings
            with Stack(settings, folder, lambda _: None) as stack, _kept(stack):
                yield House(stack, redis, cluster)
        finally:
            cluster.shutdown()


@contextmanager
def _kept(stack: Stack) -> Iterator[None]:
    from ray.exceptions import RayError

    over = threading.Event()

    def keep() -> None:
        while not over.wait(0.5):
            with suppress(RayError):
                stack.keep()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def wait_for(done: Callable[[], bool], patience_s: float = RECOVERY_S) -> float:
    """Seconds until something is so; infinite when it is not within the patience."""
    begun = time.monotonic()
    while not done():
        if time.monotonic() - begun > patience_s:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - begun
