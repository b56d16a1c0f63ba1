"""Starting an actor on Ray the way all of ours are started."""

from __future__ import annotations

from typing import Any

import ray

from actors.naming import NAMESPACE


def started(kind: type, name: str, *arguments: object) -> Any:
    """A handle on the actor of this name, started if it is not there yet.

    It takes no CPU of Ray's count (our actors wait more than they work), and both the actor and
    a call under way are started again when its process dies.
    """
    actor: Any = ray.remote(kind)
    return actor.options(
        name=name,
        namespace=NAMESPACE,
        get_if_exists=True,
        num_cpus=0,
        max_restarts=-1,
        max_task_retries=-1,
    ).remote(*arguments)
