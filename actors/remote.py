"""Starting an actor on Ray the way all of ours are started."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ray

from actors.naming import CHILDREN, NAMESPACE


def started(kind: type, name: str, *arguments: object, outlives: bool = False) -> Any:
    """A handle on the actor of this name, started if it is not there yet.

    It takes no CPU of Ray's count (our actors wait more than they work), and both the actor and
    a call under way are started again when its process dies. It ends with the process that started
    it, unless it ``outlives`` that: then somebody has to end it.
    """
    actor: Any = ray.remote(kind)
    return actor.options(
        name=name,
        namespace=NAMESPACE,
        get_if_exists=True,
        num_cpus=0,
        max_restarts=-1,
        max_task_retries=-1,
        lifetime="detached" if outlives else None,
    ).remote(*arguments)


def end_children() -> None:
    """End every actor that outlives who started it, on a Ray that goes on without us."""
    for actor in ray.util.list_named_actors(all_namespaces=True):
        if actor["namespace"] == NAMESPACE and actor["name"].startswith(CHILDREN):
            with suppress(ValueError):  # it has ended meanwhile
                ray.kill(ray.get_actor(actor["name"], NAMESPACE), no_restart=True)
