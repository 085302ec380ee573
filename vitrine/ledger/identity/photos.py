"""Whether a model was bought for a photo, with whatever settings and from whomever."""

from __future__ import annotations

import sqlalchemy as sa

from vitrine.ledger.identity.earlier import IS_EARLIER
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import purchases
from vitrine.models import PhotoIdentity

NOT_BOUGHT = ("refused", "claimed")


def is_photo_bought(ledger: Ledger, photo: PhotoIdentity) -> bool:
    """Whether the ledger has a purchase of these bytes or of these prepared pixels.

    A purchase of a release before revision 0002 whose photo is not known may be of this one: then it is true.
    """
    same = (purchases.c.source_sha256 == photo.source_sha256) | (
        purchases.c.pixels_sha256 == photo.pixels_sha256
    )
    unknown = IS_EARLIER & purchases.c.pixels_sha256.is_(None)
    query = sa.select(purchases.c.key).where((same | unknown) & purchases.c.state.not_in(NOT_BOUGHT)).limit(1)
    with ledger.reading() as connection:
        return connection.execute(query).first() is not None
