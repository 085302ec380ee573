"""The published catalogue as a plan needs it, in little memory: a catalogue may have 100,000 products."""

from __future__ import annotations

import json
import sys
from typing import Any, NamedTuple

from vitrine.errors import StorageError
from vitrine.json_text import parse_json
from vitrine.models.inputs import Details, Inputs
from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.published import Target
from vitrine.publishing.read_catalog import read_catalog_json
from vitrine.storage.bucket import Bucket

FIELDS = tuple(Inputs.model_fields)
SHARED = {"account", "recipe", "code"}
"""Inputs that are the same text for most products: kept once."""


class PublishedProduct(NamedTuple):
    """The current release of a product, as the catalogue names it."""

    release: str
    manifest: str
    release_bytes: int | None
    values: tuple[Any, ...] | None
    """The values of `Inputs`, in the order of its fields; as tuples they take a fifth of the memory."""

    @property
    def inputs(self) -> Inputs | None:
        """What the product was made from, where that is known."""
        if self.values is None:
            return None
        return Inputs.model_construct(**dict(zip(FIELDS, self.values, strict=True)))

    @property
    def target(self) -> Target:
        """The release, as a pointer names it."""
        return Target(release=self.release, manifest=self.manifest)


class PublishedCatalog(NamedTuple):
    """The current catalogue."""

    products: dict[str, PublishedProduct]
    """By id."""
    held: dict[str, Inputs]
    failed: tuple[str, ...]
    details: Details


NOTHING = PublishedCatalog({}, {}, (), {})


def read_published(bucket: Bucket) -> PublishedCatalog | None:
    """Read the current catalogue; `None` without one. Raises `StorageError` for an unreadable one."""
    found = read_catalog_json(bucket)
    if found is None:
        return None
    data, source = found
    products: dict[str, PublishedProduct] = {}

    def shrink(fields: dict[str, Any]) -> Any:
        """Keep an entry in few bytes as soon as it is parsed."""
        if "pointer_etag" not in fields or "release" not in fields or "id" not in fields:
            return fields
        inputs = fields.get("inputs")
        products[fields["id"]] = PublishedProduct(
            fields["release"], fields["manifest"], fields.get("release_bytes"), _values(inputs)
        )
        return None

    try:
        rest = parse_json(data, object_hook=shrink)
        rest["products"] = ()
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{source} is not readable: {error}") from error
    manifest = CatalogManifest.from_json(json.dumps(rest).encode(), source)
    return PublishedCatalog(products, manifest.held_inputs, manifest.failed, manifest.details)


def _values(inputs: dict[str, Any] | None) -> tuple[Any, ...] | None:
    if inputs is None:
        return None
    parsed = Inputs.model_validate(inputs)
    return tuple(
        sys.intern(getattr(parsed, name)) if name in SHARED else getattr(parsed, name) for name in FIELDS
    )
