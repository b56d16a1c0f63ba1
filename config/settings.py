"""Settings of the running system: TOML file < ``LATESWAP_*`` environment < arguments.

``LATESWAP_CONFIG`` names the file; without it ``lateswap.toml`` in the working directory is read
if it exists. A key or variable that no setting has is an error that names the nearest one.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "LATESWAP_"

NO_SETTINGS = frozenset(
    {"LATESWAP_CONFIG", "LATESWAP_DATA", "LATESWAP_REQUIRE_ALL", "LATESWAP_SCHEMA_CASES"}
)
"""Variables that are no settings: where the file is, and what the tests read."""


class SettingsError(Exception):
    """The settings cannot be used; the message names the key, where it stands and the remedy."""


class Settings(BaseSettings):
    """Everything an operator may decide; the sites' rules are data elsewhere."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    state_dir: Path = Path(".lateswap")
    """What survives a restart: the embedded log, the lake, the token secret."""

    redis_url: SecretStr | None = None
    """``redis://`` of the event log; none starts the embedded Redis under ``state_dir``."""
    redis_port: int = Field(default=0, ge=0, le=65535)
    """Port of the embedded Redis on loopback; 0 takes a free one."""
    redis_fsync: Literal["everysec", "always"] = "everysec"
    """When the embedded Redis syncs its file; ``always`` loses nothing in a crash."""
    key_prefix: str = Field(default="lateswap", pattern=r"^[A-Za-z0-9_.:{}-]{1,100}$")
    """Begins every key in Redis; logs with different prefixes do not meet."""
    remember_ids_s: int = Field(default=6 * 3600, ge=1)
    """Seconds for which a repeated event id is known as a duplicate."""
    retained_batches: int = Field(default=200_000, ge=0)
    """Appended batches kept per partition of the log; 0 keeps all."""

    log_memory_mb: int = Field(default=0, ge=0)
    """Memory of the log's Redis, near which values that newer ones replace are left out; 0: any."""
    log_lag: int = Field(default=0, ge=0, le=10_000)
    """Events that a reader may be behind before the same happens; 0: any number."""

    lake_dir: Path | None = None
    """Folder of the archived events; none keeps them beside the night's log."""
    audit_file: Path | None = None
    """The audit trail; none keeps it in ``state_dir``."""
    hot_hours: float = Field(default=48, ge=0)
    """Hours that a slate stays in the log after its last event; it is archived before it goes."""
    compact_minutes: float = Field(default=30, ge=0)
    """Minutes after which archived events move from DuckDB to Parquet."""
    keep_days: dict[str, int] = {
        "source_status": 30,
        "line_movement": 90,
        "weather_change": 90,
        "live_score": 400,
    }
    """Days that events of a type stay in the lake; types that are not named stay for ever."""

    host: str = "127.0.0.1"
    """Address that the HTTP server listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port of the HTTP server; 0 takes a free one."""
    replicas: int = Field(default=1, ge=1)
    """Processes that answer HTTP; with two, one answers while the other is started anew."""
    secret: SecretStr | None = None
    """Signs bearer tokens, at least 32 bytes; none takes that of ``secret_file``."""
    secret_file: Path | None = None
    """Holds the secret; none keeps one in ``state_dir``, made at the first run."""
    old_secret: SecretStr | None = None
    """The secret before the present one: what it signed is believed until it is taken out."""
    published_keys: str = ""
    """Address or path of a JWKS whose keys sign tokens too; looked at again every minute."""
    issuer: str = "lateswap"
    """``iss`` of the tokens that published keys sign."""
    allowed_origins: tuple[str, ...] = ()
    """Origins besides our own from whose pages browsers may open streams."""
    token_ttl_s: int = Field(default=24 * 3600, ge=1)
    """Seconds for which a minted token is valid."""

    smtp_host: str = ""
    """Server that takes alerts by e-mail; empty: none are mailed."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """Its port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the line to it is sealed; ``none`` for a server on this machine."""
    smtp_user: str = ""
    """Name there, where it asks for one."""
    smtp_password: SecretStr | None = None
    """Password there."""
    smtp_from: str = ""
    """Sender of the mails; empty: ``lateswap@`` the server."""
    alert_hosts: tuple[str, ...] = ()
    """``host:port`` of internal receivers of alerts; without them only public ones are reached."""

    backtest_dir: Path | None = None
    """Folder of folders of recorded nights that backtests over HTTP may name; none: there are none.
    What they write lies in ``state_dir``."""

    ray_address: str | None = None
    """Ray cluster to join; none starts one on this machine."""
    pool_size: int = Field(default=0, ge=0)
    """Late-swap workers; 0 takes one per core."""

    max_swaps: int | None = Field(default=None, ge=0)
    """Players exchanged per lineup at most, where the request does not say; none: any number."""
    min_gain_points: float = Field(default=0.1, ge=0)
    """Projected points that a swap must gain to be proposed."""
    objective: Literal["points", "money"] = "money"
    """What swaps are chosen by, in contests whose prizes are known."""
    min_gain_dollars: float = Field(default=0.0, ge=0)
    """Expected dollars that a swap must gain to be proposed."""
    risk: float = Field(default=1.0, ge=0, le=1)
    """0 shuns variance (double-ups), 1 looks at the expectation alone; a request may differ."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The strongest first: arguments, environment, file."""
        return init_settings, env_settings, _file_source(settings_cls)


def audit_file(settings: Settings) -> Path:
    """File of the audit trail: one for all nights."""
    return settings.audit_file or settings.state_dir / "audit.sqlite"


class Loaded:
    """Settings together with the layer that decided each of them."""

    def __init__(self, settings: Settings, origins: Mapping[str, str]) -> None:
        self.settings = settings
        self._origins = origins

    def origins(self) -> dict[str, str]:
        """For each field: ``argument``, the variable's name, the file's path, or ``default``."""
        return dict(self._origins)

    def shown(self) -> list[tuple[str, str, str]]:
        """Name, value and origin of every field; secrets are masked."""
        return [
            (name, _show(getattr(self.settings, name)), self._origins[name])
            for name in Settings.model_fields
        ]


def load(overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Read all layers; ``overrides`` (arguments) win, and None in them means not given.

    Raises SettingsError.
    """
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    origins = _origins(given)
    try:
        return Loaded(Settings(**given), origins)
    except ValidationError as error:
        raise SettingsError("\n".join(_complaints(error, origins))) from None


def _origins(given: Iterable[str]) -> dict[str, str]:
    _refuse_unknown_variables()
    file = str(config_file())
    in_file = dict.fromkeys(_file_source(Settings)(), file)
    in_environment = {key: f"{PREFIX}{key.upper()}" for key in EnvSettingsSource(Settings)()}
    given_here = dict.fromkeys(given, "argument")
    return dict.fromkeys(Settings.model_fields, "default") | in_file | in_environment | given_here


def config_file() -> Path | None:
    """The file that is read, if there is one; SettingsError if the one asked for is missing."""
    asked = os.environ.get("LATESWAP_CONFIG")
    path = Path(asked or "lateswap.toml")
    if path.is_file():
        return path
    if asked:
        raise SettingsError(f"LATESWAP_CONFIG names {asked}, which is no file")
    return None


def _file_source(settings_cls: type[BaseSettings]) -> TomlConfigSettingsSource:
    path = config_file()
    try:
        return TomlConfigSettingsSource(settings_cls, toml_file=path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _refuse_unknown_variables() -> None:
    fields = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in fields | NO_SETTINGS:
            raise SettingsError(f"environment: unknown variable {name}{_nearest(name, fields)}")


def _complaints(error: ValidationError, origins: Mapping[str, str]) -> Iterable[str]:
    """One line per mistake, without the value: it may be a secret."""
    for problem in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            yield f"{origins[name]}: unknown key {name}{_nearest(name, Settings.model_fields)}"
        else:
            yield f"{origins[name.partition('.')[0]]}: {name}: {problem['msg']}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _show(value: object) -> str:
    return "" if value is None else str(value)
