"""Where a machine keeps things, by its environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import ConfigError
from vitrine.settings import Settings
from vitrine.storage.local import LocalBucket
from vitrine.storage.s3 import S3Bucket


def test_everything_lies_in_the_home_by_default(tmp_path: Path) -> None:
    settings = Settings.from_env({"VITRINE_HOME": str(tmp_path / "home")})
    assert settings.home == tmp_path / "home"
    assert settings.ledger_url == f"sqlite:///{tmp_path}/home/ledger.sqlite3"
    assert settings.work_store_url == f"{tmp_path}/home/work"
    assert not settings.home.exists(), "asking creates nothing"


def test_without_a_word_the_home_is_in_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("VITRINE_HOME", "VITRINE_LEDGER", "VITRINE_WORK"):
        monkeypatch.delenv(name, raising=False)
    assert Settings.from_env().home == tmp_path / ".vitrine"
    assert Settings.from_env({"VITRINE_HOME": ""}).home == tmp_path / ".vitrine"


def test_the_environment_is_read_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in "ab":
        monkeypatch.setenv("VITRINE_HOME", str(tmp_path / name))
        assert Settings.from_env().home == tmp_path / name


def test_the_store_keeps_what_it_is_given(tmp_path: Path) -> None:
    settings = Settings.from_env({"VITRINE_HOME": str(tmp_path / "home")})
    blob = settings.open_work_store().put(b"x", "image/png")
    assert isinstance(settings.open_work_store().bucket, LocalBucket)
    assert settings.open_work_store().read(blob) == b"x"
    assert (tmp_path / "home" / "work" / "blobs" / blob.name).read_bytes() == b"x"


def test_the_store_may_be_remote(tmp_path: Path) -> None:
    settings = Settings.from_env({"VITRINE_HOME": str(tmp_path), "VITRINE_WORK": "s3://shop/work"})
    assert isinstance(settings.open_work_store().bucket, S3Bucket)
    assert settings.open_work_store().cache == tmp_path / "cache"


async def test_the_ledger_opens_in_a_new_home(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    settings = Settings.from_env({"VITRINE_HOME": str(home)})
    settings.open_ledger()
    assert (home / "ledger.sqlite3").is_file()


def test_a_ledger_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    settings = Settings.from_env({"VITRINE_HOME": str(tmp_path / "home"), "VITRINE_LEDGER": url})
    settings.open_ledger()
    assert (tmp_path / "other.db").is_file()


def test_a_home_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"VITRINE_HOME is .*file, which is a file"):
        Settings.from_env({"VITRINE_HOME": str(tmp_path / "file")})
    below = Settings.from_env({"VITRINE_HOME": str(tmp_path / "file" / "home")})
    with pytest.raises(ConfigError, match=r"Not a directory\. Set VITRINE_HOME"):
        below.open_ledger()


@pytest.mark.parametrize(
    ("text", "checked"), [(None, True), ("", True), ("on", True), ("Off", False), ("0", False)]
)
def test_the_check_of_the_public_url_can_be_switched_off(
    tmp_path: Path, text: str | None, checked: bool
) -> None:
    env = {"VITRINE_HOME": str(tmp_path)} | ({} if text is None else {"VITRINE_CHECK_PUBLIC_URL": text})
    assert Settings.from_env(env).check_public_url is checked


def test_a_switch_is_on_or_off(tmp_path: Path) -> None:
    env = {"VITRINE_HOME": str(tmp_path), "VITRINE_CHECK_PUBLIC_URL": "maybe"}
    with pytest.raises(ConfigError, match="VITRINE_CHECK_PUBLIC_URL is 'maybe': write on or off"):
        Settings.from_env(env)
