"""Feed adapters by name, ``folder.kind``: explicit and complete."""

from __future__ import annotations

from actors.feeds.adapters.port import Adapter

ADAPTERS: dict[str, Adapter] = {}
