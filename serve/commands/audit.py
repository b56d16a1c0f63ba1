"""``lateswap audit``: is the record whole, what does it say, and forgetting a name."""

from __future__ import annotations

import sys

from actors.audit.trail import AuditTrail
from config.secret import token_secret
from config.settings import SettingsError, audit_file, load
from models import codec


def verify(*, as_json: bool) -> int:
    """Print what a verification found; 1 when the trail is not what was written."""
    trail = _trail()
    if trail is None:
        return 2
    verdict = trail.verify()
    if as_json:
        sys.stdout.buffer.write(codec.to_json(verdict) + b"\n")
    else:
        print(f"{verdict.records} records: {verdict.fault or 'whole, and ending with the anchor'}")
    return int(bool(verdict.fault))


def show(limit: int, *, as_json: bool) -> int:
    """Print the newest records."""
    trail = _trail()
    if trail is None:
        return 2
    for entry in trail.entries(limit):
        if as_json:
            sys.stdout.buffer.write(codec.to_json(entry) + b"\n")
        else:
            who = "(erased)" if entry.erased else entry.user or "(nobody known)"
            what = entry.subject or entry.action
            print(f"{entry.number:6} {entry.at} {entry.outcome} {who:16} {what}")
    return 0


def erase(user: str) -> int:
    """Destroy a user's key; 1 for one who has none."""
    trail = _trail()
    if trail is None:
        return 2
    if trail.erase(user):
        print(f"{user} is no longer named in the audit trail")
        return 0
    print(f"lateswap: the audit trail holds nothing of {user}", file=sys.stderr)
    return 1


def _trail() -> AuditTrail | None:
    try:
        settings = load().settings
        return AuditTrail(audit_file(settings), token_secret(settings).get_secret_value())
    except SettingsError as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return None
