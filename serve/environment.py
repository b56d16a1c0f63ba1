"""What Ray and Ray Serve are told by the environment, on every node of a cluster.

Ray reads it in each of its processes: a driver's own is not enough. ``python -m serve.environment``
prints it for a shell, as ``cluster.yaml`` does before it starts a node.
"""

from __future__ import annotations

import os
import sys
from shlex import quote

RAY_ENVIRONMENT = {
    "RAY_SERVE_ENABLE_HA_PROXY": "1",  # a third of the default proxy's delay to many clients
    "RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0",  # ours never blocks: save two thread hops
    "RAY_AUTH_MODE": "token",  # Ray binds its ports on every address: let nobody else in
    "RAY_raylet_start_wait_time_s": "180",
    "RAY_worker_niceness": "0",  # 15 otherwise: whatever else runs on the machine goes first
    # Otherwise it tells a Python process of every request; /metrics counts them by route already.
    "RAY_SERVE_HAPROXY_METRICS_ENABLED": "0",
    # A line of log for every request otherwise, as a datagram to whoever listens, mostly nobody.
    "RAY_SERVE_HAPROXY_LOG_TARGET": "127.0.0.1:514 sample 1:1000",
    # Four threads otherwise, that take turns on a small machine, and hand connections around.
    "RAY_SERVE_HAPROXY_NBTHREAD": str(max(1, (os.cpu_count() or 1) // 2)),
    # A replica that is replaced goes on for this long; then its streams are sent to the next one.
    "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "5",
    # Whoever says nothing for so long is gone, or never sent a request; streams say something.
    "RAY_SERVE_HAPROXY_TIMEOUT_CLIENT_S": "90",
    # A proxy that is slow to start on a busy machine is waited for; after 5 s Serve would kill it,
    # and the start of everything with it.
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "120",
    "RAY_SERVE_HAPROXY_STARTUP_TIMEOUT_S": "120",
    "RAY_DEDUP_LOGS": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


if __name__ == "__main__":
    sys.stdout.writelines(
        f"export {name}={quote(value)}\n" for name, value in RAY_ENVIRONMENT.items()
    )
