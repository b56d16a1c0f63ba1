"""``lateswap token``, ``sources`` and ``config show``."""

from __future__ import annotations

import json
import sys

from config.secret import token_secret
from config.settings import SettingsError, load
from serve.commands.calls import api_call
from serve.tokens import Role, mint


def mint_token(user: str, role: Role, ttl_s: int | None) -> str:
    """A token signed with the secret of this machine's settings."""
    settings = load().settings
    secret = token_secret(settings).get_secret_value()
    return mint(user, role, secret, ttl_s or settings.token_ttl_s)


def show_settings(*, origin: bool, as_json: bool) -> int:
    """Print every setting; 2 when the settings cannot be read."""
    try:
        shown = load().shown()
    except SettingsError as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps({n: {"value": v, "origin": o} for n, v, o in shown}, indent=1))
        return 0
    width = max(len(name) for name, _, _ in shown)
    for name, value, source in shown:
        print(f"{name:<{width}}  {value}" + (f"  ({source})" if origin else ""))
    return 0


def show_sources(url: str, *, as_json: bool) -> int:
    """Print the connections of a running lateswap; 1 when it cannot be reached."""
    settings = load().settings
    try:
        answer = api_call(settings, "/api/v1/realtime/status", url=url)
    except OSError as error:
        print(f"lateswap: no answer: {error}; is it running?", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(answer, indent=1))
        return 0
    for source in answer["sources"]:
        state = "stale" if source.get("stale") else source["state"]
        told = f"{source['source_id']:<32} {state:<13} {source.get('transport') or '':<14}"
        print(f"{told} {source.get('note') or ''}".rstrip())
    return 0
