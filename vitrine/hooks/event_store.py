"""Accepted events on disk until Prefect has them, and the deliveries that were seen.

The tables are in the ledger's database, and not among its migrated tables: nothing of the ledger refers to
them, and releases of Vitrine that know nothing of them still open the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.hooks.shop_event import SentEvent, ShopEvent, StoredEvent
from vitrine.ledger import Ledger
from vitrine.ledger.schema import UtcTime, lock_claims

KEPT = timedelta(days=7)
"""How long a delivery is remembered; Shopify repeats one for four hours, WooCommerce does not repeat."""
CHECK_AFTER = timedelta(seconds=60)
"""How long Prefect may take from an event to a run: 7 s as a rule."""
REFUSED_AGAIN = timedelta(hours=1)
"""When an event that Prefect has refused is sent again."""
BATCH = 100

metadata = sa.MetaData()
deliveries = sa.Table(
    "hook_deliveries",
    metadata,
    sa.Column("id", sa.String(300), primary_key=True),
    sa.Column("seen_at", UtcTime, nullable=False, index=True),
)
pending = sa.Table(
    "hook_events",
    metadata,
    sa.Column("product_id", sa.String(300), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),  # counts the reports about the product
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("first_at", UtcTime, nullable=False),
    sa.Column("due_at", UtcTime, nullable=False, index=True),
)
sent_events = sa.Table(
    "hook_events_sent",
    metadata,
    sa.Column("product_id", sa.String(300), primary_key=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("check_at", UtcTime, nullable=False, index=True),
)
known_products = sa.Table(
    "hook_products",
    metadata,
    sa.Column("shop_key", sa.String(300), primary_key=True),
    sa.Column("product_id", sa.String(300), nullable=False),
    sa.Column("changed_at", UtcTime),
)


class EventStore:
    """Reports about products, one row for each product: the newest one counts."""

    def __init__(
        self, ledger: Ledger, *, quiet_s: float = 10.0, at_most_s: float = 60.0, grace_s: float = 86_400.0
    ) -> None:
        """Create the tables if need be.

        A product's event is due when nothing more was reported about it for `quiet_s`, at the latest
        `at_most_s` after the first report; a removal after `grace_s`, unless an update comes before.
        """
        self._ledger = ledger
        self._quiet, self._at_most = timedelta(seconds=quiet_s), timedelta(seconds=at_most_s)
        self._grace = timedelta(seconds=grace_s)
        with ledger.transaction() as connection:
            metadata.create_all(connection)

    def accept(self, ids: Sequence[str], events: Sequence[ShopEvent]) -> bool:
        """Store the events of a delivery, on disk when this returns; `False` if it was seen before.

        `ids` are all the names by which the delivery may come again. Raises `LedgerError`.
        """
        now = self._ledger.now()
        with self._ledger.transaction() as connection:
            lock_claims(connection)
            seen = sa.select(deliveries.c.id).where(deliveries.c.id.in_(ids))
            if ids and connection.execute(seen).first():
                return False
            for one in dict.fromkeys(ids):
                connection.execute(deliveries.insert().values(id=one[:300], seen_at=now))
            connection.execute(deliveries.delete().where(deliveries.c.seen_at < now - KEPT))
            for event in events:
                if self._is_news(connection, event):
                    self._store(connection, event, now)
        return True

    def product_of(self, shop_key: str) -> str | None:
        """Return the id of the product that a shop knows by a number, if it was reported before."""
        query = sa.select(known_products.c.product_id).where(known_products.c.shop_key == shop_key)
        with self._ledger.reading() as connection:
            found: str | None = connection.execute(query).scalar()
            return found

    def due(self) -> list[StoredEvent]:
        """Return events that are due, the oldest first."""
        query = sa.select(pending).where(pending.c.due_at <= self._ledger.now())
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(pending.c.due_at).limit(BATCH)).all()
        return [
            StoredEvent(
                event=ShopEvent.model_validate_json(row.event), number=row.number, first_at=row.first_at
            )
            for row in rows
        ]

    def sent(self, stored: StoredEvent, since: datetime) -> None:
        """Note that Prefect has accepted an event; a report that came meanwhile takes its place."""
        product = stored.event.product_id
        with self._ledger.transaction() as connection:
            if connection.execute(pending.delete().where(_is(stored))).rowcount:
                connection.execute(sent_events.delete().where(sent_events.c.product_id == product))
                check_at = self._ledger.now() + CHECK_AFTER
                values = {"event": stored.model_dump_json(), "since": since, "check_at": check_at}
                connection.execute(sent_events.insert().values(product_id=product, **values))

    def put_off(self, one: StoredEvent | SentEvent) -> None:
        """Try an event again in an hour, and others before it: Prefect has refused it."""
        later = self._ledger.now() + REFUSED_AGAIN
        with self._ledger.transaction() as connection:
            if isinstance(one, StoredEvent):
                connection.execute(pending.update().where(_is(one)).values(due_at=later))
            else:
                connection.execute(sent_events.update().where(_is_sent(one)).values(check_at=later))

    def to_check(self) -> list[SentEvent]:
        """Return events that Prefect has had for `CHECK_AFTER`: each should have a run."""
        query = sa.select(sent_events).where(sent_events.c.check_at <= self._ledger.now())
        with self._ledger.reading() as connection:
            rows = connection.execute(query.order_by(sent_events.c.check_at).limit(BATCH)).all()
        return [SentEvent(stored=StoredEvent.model_validate_json(row.event), since=row.since) for row in rows]

    def done(self, sent: SentEvent) -> None:
        """Forget an event that has a run."""
        with self._ledger.transaction() as connection:
            connection.execute(sent_events.delete().where(_is_sent(sent)))

    def waiting(self) -> int:
        """Return how many events Prefect does not have yet."""
        return self._count(pending)

    def unchecked(self) -> int:
        """Return how many events Prefect has, and no run is known of."""
        return self._count(sent_events)

    def _count(self, table: sa.Table) -> int:
        with self._ledger.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0

    def _is_news(self, connection: Connection, event: ShopEvent) -> bool:
        """Note the product's number in the shop; `False` for a report that is older than one before."""
        if not event.shop_key:
            return True
        mine = known_products.c.shop_key == event.shop_key
        row = connection.execute(sa.select(known_products).where(mine)).first()
        if row and row.changed_at and event.changed_at and event.changed_at < row.changed_at:
            return False
        values = {"product_id": event.product_id, "changed_at": event.changed_at}
        if row:
            if event.changed_at:
                connection.execute(known_products.update().where(mine).values(**values))
        else:
            connection.execute(known_products.insert().values(shop_key=event.shop_key, **values))
        return True

    def _store(self, connection: Connection, event: ShopEvent, now: datetime) -> None:
        """Store an event. The one before it needs no run any more: a late run would undo the new state."""
        connection.execute(sent_events.delete().where(sent_events.c.product_id == event.product_id))
        mine = pending.c.product_id == event.product_id
        row = connection.execute(sa.select(pending).where(mine)).first()
        same = row is not None and json.loads(row.event)["kind"] == event.kind
        first = row.first_at if row is not None and same else now
        if event.kind == "removed":
            due = first + self._grace
        else:
            due = min(now + self._quiet, first + self._at_most)
        values = {"event": event.model_dump_json(), "first_at": first, "due_at": due}
        if row is None:
            connection.execute(pending.insert().values(product_id=event.product_id, number=1, **values))
        else:
            connection.execute(pending.update().where(mine).values(number=row.number + 1, **values))


def _is(stored: StoredEvent) -> sa.ColumnElement[bool]:
    """The row of an event, if no report came after it was read."""
    return (pending.c.product_id == stored.event.product_id) & (pending.c.number == stored.number)


def _is_sent(sent: SentEvent) -> sa.ColumnElement[bool]:
    return sent_events.c.event == sent.stored.model_dump_json()
