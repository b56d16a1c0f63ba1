"""Who is let in, how often, for how long, and to what; refusals come first and are noted."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from contextlib import suppress

import jwt
import pytest
import websockets
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from serve.keys import Keyring
from serve.tokens import TokenInvalid
from tests.serve.conftest import SECRET

STATUS = "/api/v1/realtime/status"


async def closed(stream):
    """Code and reason with which a stream is closed, and what came before."""
    frames = []
    try:
        async with asyncio.timeout(10):
            while True:
                frames.append(json.loads(await stream.recv()))
    except websockets.ConnectionClosed as end:
        return end.rcvd.code, end.rcvd.reason, frames


async def trail(client):
    return (await client.get("/api/v1/audit"))["trail"]


# -- tickets and signing out


async def test_a_ticket_opens_one_stream_and_no_second(house):
    client = house.client("ann", "user")
    ticket = (await client.post("/api/v1/realtime/tickets", status=201))["ticket"]
    address = f"{house.url.replace('http', 'ws')}/ws/realtime/ann?ticket={ticket}"
    async with websockets.connect(address) as stream:
        await stream.send(json.dumps({"type": "subscribe"}))
        assert json.loads(await stream.recv())["type"] == "subscription_confirmed"
    async with websockets.connect(address) as stream:
        code, reason, frames = await closed(stream)
    assert (code, frames) == (4401, [])
    assert "used before" in reason
    path = f"/api/v1/realtime/stream?ticket={ticket}"
    assert (await client.http.get(path, headers={"Authorization": ""})).status_code == 401
    noted = await trail(house.client("root"))
    assert [
        n["outcome"] for n in noted if n.get("user_id") == "ann" or "ticket" in n["reason"]
    ] == [
        "granted",
        "refused",
        "refused",
    ]


async def test_a_ticket_is_no_token_and_a_token_no_ticket(house):
    client = house.client("ann", "user")
    ticket = (await client.post("/api/v1/realtime/tickets", status=201))["ticket"]
    wrong = {"Authorization": f"Bearer {ticket}"}
    assert (await client.http.get(STATUS, headers=wrong)).status_code == 401
    path = f"/api/v1/realtime/stream?ticket={client.token}"
    assert (await client.http.get(path)).status_code == 401


async def test_who_signs_out_loses_streams_and_token_at_once(house):
    client = house.client("ann", "user")
    async with client.stream() as (stream, _):
        begun = time.perf_counter()
        await client.post("/api/v1/sessions/sign-out", {})
        code, reason, _ = await closed(stream)
        took = time.perf_counter() - begun
    print(f"F20: closed {1000 * took:.0f} ms after signing out, allowed 5,000 ms")
    assert code == 4401
    assert "signed out" in reason
    await client.get(STATUS, status=401)
    await house.client("bob", "user").get(STATUS)


async def test_only_operators_sign_out_others(house):
    await house.client("ann", "user").post(
        "/api/v1/sessions/sign-out", {"user_id": "bob"}, status=403
    )
    bob = house.client("bob", "user")
    await bob.get(STATUS)
    await house.client("root").post("/api/v1/sessions/sign-out", {"user_id": "bob"})
    await bob.get(STATUS, status=401)


# -- keys


class Issuer:
    """Somebody who signs with keys of his own and publishes them in a file."""

    def __init__(self, path):
        self.path = path
        self.keys = {}

    def publish(self, *names):
        self.keys = {
            name: self.keys.get(name) or ec.generate_private_key(ec.SECP256R1()) for name in names
        }
        published = []
        for name, key in self.keys.items():
            entry = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
            published.append(entry | {"kid": name, "alg": "ES256", "use": "sig"})
        self.path.write_text(json.dumps({"keys": published}))

    def token(self, name, **changes):
        now = int(time.time())
        claims = {"sub": "ann", "role": "user", "iss": "issuer", "aud": "lateswap-api"}
        claims |= {"exp": now + 60, "iat": now} | changes
        return jwt.encode(claims, self.keys[name], algorithm="ES256", headers={"kid": name})


def signed_by_hand(head, body, secret):
    """A token that no library would sign."""
    first = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
    mac = hmac.digest(secret, f"{first}.{body}".encode(), "sha256")
    return f"{first}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.fixture
def issuer(tmp_path):
    return Issuer(tmp_path / "jwks.json")


async def test_published_keys_are_rotated_without_a_gap(issuer):
    moment = [0.0]
    issuer.publish("one")
    ring = Keyring([SECRET], str(issuer.path), "issuer", lambda: moment[0])
    first = issuer.token("one")
    assert (await ring.verify(first)).user == "ann"
    issuer.publish("one", "two")
    moment[0] += 6
    assert (await ring.verify(issuer.token("two"))).user == "ann"
    assert (await ring.verify(first)).user == "ann"
    issuer.publish("two")
    moment[0] += 61
    with pytest.raises(TokenInvalid, match="not published"):
        await ring.verify(first)


async def test_a_published_key_is_never_used_as_a_secret(issuer):
    """Key confusion: the public key, known to all, as the secret of an HS256 token."""
    issuer.publish("one")
    ring = Keyring([SECRET], str(issuer.path), "issuer")
    body = issuer.token("one").split(".")[1]
    public = issuer.keys["one"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, issuer.path.read_bytes(), SECRET.encode(), b""):
        with pytest.raises(TokenInvalid):
            await ring.verify(signed_by_hand({"alg": "HS256", "kid": "one"}, body, secret))
    unsigned = signed_by_hand({"alg": "none", "kid": "one"}, body, b"").rpartition(".")[0] + "."
    with pytest.raises(TokenInvalid):
        await ring.verify(unsigned)
    with pytest.raises(TokenInvalid):
        await ring.verify(issuer.token("one", iss="lateswap"))


async def test_attacks_on_every_transport_are_refused_before_any_data_and_noted(houses, issuer):
    """F19 as one figure; each attack has a test of its own besides."""
    issuer.publish("one")
    house = await houses(published_keys=str(issuer.path), issuer="issuer")
    ann, root = house.client("ann", "user"), house.client("root")
    now = int(time.time())
    claims = {"sub": "ann", "role": "user", "iss": "lateswap", "aud": "lateswap-api"}
    claims |= {"iat": now, "exp": now + 60}
    pem = issuer.keys["one"].public_key()
    pem = pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = issuer.token("one").split(".")[1]

    def signed(secret=SECRET, **changes):
        return jwt.encode(claims | changes, secret, algorithm="HS256")

    tokens = {
        "none": "",
        "guessed": "guess",
        "expired": signed(exp=now - 60, iat=now - 120),
        "alg none": jwt.encode(claims, None, algorithm="none"),
        "key confusion": signed_by_hand({"alg": "HS256", "kid": "one"}, body, pem),
        "retired": signed("a secret that was retired for good!!!!"),
        "another audience": signed(aud="elsewhere"),
        "another issuer": signed(iss="elsewhere"),
    }
    ticket = (await ann.post("/api/v1/realtime/tickets", status=201))["ticket"]
    stream = "/api/v1/realtime/stream"
    sockets = house.url.replace("http", "ws") + "/ws/realtime/ann"
    refused, data = [], []

    async def http(path, token):
        answer = await ann.http.get(path, headers={"Authorization": f"Bearer {token}".strip()})
        refused.append(answer.status_code)
        data.extend([answer.text] if "detail" not in answer.json() else [])

    async def websocket(address, token, **options):
        async with websockets.connect(address, **options) as opened:
            with suppress(websockets.ConnectionClosed):  # refused before it said a word
                if token is not None:
                    await opened.send(json.dumps({"type": "authenticate", "token": token}))
            code, _, frames = await closed(opened)
        refused.append(code)
        data.extend(frames)

    for token in tokens.values():
        await http(STATUS, token)
        await http(stream, token)
        await websocket(sockets, token)
    async with websockets.connect(f"{sockets}?ticket={ticket}"):
        pass  # used now, or as soon as the service has seen it
    await house.hub.refreshed()
    await http(f"{stream}?ticket={ticket}", "")
    await websocket(f"{sockets}?ticket={ticket}", None)
    await websocket(sockets, ann.token, origin="https://elsewhere.example")
    noted = [n for n in await trail(root) if n["outcome"] == "refused"]
    print(
        f"F19: {len(tokens) + 2} attacks over HTTP, event stream and WebSocket: {len(refused)}"
        f" refused, {len(noted)} in the trail, {len(data)} data told"
    )
    assert set(refused) == {401, 4401, 4403}
    assert len(noted) == len(refused) == 3 * len(tokens) + 3
    assert data == []


async def test_a_secret_is_rotated_without_a_gap(houses):
    house = await houses(old_secrets=("another secret, no longer signed with",))
    client = house.client()
    now = int(time.time())
    claims = {"sub": "old", "role": "viewer", "iss": "lateswap", "aud": "lateswap-api"}
    for secret, status in (
        ("another secret, no longer signed with", 200),
        ("a secret that was retired for good!!!!", 401),
    ):
        token = jwt.encode(claims | {"exp": now + 60, "iat": now}, secret, algorithm="HS256")
        answer = await client.http.get(STATUS, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


# -- limits


async def test_a_connection_that_says_too_much_is_closed(house):
    async with house.client().stream() as (stream, _):
        for _ in range(99):
            await stream.send('{"type": "ping"}')
        code, reason, frames = await closed(stream)
    print(f"F22: closed after {2 + len(frames)} messages of 100 a minute")
    assert code == 4429
    assert "reconnect in" in reason
    assert len(frames) == 98


async def test_a_user_that_asks_too_often_is_told_when_to_ask_again(houses):
    house = await houses(requests_a_minute=5)
    client = house.client("ann", "user")
    answers = [await client.http.get(STATUS) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["remedy"].startswith("ask again in")
    await house.client("bob", "user").get(STATUS)


async def test_guessing_tokens_is_slowed_down_and_good_ones_go_on(houses):
    house = await houses(refusals_a_minute=3)
    client = house.client()
    wrong = {"Authorization": "Bearer guess"}
    answers = [(await client.http.get(STATUS, headers=wrong)).status_code for _ in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    await client.get(STATUS)
    assert len([n for n in await trail(client) if n["outcome"] == "refused"]) == 5


async def test_one_user_has_only_so_many_streams(houses):
    house = await houses(streams_a_user=1)
    client = house.client("ann", "user")
    async with client.stream(), client.socket() as second:
        await second.send(json.dumps({"type": "authenticate", "token": client.token}))
        code, _, _ = await closed(second)
    assert code == 4429


# -- whose it is


async def test_refusals_name_who_asked_for_what(night):
    ann, root = night.client("ann", "user"), night.client("root")
    await night.scratch(root)
    (swap, *_) = (await root.get("/api/v1/lateswap/recommendations"))["recommendations"]
    path = f"/api/v1/lateswap/recommendations/{swap['recommendation_id']}/approve"
    await ann.post(path, status=403)
    board = f"/api/v1/contests/{night.contest_id}/board"
    await ann.get(board, user=swap["user_id"], status=403)
    await ann.get(f"/api/v1/contests/{night.contest_id}/entries.csv", user="demo", status=403)
    await ann.get("/api/v1/audit", status=403)
    both = await ann.post(
        "/api/v1/lateswap/decisions",
        {"action": "approve", "recommendation_ids": [swap["recommendation_id"]]},
    )
    assert both["decisions"][0]["problem"]["status"] == 403
    assert (await ann.get(board))["entries"] == []
    noted = [n["action"] for n in await trail(root) if n["user_id"] == "ann"]
    print(f"F21: 5 requests for what is others', 5 refused with 403, {len(noted)} in the trail")
    assert len(noted) == 5
    assert noted[:2] == [f"POST {path}", f"GET {board}"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/api/v1/lateswap/decisions",
            {"action": "approve", "recommendation_ids": ["x"], "auto_approve": True},
        ),
        ("/api/v1/lateswap/recommendations", {"user_id": "ann", "role": "operator"}),
        ("/api/v1/sessions/sign-out", {"user": "bob"}),
        ("/api/v1/contests", {"slate_id": "s", "owner": "bob"}),
    ],
)
async def test_fields_that_nobody_asked_for_are_refused_by_name(house, path, body):
    problem = await house.client("ann", "user").post(path, body, status=422)
    print(f"F21: {path}: {problem['detail']}")
    assert list(body)[-1] in problem["detail"]


async def test_every_answer_carries_the_headers(house):
    client = house.client()
    for path in (STATUS, "/", "/health", "/nothing", "/static/app.js"):
        headers = (await client.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


async def test_metrics_count_by_route_and_need_a_token(house):
    client = house.client()
    assert (await client.http.get("/metrics", headers={"Authorization": ""})).status_code == 401
    await client.get("/api/v1/players/nobody", status=404)
    async with client.stream():
        text = (await client.http.get("/metrics")).text
    assert 'route="/api/v1/players/{player_id}",status="404"} 1.0' in text
    assert "lateswap_stream_clients 1.0" in text
    assert "nobody" not in text
