"""The logs and snapshots that former versions wrote."""

from __future__ import annotations

import gzip
from pathlib import Path

import msgspec
import pytest

HERE = Path(__file__).parent


def unpacked(name: str):
    return msgspec.msgpack.decode(gzip.decompress((HERE / name).read_bytes()))


@pytest.fixture(scope="session")
def released_log():
    """``[offset, partition, body]`` of a night that the first version played."""
    return unpacked("log-1.msgpack.gz")


@pytest.fixture(scope="session", params=["snapshots-1.msgpack.gz", "snapshots-2.msgpack.gz"])
def released_snapshots(request):
    """Snapshots at the end of that night, by kind."""
    return unpacked(request.param)
