"""Receivers of alerts: a real SMTP server and a real HTTP peer, on this loop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from email import message_from_bytes

from aiohttp import web
from aiosmtpd.smtp import SMTP

from actors.channels.port import ChannelSettings


class Post:
    """Takes mail, and refuses who is called so."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("busy"):
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@asynccontextmanager
async def mail_server(port=0):
    """A real SMTP server on this loop: ``(post, settings)``."""
    post = Post()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", port)
    port = server.sockets[0].getsockname()[1]
    try:
        yield (
            post,
            ChannelSettings(
                smtp_host="127.0.0.1",
                smtp_port=port,
                smtp_security="none",
                smtp_from="a@lateswap.example",
            ),
        )
    finally:
        server.close()


class Peer:
    """A webhook's receiver that answers what it is told to."""

    def __init__(self):
        self.got = []
        self.answers = []
        self.before = None
        """Awaited before it answers."""

    async def take(self, request):
        self.got.append((request.path, dict(request.headers), await request.read()))
        if self.before is not None:
            await self.before()
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(
            status=status, headers={"Location": "/elsewhere"} if status == 302 else {}
        )


@asynccontextmanager
async def webhook_peer(port=0):
    """A real HTTP server: ``(peer, host:port)``."""
    peer = Peer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    host, port = runner.addresses[0][:2]
    try:
        yield peer, f"{host}:{port}"
    finally:
        await runner.cleanup()
