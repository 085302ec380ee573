"""Choose the photo of a product that its model is made from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from vitrine.errors import PhotoError, PhotoHeld, PhotoUnreachable
from vitrine.findings import finding
from vitrine.models import PreparedPhoto
from vitrine.plain_text import count_of
from vitrine.progress import log_progress


async def choose_photo(
    sources: Sequence[str],
    check: Callable[[str], Awaitable[PreparedPhoto]],
    *,
    tried: int,
    is_bought: Callable[[PreparedPhoto], bool],
    accepted: bool = False,
) -> PreparedPhoto:
    """Return the first photo without a warning, else the one with the fewest; a finding says why.

    At most `tried` photos are checked, in their order. A photo that a model was bought for stays the photo of
    its product, so that other limits do not buy another model. `check` raises `PhotoError` for an unusable
    photo; of a product with one photo, that is raised. `PhotoUnreachable` is always raised: no other photo is
    bought because a server was away. Where no photo can be used, but one that a person may accept,
    `PhotoHeld` is raised; with `accepted` it is used.
    """
    if len(sources) == 1:
        return _usable(await check(sources[0]), accepted)
    usable: list[tuple[int, PreparedPhoto]] = []
    problems: dict[int, str] = {}
    bought = False
    held: PhotoHeld | None = None
    for number, source in enumerate(sources[:tried], 1):
        try:
            photo = _usable(await check(source), accepted)
        except PhotoUnreachable:
            raise
        except PhotoHeld as error:
            held = held or error
            problems[number] = f"{source}: {error.reasons[0]}"
            continue
        except PhotoError as error:
            problems[number] = str(error)
            continue
        warnings = _warnings(photo)
        bought = bool(warnings) and await asyncio.to_thread(is_bought, photo)
        if bought:
            usable = [(number, photo)]
            break
        usable.append((number, photo))
        if not warnings:
            break
        problems[number] = f"{source}: {warnings[0]}"
    if not usable and held:
        raise held
    if not usable:
        raise PhotoError(
            f"none of {count_of(len(problems), 'photo')} can be used: " + "; ".join(problems.values())
        )
    number, photo = min(usable, key=lambda one: (len(_warnings(one[1])), one[0]))
    message = _reason(number, len(sources), problems)
    if bought:
        log_progress(f"{message}; a model was bought for it")
    else:
        log_progress(f"{message}; warnings: {len(_warnings(photo))}, photos checked: {len(usable)}")
    chosen = finding("PHOTO_CHOSEN", message, pointer=photo.source)
    return photo.model_copy(update={"findings": (*photo.findings, chosen)})


def _usable(photo: PreparedPhoto, accepted: bool) -> PreparedPhoto:
    if photo.refusals:
        raise PhotoError("; ".join(f"{photo.source}: {found.message}" for found in photo.refusals))
    if photo.holds and not accepted:
        raise PhotoHeld(photo.source, [found.message for found in photo.holds])
    return photo


def _warnings(photo: PreparedPhoto) -> list[str]:
    return [found.message for found in photo.findings if found.severity == "warning"]


def _reason(number: int, count: int, problems: dict[int, str]) -> str:
    """Say which photo is used, and what is wrong with those before it: the same in each run."""
    before = [f"photo {other}: {why}" for other, why in problems.items() if other < number]
    return "; ".join([f"photo {number} of {count} is used", *before])
