"""A feed names photos in its folder and on the web, and nothing else unless the deployment allows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitrine.errors import Refused
from vitrine.feeds import read_feed
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.sources import check_source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "feed"
    (inside / "photos").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"")
    (inside / "photos" / "mug.jpg").write_bytes(b"")
    (inside / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    return inside


@pytest.mark.parametrize(
    "name", ["photos/mug.jpg", "./photos/../photos/mug.jpg", "none.jpg", "https://a.example/b"]
)
def test_what_a_feed_may_name(folder: Path, name: str) -> None:
    check_source(name, folder, FetchPolicy())
    if "://" not in name:
        check_source(str(folder / name), folder, FetchPolicy())


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../secret.jpg", "outside of"),
        ("link.jpg", "outside of"),
        ("/etc/hostname", "set VITRINE_PHOTO_FOLDERS=/etc"),
        ("~/.ssh/id_rsa", "outside of"),
        ("s3://private/a.jpg", "set VITRINE_PHOTO_BUCKETS=private"),
        ("http://127.0.0.1:8000/a.jpg", "set VITRINE_FETCH_HOSTS=127.0.0.1:8000"),
        ("http://2130706433/a.jpg", "loopback"),
        ("http://169.254.169.254/latest", "metadata"),
        ("file:///etc/hostname", "only http"),
    ],
)
def test_what_it_may_not_name(folder: Path, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check_source(name, folder, FetchPolicy())


def test_a_deployment_may_allow_more(folder: Path, tmp_path: Path) -> None:
    env = {"VITRINE_PHOTO_FOLDERS": str(tmp_path), "VITRINE_PHOTO_BUCKETS": "private, other"}
    policy = FetchPolicy.from_env(env)
    for name in ("../secret.jpg", "link.jpg", "s3://private/a.jpg", "s3://other/b.jpg"):
        check_source(name, folder, policy)
    with pytest.raises(Refused):
        check_source("/etc/hostname", folder, policy)


def test_one_line_is_refused_and_the_others_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VITRINE_FETCH_HOSTS")
    feed = folder / "feed.csv"
    feed.write_text(
        "id,title,photo\nmug,M,photos/mug.jpg\nout,O,../secret.jpg\nroot,R,/etc/hostname\nbucket,B,s3://private/a.jpg\n"
        "here,H,http://127.0.0.1/a.jpg?token=abc\nurl,U,file:///etc/hostname\nweb,W,https://shop.example/a.jpg\n"
    )
    found = read_feed(feed)
    assert [product.id for product in found.products] == ["mug", "web"]
    assert {finding.code for finding in found.findings} == {"PHOTO_ADDRESS"}
    assert [finding.pointer for finding in found.findings] == [f"feed.csv:{line}" for line in (3, 4, 5, 6, 7)]
    assert "abc" not in str(found.findings)
