"""Which addresses may be connected to on a user's word: none of ours.

A name says nothing: it can lead elsewhere at the next look (rebinding). So the address is judged
where the socket is made for it, after the name was resolved and for every connection anew.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from typing import Any

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


class AddressRefused(OSError):  # noqa: N818  # a state, as its reader reads it
    """The address is internal: whoever named it is not connected."""


def is_public(address: str) -> bool:
    """Whether an address is one of the open network.

    >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "169.254.169.254", "10.1.2.3")]
    [True, False, False, False]
    >>> [is_public(a) for a in ("::1", "::ffff:127.0.0.1", "fe80::1%eth0", "64:ff9b::7f00:1")]
    [False, False, False, False]
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        if found.packed[:4] == b"\x00\x64\xff\x9b":  # NAT64: leads to an IPv4 address
            return ip_address(found.packed[12:]).is_global
    return found.is_global and not found.is_multicast


class GuardedSockets:
    """Makes sockets to public addresses, and to ``host:port`` that the operator allows."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)

    def __call__(self, info: AddrInfo) -> socket.socket:
        """A socket for one resolved address; raises AddressRefused."""
        family, kind, proto, _, address = info
        host, port = str(address[0]), address[1]
        if not is_public(host) and f"{host}:{port}" not in self._allowed:
            raise AddressRefused(f"{host} is an internal address")
        return socket.socket(family, kind, proto)
