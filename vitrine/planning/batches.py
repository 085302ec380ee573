"""Cut a catalogue run into batches, which other machines convert; the work store passes them on."""

from __future__ import annotations

import hashlib

from pydantic import TypeAdapter, ValidationError

from vitrine.errors import ConfigError, NotFound, StorageError
from vitrine.models import Product
from vitrine.record import Record
from vitrine.runs import Conversion
from vitrine.storage.bucket import Bucket

BATCHES = "batches"
"""The folder of the work store with what catalogue runs pass on."""

JSON = "application/json"

_results = TypeAdapter(tuple[Conversion, ...])


class Batch(Record):
    """Some products of a catalogue run, in the feed's order."""

    products: tuple[Product, ...]
    accept: tuple[str, ...] = ()
    """Ids of held products that a person has approved."""
    attempts: tuple[tuple[str, int], ...] = ()
    """The attempt of each product that has one of its own."""

    @property
    def digest(self) -> str:
        """The hash of its content: a run that is started again cuts the same batches."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


class BatchStore:
    """The batches of catalogue runs, and their results, in the bucket of the work store.

    A batch is known by its key, `batches/<run>/<digest>.json`, which is all that a flow run is given: Prefect
    limits the parameters of a run to 512 KiB.
    """

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def put(self, run: str, batch: Batch) -> str:
        """Store a batch of a run and return its key. Raises `StorageError`."""
        key = f"{BATCHES}/{run}/{batch.digest}.json"
        self.bucket.put(key, batch.model_dump_json().encode(), media_type=JSON)
        return key

    def get(self, key: str) -> Batch:
        """Return a batch. Raises `ConfigError` if this work store is not the one that it was put in."""
        if not key.startswith(f"{BATCHES}/"):
            raise ConfigError(f"{key!r} is no batch: its key starts with {BATCHES}/")
        try:
            data = self.bucket.get(key)
        except NotFound as error:
            raise ConfigError(
                f"no {key} in the work store {self.bucket.root}: every machine that runs batches needs "
                "the same VITRINE_WORK"
            ) from error
        try:
            return Batch.model_validate_json(data)
        except ValidationError as error:
            raise StorageError(f"{key} in {self.bucket.root} is damaged: {error}") from error

    def put_results(self, key: str, results: tuple[Conversion, ...]) -> None:
        """Store the results of a batch. Raises `StorageError`."""
        self.bucket.put(_results_key(key), _results.dump_json(results), media_type=JSON)

    def results(self, key: str) -> tuple[Conversion, ...] | None:
        """Return the results of a batch, in the order of its products; `None` while it has none.

        Raises `StorageError`.
        """
        try:
            data = self.bucket.get(_results_key(key))
        except NotFound:
            return None
        try:
            return _results.validate_json(data)
        except ValidationError as error:
            raise StorageError(f"{_results_key(key)} in {self.bucket.root} is damaged: {error}") from error

    def clear(self, run: str) -> None:
        """Delete the batches of a run, and their results."""
        for info in list(self.bucket.list(f"{BATCHES}/{run}/")):
            self.bucket.delete(info.key)


def _results_key(key: str) -> str:
    return f"{key.removesuffix('.json')}.results.json"
