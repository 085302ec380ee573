"""Which photo of a product is used, and why."""

from __future__ import annotations

import pytest

from vitrine.errors import PhotoError, PhotoUnreachable
from vitrine.models import Blob, Finding, PhotoIdentity, PreparedPhoto
from vitrine.photos.choose_photo import choose_photo
from vitrine.photos.findings import photo_finding

SOFT = photo_finding("PHOTO_SOFT", measured=0.1, limit=0.16)
DARK = photo_finding("PHOTO_DARK", measured=10, limit=64)
CUT = photo_finding("SUBJECT_CUT", measured=0.5, limit=0.1)


class Checks:
    """Checks photos by name, and counts them."""

    def __init__(self, **findings: tuple[Finding, ...] | Exception) -> None:
        self.findings = findings
        self.checked: list[str] = []

    async def __call__(self, source: str) -> PreparedPhoto:
        self.checked.append(source)
        found = self.findings[source]
        if isinstance(found, Exception):
            raise found
        blob = Blob(sha256=f"{ord(source):064x}", size_bytes=1, media_type="image/png")
        identity = PhotoIdentity.of(blob)
        return PreparedPhoto(
            source=source, identity=identity, width_px=1, height_px=1, matte="own", findings=found
        )


async def choose(checks: Checks, tried: int = 4, bought: str = "") -> PreparedPhoto:
    return await choose_photo(
        [*checks.findings], checks, tried=tried, is_bought=lambda photo: photo.source == bought
    )


@pytest.mark.parametrize(
    ("checks", "chosen", "checked", "why"),
    [
        (Checks(a=(), b=()), "a", "a", "photo 1 of 2 is used"),
        (Checks(a=(CUT,), b=(), c=()), "b", "ab", "photo 1: a: the frame cuts the subject"),
        (Checks(a=(SOFT,), b=()), "b", "ab", "photo 1: a: the steepest edges"),
        (Checks(a=(SOFT, DARK), b=(CUT,), c=(SOFT,)), "c", "abc", "photo 2: b: the frame cuts"),
        (Checks(a=(SOFT,), b=(DARK,)), "a", "ab", "photo 1 of 2 is used"),
        (Checks(a=PhotoError("a: no such file"), b=()), "b", "ab", "photo 1: a: no such file"),
    ],
)
async def test_the_best_is_used_and_said(checks: Checks, chosen: str, checked: str, why: str) -> None:
    photo = await choose(checks)
    assert (photo.source, "".join(checks.checked)) == (chosen, checked)
    assert photo.findings[-1].code == "PHOTO_CHOSEN"
    assert why in photo.findings[-1].message


async def test_what_was_bought_stays_and_the_finding_does_not_change() -> None:
    first = await choose(Checks(a=(SOFT,), b=(SOFT, DARK)))
    checks = Checks(a=(SOFT,), b=())
    again = await choose(checks, bought="a")
    assert again.source == "a"
    assert checks.checked == ["a"]
    assert again.findings == first.findings


async def test_no_more_are_checked_than_wanted() -> None:
    checks = Checks(a=(SOFT,), b=(SOFT,), c=(SOFT,), d=())
    assert (await choose(checks, tried=3)).source == "a"
    assert checks.checked == ["a", "b", "c"]


async def test_one_photo_says_nothing_more() -> None:
    assert (await choose(Checks(a=(SOFT,)))).findings == (SOFT,)


async def test_a_server_that_is_away_chooses_nothing_else() -> None:
    with pytest.raises(PhotoUnreachable):
        await choose(Checks(a=PhotoUnreachable("a: away"), b=()))


async def test_without_a_usable_photo_each_reason_is_given() -> None:
    with pytest.raises(PhotoError, match=r"none of 2 photos can be used: a: the frame .*; b: gone"):
        await choose(Checks(a=(CUT,), b=PhotoError("b: gone")))
