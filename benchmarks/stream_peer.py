"""The bare server: whatever one client says is sent to every other, and nothing else is done.

``python -m benchmarks.stream_peer PORT``; picows, the fastest of the servers that were measured.
"""

from __future__ import annotations

import asyncio
import sys
from typing import ClassVar

from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server


class Peer(WSListener):
    """One connection."""

    everybody: ClassVar[set[WSTransport]] = set()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.everybody.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.everybody.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        body = frame.get_payload_as_bytes()
        for other in self.everybody:
            if other is not transport:
                other.send(WSMsgType.TEXT, body)


async def main(port: int) -> None:
    """Listen until killed."""

    def made(_: WSUpgradeRequest) -> Peer:
        return Peer()

    server = await ws_create_server(made, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
