"""Ports for what this machine starts for itself."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

OUR_PORTS = range(20_000, 30_000)


def free_port() -> int:
    """A port that nobody listens on, below those that connections are given.

    Ray opens dozens of sockets between this draw and the use of the port; the system takes theirs
    from the range above 32768.
    """
    while True:
        port = OUR_PORTS.start + secrets.randbelow(len(OUR_PORTS))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port
