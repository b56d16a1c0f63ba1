"""The secret that signs bearer tokens: given, read from a file, or made once and kept."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from config.settings import Settings, SettingsError

MINIMUM_BYTES = 32
"""Shorter keys weaken HS256 (RFC 7518, section 3.2)."""


def token_secret(settings: Settings) -> SecretStr:
    """The secret of these settings; makes ``state_dir/secret`` (mode 0600) at the first run.

    Raises SettingsError for a secret that is too short or a file that cannot be read.
    """
    if settings.secret is not None:
        return _checked(settings.secret.get_secret_value(), "secret")
    if settings.secret_file is not None:
        return _checked(_read(settings.secret_file), str(settings.secret_file))
    path = settings.state_dir / "secret"
    if not path.exists():
        _make(path)
    return _checked(_read(path), str(path))


def _make(path: Path) -> None:
    """Write the whole file first and name it then: two first runs agree on one secret."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its secret counts
    finally:
        draft.unlink()


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the token secret in {path} cannot be read: {error}") from error


def _checked(secret: str, place: str) -> SecretStr:
    if len(secret.encode()) < MINIMUM_BYTES:
        raise SettingsError(f"the token secret ({place}) needs at least {MINIMUM_BYTES} bytes")
    return SecretStr(secret)
