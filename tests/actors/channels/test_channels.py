"""Every channel against a real server: handed over, refused for good, or to be tried again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import time

import pytest
from aiohttp.abc import AbstractResolver

from actors.channels.chat import Chat
from actors.channels.email import Email
from actors.channels.port import ChannelFailed, ChannelSettings
from actors.channels.webhook import SIGNATURE, Webhook
from models.alerts.delivery import Delivery
from tests.actors.channels.receivers import mail_server, webhook_peer


def delivery(channel, address, **more):
    usual = {"title": "Jokic: OUT", "lines": ("Jokic: OUT", "Murray: OUT"), "secret": "s3cret"}
    return Delivery(
        key="alert:1:email",
        alert_id="alert:1",
        user_id="ann",
        channel=channel,
        address=address,
        **usual | more,
    )


async def refused(channel, what):
    with pytest.raises(ChannelFailed) as caught:
        await channel.send(what)
    return caught.value


async def test_mail_arrives_and_a_repeat_carries_the_same_id():
    async with mail_server() as (post, settings):
        channel = Email(settings)
        await channel.send(delivery("email", "ann@example.org", mode="generated"))
        await channel.send(delivery("email", "ann@example.org", title="two\nlines"))
        assert (await refused(channel, delivery("email", "nobody@example.org"))).final
        assert not (await refused(channel, delivery("email", "busy@example.org"))).final
    first, second = post.mails
    assert (first["To"], first["Subject"]) == ("ann@example.org", "Jokic: OUT")
    assert first.get_payload().splitlines()[:2] == [
        "[generated: this is no live game]",
        "Jokic: OUT",
    ]
    assert first["Message-ID"] == second["Message-ID"]
    assert second["Subject"] == "two lines"


async def test_without_a_mail_server_nothing_is_tried_twice():
    assert (await refused(Email(ChannelSettings()), delivery("email", "a@b.example"))).final
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = ChannelSettings(
            smtp_host="127.0.0.1", smtp_port=taken.getsockname()[1], smtp_security="none"
        )
        assert not (await refused(Email(nobody), delivery("email", "a@b.example"))).final


async def test_a_webhook_is_signed_and_named_by_its_key():
    async with webhook_peer() as (peer, address):
        channel = Webhook(ChannelSettings(allowed_hosts=frozenset([address])))
        await channel.send(delivery("webhook", f"http://{address}/hook"))
        await channel.aclose()
    ((path, headers, body),) = peer.got
    stamp, given = (part.partition("=")[2] for part in headers[SIGNATURE].split(","))
    signed = hmac.new(b"s3cret", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert (path, given, headers["Idempotency-Key"]) == ("/hook", signed, "alert:1:email")
    assert json.loads(body)["lines"] == ["Jokic: OUT", "Murray: OUT"]


@pytest.mark.parametrize(
    ("status", "final"), [(500, False), (429, False), (404, True), (302, True)]
)
async def test_a_webhook_that_does_not_take_it_has_failed(status, final):
    async with webhook_peer() as (peer, address):
        channel = Webhook(ChannelSettings(allowed_hosts=frozenset([address])))
        peer.answers = [status]
        failure = await refused(channel, delivery("webhook", f"http://{address}/hook"))
        await channel.aclose()
    if status == 302:
        print(f"F23: a redirect is refused: {len(peer.got)} request, to where it was sent")
    assert (failure.final, len(peer.got)) == (final, 1)


class Rebinding(AbstractResolver):
    """A name that leads to whatever address comes next."""

    def __init__(self, addresses):
        self.addresses = list(addresses)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.addresses.pop(0)
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": family,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self):
        pass


INTERNAL = (
    "127.0.0.1",
    "10.0.0.8",
    "172.16.1.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
)


LITERAL = ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1")


async def test_internal_addresses_are_refused_where_the_socket_is_made():
    begun = time.perf_counter()
    async with webhook_peer() as (peer, address):
        port = address.rpartition(":")[2]
        channel = Webhook(ChannelSettings(), lambda: Rebinding(INTERNAL))
        for host in INTERNAL:
            failure = await refused(
                channel, delivery("webhook", f"http://innocent.example:{port}/")
            )
            assert failure.final
            assert host in str(failure)
        await channel.aclose()
        literal = Webhook(ChannelSettings())
        for host in LITERAL:
            failure = await refused(literal, delivery("webhook", f"http://{host}:{port}/"))
            assert failure.final, (host, failure)
        await literal.aclose()
    took = 1e3 * (time.perf_counter() - begun) / (len(INTERNAL) + len(LITERAL))
    print(
        f"F23: {len(INTERNAL)} names that lead inside and {len(LITERAL)} internal addresses"
        f" refused, {took:.1f} ms each, {len(peer.got)} reached"
    )
    assert peer.got == []


async def test_a_name_that_is_bound_anew_is_looked_at_anew():
    async with webhook_peer() as (peer, address):
        port = address.rpartition(":")[2]
        allowed = ChannelSettings(allowed_hosts=frozenset([address]))
        channel = Webhook(allowed, lambda: Rebinding(["127.0.0.1", "127.0.0.2"]))
        where = delivery("webhook", f"http://innocent.example:{port}/")
        peer.answers = [200]
        await channel.send(where)
        await channel._session.connector.close()
        channel._session = None
        channel._resolver = lambda: Rebinding(["127.0.0.2"])
        assert "127.0.0.2" in str(await refused(channel, where))
        await channel.aclose()
    print(
        f"F23: a name bound anew: reached {len(peer.got)} time at the allowed address, then refused"
    )
    assert len(peer.got) == 1


async def test_push_goes_through_a_service_and_to_no_other_host():
    async with webhook_peer() as (peer, address):
        channel = Chat(ChannelSettings(allowed_hosts=frozenset([address])))
        await channel.send(delivery("chat", f"ntfy://{address}/my-topic"))
        peer.answers = [500]
        assert not (await refused(channel, delivery("chat", f"ntfy://{address}/my-topic"))).final
        before = len(peer.got)
        closed = Chat(ChannelSettings())
        for elsewhere in (
            f"ntfy://{address}/topic",
            f"json://{address}/",
            f"mailto://{address}",
            "nonsense://x",
            "discord://x",
        ):
            assert (await refused(closed, delivery("chat", elsewhere))).final
    print(
        f"F23: push to 5 addresses that are no service: 5 refused, {len(peer.got) - before} reached"
    )
    assert len(peer.got) == before
    assert b"Murray: OUT" in peer.got[0][2]


async def test_a_receiver_that_hangs_has_failed(monkeypatch):
    monkeypatch.setattr("actors.channels.webhook.SEND_S", 0.2)

    async def hang(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    channel = Webhook(ChannelSettings(allowed_hosts=frozenset([address])))
    failure = await refused(channel, delivery("webhook", f"http://{address}/"))
    assert (failure.final, "no answer" in str(failure)) == (False, True)
    await channel.aclose()
    server.close()
