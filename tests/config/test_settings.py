"""Settings come in layers, know their origin, and refuse what they do not know."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.secret import token_secret
from config.settings import SettingsError, load

SECRET = "a secret that is more than long enough"


@pytest.fixture(autouse=True)
def _clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("LATESWAP_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_need_no_file_and_no_service() -> None:
    loaded = load()
    assert loaded.settings.redis_url is None
    assert (loaded.settings.host, loaded.settings.port) == ("127.0.0.1", 8000)
    assert loaded.settings.state_dir == Path(".lateswap")
    assert set(loaded.origins().values()) == {"default"}


def test_arguments_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lateswap.toml").write_text('port = 1\nhost = "::1"\npool_size = 3\n')
    monkeypatch.setenv("LATESWAP_PORT", "2")
    monkeypatch.setenv("LATESWAP_HOST", "0.0.0.0")  # never listened on here
    loaded = load({"port": 3, "host": None})
    assert (loaded.settings.port, loaded.settings.host) == (3, "0.0.0.0")
    assert loaded.settings.pool_size == 3
    origins = loaded.origins()
    assert origins["port"] == "argument"
    assert origins["host"] == "LATESWAP_HOST"
    assert origins["pool_size"] == "lateswap.toml"
    assert origins["redis_url"] == "default"


def test_a_file_named_by_the_environment_is_read_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lateswap.toml").write_text("port = 1\n")
    other = tmp_path / "other.toml"
    other.write_text("port = 7\n")
    monkeypatch.setenv("LATESWAP_CONFIG", str(other))
    loaded = load()
    assert loaded.settings.port == 7
    assert loaded.origins()["port"] == str(other)


def test_a_missing_file_that_was_asked_for_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATESWAP_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lateswap.toml").write_text("port = \n")
    with pytest.raises(SettingsError, match=r"lateswap\.toml: Invalid value"):
        load()


def test_an_unknown_key_of_the_file_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "lateswap.toml").write_text("redis_sync = 'always'\n")
    with pytest.raises(
        SettingsError,
        match=r"lateswap\.toml: unknown key redis_sync; did you mean redis_fsync\?",
    ):
        load()


def test_an_unknown_variable_is_answered_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATESWAP_PROT", "1")
    with pytest.raises(SettingsError, match="LATESWAP_PROT; did you mean LATESWAP_PORT"):
        load()


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(SettingsError, match="argument: unknown key prot"):
        load({"prot": 1})


def test_every_mistake_is_told_with_its_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lateswap.toml").write_text('redis_fsync = "never"\n')
    monkeypatch.setenv("LATESWAP_PORT", "70000")
    with pytest.raises(SettingsError) as caught:
        load()
    told = str(caught.value)
    assert "lateswap.toml: redis_fsync: Input should be 'everysec' or 'always'" in told
    assert "LATESWAP_PORT: port: Input should be less than or equal to 65535" in told


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATESWAP_REDIS_URL", "")
    assert load().settings.redis_url is None


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATESWAP_SECRET", SECRET)
    monkeypatch.setenv("LATESWAP_REDIS_URL", "redis://:hidden-word@example.invalid:6379/0")
    loaded = load()
    shown = repr(loaded.settings) + str(loaded.shown()) + loaded.settings.model_dump_json()
    assert SECRET not in shown
    assert "hidden-word" not in shown
    assert {row[0]: row[1] for row in loaded.shown()}["secret"] == "**********"


def test_a_secret_is_made_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = load({"state_dir": tmp_path / "state"}).settings
    first = token_secret(settings).get_secret_value()
    assert token_secret(settings).get_secret_value() == first
    assert stat.S_IMODE((tmp_path / "state" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["secret"]


def test_first_runs_at_the_same_time_agree_on_one_secret(tmp_path: Path) -> None:
    settings = load({"state_dir": tmp_path / "state"}).settings
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: token_secret(settings).get_secret_value(), range(32)))
    assert len(made) == 1


def test_a_given_secret_wins_over_a_file_and_a_file_over_our_own(tmp_path: Path) -> None:
    file = tmp_path / "given"
    file.write_text(f"{SECRET} in a file\n")
    by_file = load({"secret_file": file}).settings
    assert token_secret(by_file).get_secret_value() == f"{SECRET} in a file"
    both = load({"secret_file": file, "secret": SECRET}).settings
    assert token_secret(both).get_secret_value() == SECRET
    assert not (tmp_path / ".lateswap").exists()


def test_a_short_secret_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least 32 bytes"):
        token_secret(load({"secret": "short"}).settings)
    with pytest.raises(SettingsError, match="cannot be read"):
        token_secret(load({"secret_file": tmp_path / "none"}).settings)


def test_importing_config_brings_no_pydantic() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import config, sys; print('pydantic' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "False"
