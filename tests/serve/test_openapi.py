"""The committed OpenAPI document is kept: no answer that it does not name, and never a 500."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from serve.commands.openapi import document

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
ENDLESS = {"/api/v1/realtime/stream"}
"""Answers that do not end; tests of their own read them."""
CASES = int(os.environ.get("LATESWAP_SCHEMA_CASES", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def asked_everything(url, token, cases):
    """Ask each operation what its description allows; answers what was asked how often."""
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    asked = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path not in ENDLESS:
            asked[operation.label] = ask(operation, token, cases)
    return asked


def ask(operation, token, cases):
    statuses = []

    @given(case=operation.as_strategy())
    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one(case):
        if operation.path.endswith("/poll"):
            case.query = {"wait": 0, "after": "0-0"}
        answer = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=20)
        statuses.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    one()
    return statuses


async def test_every_operation_answers_as_documented(night):
    token = night.client().token
    asked = await asyncio.to_thread(asked_everything, night.url, token, CASES)
    counts = [status for statuses in asked.values() for status in statuses]
    good = sum(status < 300 for status in counts)
    print(f"{len(asked)} operations, {len(counts)} requests, {good} of them accepted, no 500")
    assert len(asked) > 30
    assert not [status for status in counts if status >= 500]


def test_the_committed_document_is_the_applications():
    assert json.loads(COMMITTED.read_text()) == json.loads(json.dumps(document()))
    assert document()["openapi"].startswith("3.1")
