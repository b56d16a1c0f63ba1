"""Calls of the command line to a running lateswap on this machine."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from config.secret import token_secret
from config.settings import Settings
from serve.tokens import Role, mint

TIMEOUT_S = 10
TOKEN_S = 60


def api_call(
    settings: Settings,
    path: str,
    *,
    url: str = "",
    role: Role = "viewer",
    body: bytes | None = None,
) -> Any:
    """The decoded JSON answer; POST where there is a body.

    Raises urllib.error.HTTPError for a refusal and OSError when nobody answers.
    """
    address = url or f"http://{settings.host}:{settings.port}"
    token = mint("cli", role, token_secret(settings).get_secret_value(), TOKEN_S)
    request = urllib.request.Request(  # noqa: S310 - http, to the address the user gave
        f"{address}{path}",
        data=body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        return json.load(answer)
