"""Every path and method of the OpenAPI document, asked of the whole running system.

Real Redis, Ray, actors, Ray Serve with its proxy; a real source on loopback. The cases run in their
order over one invented evening. An operation without a case fails the first test.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
import ray
from jsonschema import Draft202012Validator

import tests.serve.walk_brings
import tests.serve.walk_decides  # noqa: F401 - the cases, in their order
from actors.naming import NAMESPACE
from actors.naming import SOURCES as SOURCES_ACTOR
from serve.commands.live_sources import connect_sources
from serve.nights import KeptNight
from tests.actors.backtest.conftest import GeneratedNight
from tests.serve.test_live_sources import INJURIES, SOURCES, Espn
from tests.serve.walk import CASES, Walk

pytestmark = pytest.mark.ray

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text())


@pytest.fixture(scope="module")
def walk(stack, tmp_path_factory):
    espn = Espn()
    file = tmp_path_factory.mktemp("sources") / "feeds.toml"
    file.write_text(SOURCES.format(port=espn.port, path=INJURIES))
    GeneratedNight(stack.settings.backtest_dir / "generated", seed=4, field=200)
    connect_sources(stack, KeptNight(live=True, sources=str(file)), lambda _: None)
    walk = Walk(stack)
    yield walk
    for client in (walk.http, *walk.clients):
        client.close()
    ray.kill(ray.get_actor(SOURCES_ACTOR, NAMESPACE))
    espn.close()


@cache
def schema(reference):
    """A validator of what the document says at a place."""
    return Draft202012Validator({**json.loads(reference), "components": DOCUMENT["components"]})


def described(operation, answer):
    """What the document says of this answer, by its status: ``{media type: {"schema": ...}}``."""
    method, path = operation.split()
    responses = DOCUMENT["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in responses, answer.text
    found = responses[str(answer.status_code)]
    if "$ref" in found:
        found = DOCUMENT["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found["content"]


def test_no_operation_is_without_a_case():
    documented = {f"{m.upper()} {p}" for p, ops in DOCUMENT["paths"].items() for m in ops}
    assert documented == set(CASES)


@pytest.mark.parametrize("operation", CASES)
def test_an_operation_answers_as_documented(walk, operation):
    ask, status = CASES[operation]
    answer = ask(walk)
    assert answer.status_code == status, answer.text
    content = described(operation, answer)
    media = answer.headers["content-type"].partition(";")[0]
    assert media in content
    if "json" in media:
        faults = schema(json.dumps(content[media]["schema"])).iter_errors(answer.json())
        assert [f"{fault.json_path}: {fault.message[:300]}" for fault in faults] == []
